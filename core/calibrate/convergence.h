#pragma once

#include "core/base/job.h"
#include "core/calibrate/block_statistics.h"
#include "core/calibrate/hidden_states.h"
#include "core/calibrate/window_ranges.h"
#include "core/dataset/token_windows.h"
#include "core/model/block.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vernier {

/// How far a tap's statistics still moved at each step, a step being from one number of windows to about twice as many.
/// NaN where no token had reached the tap at its beginning.
struct TapConvergence {
    std::string tap;
    int block = 0;
    std::vector<double> gramChange;  ///< ‖H_n/n − H_2n/2n‖_F / ‖H_2n/2n‖_F, n in tokens
    std::vector<double> rangeGrowth; ///< 1 − width_n / width_2n of the range from the smallest to the largest value
};

/// Sums up one step over all taps that a token had reached.
struct ConvergenceStep {
    std::int64_t from = 0, to = 0; ///< windows
    double worstChange = 0, medianChange = 0;
    double worstGrowth = 0, medianGrowth = 0;
    std::string worstTap; ///< of worstChange
};

/// Holds how statistics settle as windows are added, in the windows' order.
struct Convergence {
    std::vector<ConvergenceStep> steps; ///< from few windows to all; none for a single window
    std::vector<TapConvergence> taps;
};

/// Says in words whether more data would still change the statistics.
struct ConvergenceVerdict {
    bool enough = false;
    std::int64_t windows = 0; ///< where it was enough; where not, all there were
    double threshold = 0;     ///< of the worst tap's Gram change
    double lastChange = 0;    ///< of the worst tap at the last step
    std::string text;         ///< "enough at 96 windows: …", "still moving at 32 windows: …"
};

/// The numbers of windows at which statistics are compared: all, half of all, and so on down to one, rising.
std::vector<std::int64_t> convergenceSizes(std::int64_t windows);

/// ‖A/a − B/b‖_F / ‖B/b‖_F of two Grams of the same size over a and b tokens; NaN when one of them saw none, 0 when
/// both are zero. In double precision, same result at any thread count.
double gramDistance(const Gram& a, const Gram& b);

/// 1 − width of the first `from` windows' range over that of the first `to`; NaN when nothing was seen in the former.
double rangeGrowth(const WindowRanges& ranges, std::int64_t from, std::int64_t to);

/// Runs hidden through a block, as a calibration pass does, and sees in that one pass how the statistics of its
/// linears' inputs settle; hidden becomes the block's output. Statistics hold in the end what all windows showed.
/// Beside them it takes one more Gram per tap, that of the step before. Throws as observeBlock does.
std::vector<TapConvergence> observeConvergence(const ArchitectureSpec& spec, const Block& block,
                                               const TokenWindows& windows, HiddenStates& hidden,
                                               BlockStatistics& statistics, const JobContext& job,
                                               const DocumentName& documentName = {});

/// Puts the taps of all blocks together.
Convergence summarise(std::int64_t windows, std::vector<TapConvergence> taps);

/// Finds the fewest windows from which on no step moved any tap's Gram by threshold or more.
ConvergenceVerdict judge(const Convergence& convergence, double threshold);

} // namespace vernier
