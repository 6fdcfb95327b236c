#pragma once

#include "core/workbench/lint_set.h"
#include "ui/bridge/latest_job.h"
#include "ui/data/curation.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace vernier::ui {

/// Lists what is wrong with the curated set and its recipe, each finding with its count, and repairs at a click.
class CheckPanel : public QWidget {
    Q_OBJECT
public:
    explicit CheckPanel(Curation& curation, QWidget* parent = nullptr);

    void check();
    /// Repairs one finding, or everything that can be repaired.
    void repair(std::optional<LintKind> kind);

    QTreeWidget& findings() const { return *m_list; }
    QString summary() const;

signals:
    void checked();

private:
    LintRequest request() const;
    /// Runs work on the set, then done: beside heavy jobs where the set is small, else as one of them.
    void run(const QString& title, std::function<void(const Project&, JobContext&)> work, std::function<void()> done);
    void show(const SetLint& lint);
    void pickListed();
    void refresh();

    Curation& m_curation;
    QPushButton* m_check;
    QPushButton* m_repair;
    QPushButton* m_repairAll;
    QLabel* m_summary;
    QLabel* m_detail; ///< the whole sentence of the selected finding
    QTreeWidget* m_list;
    std::vector<LintFinding> m_findings;
    LatestJob m_light;
    JobId m_job = 0;
};

} // namespace vernier::ui
