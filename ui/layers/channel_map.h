#pragma once

#include "core/base/job.h"
#include "core/calibrate/block_statistics.h"
#include "ui/plots/matrix_plot.h"

#include <QRect>

#include <memory>
#include <vector>

namespace vernier::ui {

/// Is one row of a channel map: a tap of a block; no statistics where they have not arrived.
struct ChannelMapRow {
    std::shared_ptr<const BlockStatistics> statistics; ///< null for none
    int tap = -1;                                      ///< -1 where the block has no such tap

    const TapStatistics* of() const;
};

/// Holds the largest |x| of every channel of one kind of tap, block by block.
struct ChannelMap {
    std::vector<ChannelMapRow> rows;
    int channels = 0;           ///< of the widest tap
    std::vector<float> largest; ///< [rows, channels]; NaN where there is none
    float low = 0, high = 0;    ///< ends of the colour scale, above 0; 0 when nothing is

    float at(int row, int channel) const {
        return largest[static_cast<std::size_t>(row) * static_cast<std::size_t>(channels) +
                       static_cast<std::size_t>(channel)];
    }
    /// The channel of the largest value among some of a row, -1 where there is none.
    int largestChannel(int row, int first, int count) const;
};

/// For another thread than the interface's. Throws Cancelled.
ChannelMap makeChannelMap(std::vector<ChannelMapRow> rows, const JobContext& job);

/// A region of the map in at most so many columns; a cell of several channels shows the largest of them, so that no
/// outlier falls between two pixels.
MatrixCells cellsOf(const ChannelMap& map, const QRect& region, int mostColumns);

} // namespace vernier::ui
