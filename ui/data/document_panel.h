#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"
#include "ui/data/corpus_view.h"

#include <QWidget>

#include <cstdint>
#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QTableView;
class QTimer;

namespace vernier::ui {

class DocumentTableModel;
class DomainBar;
class TokenCounter;

/// Lists the documents of a project: set and filter above, the table, and what its rows amount to. Searching, counting
/// and summing up run beside the interface; the newest question wins.
class DocumentPanel : public QWidget {
    Q_OBJECT
public:
    explicit DocumentPanel(JobRunner& quickJobs, QWidget* parent = nullptr);

    void setProject(std::shared_ptr<const Project> project, std::shared_ptr<const Workbench::OpenModel> model);

    std::int64_t currentDocument() const; ///< index in the corpus, -1 for none
    QString currentSet() const;           ///< empty for all documents
    void focusFilter();

    DocumentTableModel& model() const { return *m_model; }
    QTableView& table() const { return *m_table; }
    QString summaryText() const;

signals:
    void currentDocumentChanged(std::int64_t document);
    void summaryChanged();

private:
    void buildControls();
    void buildTable();
    void fillSets();
    void search();
    void take(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows);
    void sumUp();
    void showSummary(const CorpusSummary& summary);

    JobRunner& m_jobs;
    TokenCounter* m_counter;
    DocumentTableModel* m_model;
    std::shared_ptr<const Project> m_project;
    std::shared_ptr<const Workbench::OpenModel> m_openModel;
    JobId m_search = 0;
    JobId m_summing = 0;
    std::int64_t m_current = -1;

    QComboBox* m_sets;
    QLineEdit* m_filter;
    QTableView* m_table;
    QLabel* m_summary;
    DomainBar* m_domains;
    QTimer* m_countsTimer;
};

} // namespace vernier::ui
