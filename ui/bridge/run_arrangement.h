#pragma once

#include "ui/bridge/run_table_model.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QStringList>

#include <vector>

namespace vernier::ui {

/// By what runs are put together under headings; by tag, a run stands under each of its tags.
enum class RunGrouping { None, Method, Bits, Set, Tag };

/// Arranges the runs of a RunTableModel for a view: filters, hides, groups and sorts them. The pinned baseline stands
/// first. A run that stays in sight keeps its index through every change, so that what is selected stays selected.
class RunArrangement : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        HeadingRole = Qt::UserRole + 100, ///< true for the heading of a group
        DiffersRole,                      ///< true for a setting that is not what the baseline, or most runs, have
        HiddenRole,                       ///< true for a hidden run that is shown all the same
    };

    explicit RunArrangement(RunTableModel& source, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Runs without a value come last, whichever way the column is sorted. Column -1 is the project's order.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    /// Keeps runs in whose name, method, grid, set, settings, tags or note every word of text occurs.
    void setFilter(const QString& text);
    void setGrouping(RunGrouping grouping);
    void hideRuns(const QStringList& runs);
    void unhideRuns(const QStringList& runs);
    void setHiddenShown(bool shown); ///< shows hidden runs, marked, among the others
    void toggleGroup(int row);       ///< folds or unfolds the group of a heading

    RunTableModel& source() const { return m_source; }
    bool isHeading(int row) const { return m_entries[static_cast<std::size_t>(row)].isHeading; }
    int rowOf(const QString& run) const; ///< the first one; -1 for none
    const QSet<QString>& hidden() const { return m_hidden; }

    /// The runs that filter and hiding let through, in the project's order, those of folded groups too.
    const std::vector<const ComparisonRow*>& shown() const { return m_shown; }
    const SharedSettings& settings() const { return m_settings; } ///< of these
    /// The settings of a run that differ among these and have no column: "damp_percent 0.05 · desc_act true".
    QString otherSettings(const ComparisonRow& row) const;

signals:
    void arranged(); ///< anything of the above may be another

private:
    struct Entry {
        QString key; ///< of one entry at most: group and run
        QString run; ///< or the text of the heading
        int sourceRow = -1;
        bool isHeading = false;
    };

    void forwardLive(const QModelIndex& topLeft);
    void rename(const QString& from, const QString& to);
    void arrange();
    void choose();                        ///< finds what is shown, and its settings
    std::vector<int> orderedRows() const; ///< of the source
    std::vector<Entry> entries() const;
    void become(std::vector<Entry> wanted);
    QStringList groupsOf(const ComparisonRow& row) const;
    bool passes(const ComparisonRow& row) const;
    bool differs(const ComparisonRow& row, int column) const;

    RunTableModel& m_source;
    std::vector<Entry> m_entries;
    std::vector<const ComparisonRow*> m_shown;
    SharedSettings m_settings;
    std::vector<QString> m_usual; ///< per column, what the baseline or most runs have
    QStringList m_words;
    RunGrouping m_grouping = RunGrouping::None;
    QSet<QString> m_hidden, m_folded;
    bool m_showsHidden = false;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace vernier::ui
