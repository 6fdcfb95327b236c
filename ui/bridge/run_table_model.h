#pragma once

#include "core/workbench/compare.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_columns.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <optional>
#include <vector>

namespace vernier::ui {

/// Lists the runs of the project with their settings and results, one per row, marks the best value of each column,
/// and tells how far values are from those of the pinned baseline.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using enum RunColumns::Column;
    enum Role {
        SortRole = Qt::UserRole, ///< a number or a text to sort by; invalid when there is no value
        BestRole,                ///< true for the best value of a column, when there are others to compare with
        RunNameRole,
        BusyRole,       ///< true while the run is being quantized
        DifferenceRole, ///< from the baseline, with its sign ("+0.0112"); invalid where there is none to tell
        BetterRole,     ///< of a difference: 1 better, −1 worse, 0 neither
        IsBaselineRole,
    };

    explicit RunTableModel(ProjectSession& session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Renames, tags or annotates a run; the edit can be undone.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    const std::vector<ComparisonRow>& rows() const { return m_rows; }
    const QStringList& domains() const { return m_domains; } ///< of the columns behind ColumnCount
    int baselineRow() const { return m_baseline; }           ///< -1 for none
    QString text(const ComparisonRow& row, int column) const;
    std::optional<double> number(const ComparisonRow& row, int column) const;
    /// Value of a run less that of the baseline; none where either lacks it, or they may not be compared.
    std::optional<double> difference(const ComparisonRow& row, int column) const;
    int rowOf(const QString& runName) const; ///< -1 when there is none

    void reload();

signals:
    void rowsRefreshed(); ///< any of them may be another now
    void rowRenamed(const QString& from, const QString& to);

private:
    struct LiveRun {
        QString name;
        int solved = 0;
        int linears = 0;
        double errorSum = 0;
    };

    void beginLive(const QString& runName, int linears);
    void addToLive(const QString& runName, const LinearReport& report);
    void endLive();
    void take(std::vector<ComparisonRow> rows);
    void rename(const QString& from, const QString& to);
    QString toolTip(const ComparisonRow& row, int column) const;
    bool isBest(const ComparisonRow& row, int column) const;
    QVariant value(const ComparisonRow& row, int column, int role) const;
    QVariant liveData(int column, int role) const;
    bool isComparable(int column) const; ///< whether all values were measured on the same text
    void findBest();
    void findBaseline();

    ProjectSession& m_session;
    std::vector<ComparisonRow> m_rows;
    QStringList m_domains;
    int m_baseline = -1;
    std::vector<std::optional<double>> m_best; ///< per column
    std::optional<LiveRun> m_live;
};

} // namespace vernier::ui
