#pragma once

#include "ui/bridge/job_runner.h"
#include "ui/layers/tap_analysis.h"

#include <QAbstractItemModel>

#include <optional>
#include <vector>

namespace vernier::ui {

class StatisticsStore;

/// Lists blocks and, below each, its taps with their main numbers. Numbers appear as blocks arrive; they are computed
/// beside the interface.
class TapTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Tap, Range, Rms, Outliers, ColumnCount };
    enum Role {
        BarRole = Qt::UserRole, ///< 0 … 1: length of the bar behind the outlier ratio, logarithmic
    };

    TapTreeModel(StatisticsStore& store, JobRunner& quickJobs, QObject* parent = nullptr);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// The tap of an index; group is -1 for a block's own row.
    struct Place {
        int block = -1;
        int group = -1;
    };
    Place place(const QModelIndex& index) const;
    QModelIndex indexOf(int block, int group) const;

    /// Numbers of a tap, once known.
    const TapSummary* summary(int block, int group) const;

private:
    using BlockSummary = std::vector<TapSummary>; ///< per input group; empty until known

    void rebuild();
    void readBlock(int block);
    void take(int block, BlockSummary summary);
    QString text(const Place& place, int column) const;
    QString toolTip(const Place& place, int column) const;
    std::optional<TapSummary> numbers(const Place& place) const;

    StatisticsStore& m_store;
    JobRunner& m_jobs;
    std::vector<BlockSummary> m_blocks;
    std::vector<int> m_groups; ///< rows below each block
    double m_worstRatio = 1;   ///< of all taps known
    quint64 m_generation = 0;
};

} // namespace vernier::ui
