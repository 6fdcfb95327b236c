#pragma once

#include "ui/data/corpus_view.h"
#include "ui/data/curation.h"

#include <QWidget>

#include <cstdint>
#include <memory>

class QComboBox;
class QLabel;
class QTableView;
class QTimer;

namespace vernier::ui {

class CurationBar;
class DocumentTableModel;
class DomainBar;
class FilterEdit;

/// Lists the documents of a project: filter above, the table, what can be done with its rows, and what they amount to.
/// Searching, sorting and summing up run beside the interface; the newest question wins.
class DocumentPanel : public QWidget {
    Q_OBJECT
public:
    explicit DocumentPanel(Curation& curation, QWidget* parent = nullptr);

    void focusFilter();
    /// Lists what the filter expression lets through, as if it had been typed.
    void setFilter(const QString& expression);

    /// Selects a document, and lists all of them where what is listed does not hold it.
    void reveal(std::uint32_t document);

    DocumentTableModel& model() const { return *m_model; }
    QTableView& table() const { return *m_table; }
    FilterEdit& filter() const { return *m_filter; }
    QString summaryText() const;

signals:
    void summaryChanged();

private:
    void buildControls();
    void buildTable();
    void connectTable();
    void hideUnknownColumns();
    void search();
    void take(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows);
    std::vector<std::uint32_t> selectedDocuments() const; ///< ascending
    void takeSelection();
    void showPicked();
    void setScope(SetScope scope);
    void showCurrent(std::int64_t document);
    void sumUp();
    void showSummary(const CorpusSummary& summary);

    Curation& m_curation;
    DocumentTableModel* m_model;
    CorpusQuery m_query;
    LatestJob m_search;
    LatestJob m_summing;

    QComboBox* m_scope;
    FilterEdit* m_filter;
    QTableView* m_table;
    CurationBar* m_edits;
    QLabel* m_summary;
    DomainBar* m_domains;
};

} // namespace vernier::ui
