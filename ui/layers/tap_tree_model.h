#pragma once

#include "core/model/tap.h"
#include "ui/bridge/job_runner.h"
#include "ui/layers/tap_analysis.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace vernier {
struct Run;
}

namespace vernier::ui {

class StatisticsStore;
class TapFindings;

/// Lists blocks and, below each, its taps of some kinds with their main numbers. Numbers appear as blocks arrive; they
/// are computed beside the interface. A block shows the worst of its taps listed. Where the logits were observed, the
/// head stands behind the last block, with them as its only tap.
class TapTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Tap, Range, Rms, Outliers, Kurtosis, ClipSqnr, Gram, Sensitivity, Error, ColumnCount };
    enum Role {
        BarRole = Qt::UserRole, ///< 0 … 1: length of the bar behind a number; 1 is the worst, invalid for none
        SortRole,               ///< a number; invalid when there is none
    };

    TapTreeModel(StatisticsStore& store, JobRunner& quickJobs, TapFindings& findings, QObject* parent = nullptr);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// Lists taps of these kinds; inputs of linears unless told.
    void setKinds(TapKinds kinds);
    /// The run whose errors are shown; null for none.
    void setRun(const Run* run);

    /// The tap of an index, as Selection counts them; group is -1 for a block's own row.
    struct Place {
        int block = -1;
        int group = -1;
    };
    Place place(const QModelIndex& index) const;
    QModelIndex indexOf(int block, int group) const; ///< invalid for a tap that is not listed

    /// Numbers of a tap, once known.
    const TapSummary* summary(int block, int group) const;
    /// Unit and meaning of a column's numbers.
    QString meaning(int column) const;
    /// How a number of a column is written.
    static QString format(double number, int column);
    /// Whether the smallest number of a column is the worst.
    static bool isWorstSmall(int column) { return column == ClipSqnr; }
    /// The number of a column, the worst of its taps for a block; nothing while it is not known.
    std::optional<double> value(const Place& place, int column) const;

private:
    using BlockSummary = std::vector<TapSummary>; ///< per tap; empty until known

    void rebuild();
    void readBlock(int block);
    void take(int block, BlockSummary summary);
    void refreshAll();
    void measureWorst();
    QString text(const Place& place, int column) const;
    QString toolTip(const Place& place, int column) const;
    std::optional<double> tapValue(int block, int tap, int column) const;
    /// The largest of what is known of the linears at a tap.
    std::optional<double> worstOfLinears(int block, int tap,
                                         const std::function<std::optional<double>(const QString&)>& value) const;
    bool isHead(int block) const;
    QVariant bar(const Place& place, int column) const;

    StatisticsStore& m_store;
    JobRunner& m_jobs;
    TapFindings& m_findings;
    TapKinds m_kinds{TapKind::LinearInput};
    QString m_runName;
    QHash<QString, double> m_errors; ///< of linears
    std::vector<BlockSummary> m_blocks;
    std::vector<std::vector<int>> m_listed; ///< taps below each block
    std::vector<double> m_worst, m_best;    ///< per column, of all taps listed
    quint64 m_generation = 0;
};

} // namespace vernier::ui
