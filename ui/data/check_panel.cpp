#include "ui/data/check_panel.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/plots/padded_delegate.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace vernier::ui {

namespace {

enum Column { Severity, Count, Sentence, Remedy, ColumnCount };

QString severityText(LintSeverity severity) {
    switch (severity) {
    case LintSeverity::Error:
        return CheckPanel::tr("✖ error");
    case LintSeverity::Warning:
        return CheckPanel::tr("▲ warning");
    default:
        return CheckPanel::tr("● note");
    }
}

} // namespace

CheckPanel::CheckPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_check(new QPushButton(tr("Check the set"))),
      m_repair(new QPushButton(tr("Repair"))), m_repairAll(new QPushButton(tr("Repair all"))), m_summary(new QLabel),
      m_detail(new QLabel), m_list(new QTreeWidget), m_light(curation.services().quickJobs, *this) {
    m_check->setToolTip(tr("Looks for what makes a calibration worse, or other tools drop without a word"));
    m_repair->setToolTip(tr("Repairs the selected finding; can be undone"));
    m_repairAll->setToolTip(tr("Repairs every warning and error that has a repair; can be undone"));
    m_summary->setWordWrap(true);
    m_summary->setText(tr("Not checked yet"));
    m_detail->setWordWrap(true);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_list->setAccessibleName(tr("Findings"));
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderLabels({tr("Kind"), tr("Documents"), tr("Finding"), tr("Repair")});
    m_list->setRootIsDecorated(false);
    m_list->setAlternatingRowColors(true);
    m_list->setUniformRowHeights(true);
    m_list->setItemDelegate(new PaddedDelegate(m_list));
    m_list->header()->setSectionResizeMode(Severity, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(Count, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(Sentence, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->resizeSection(Remedy, fontMetrics().averageCharWidth() * 24);

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_check);
    bar->addStretch(1);
    bar->addWidget(m_repair);
    bar->addWidget(m_repairAll);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_summary);
    column->addWidget(m_list, 1);
    column->addWidget(m_detail);

    connect(m_check, &QPushButton::clicked, this, &CheckPanel::check);
    connect(m_repairAll, &QPushButton::clicked, this, [this] { repair(std::nullopt); });
    connect(m_repair, &QPushButton::clicked, this, [this] {
        const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
        if (row >= 0)
            repair(m_findings[static_cast<std::size_t>(row)].kind);
    });
    connect(m_list, &QTreeWidget::currentItemChanged, this, &CheckPanel::refresh);
    connect(m_list, &QTreeWidget::itemActivated, this, &CheckPanel::pickListed);
    connect(&curation, &Curation::setsChanged, this, &CheckPanel::refresh);
    // What was found in another project says nothing about this one.
    connect(&curation.services().session, &ProjectSession::projectReset, this, [this] {
        m_light.cancel();
        m_findings.clear();
        m_list->clear();
        m_summary->setText(tr("Not checked yet"));
        refresh();
    });
    refresh();
}

LintRequest CheckPanel::request() const {
    LintRequest request;
    request.setName = m_curation.setName().toStdString();
    request.model = m_curation.model();
    request.duplicateOf = m_curation.table().measures.duplicateOf;
    return request;
}

void CheckPanel::check() {
    if (!m_curation.set())
        return;
    const auto lint = std::make_shared<SetLint>();
    run(
        tr("Check %1").arg(m_curation.setName()),
        [bench = m_curation.workbench(), request = request(), lint](const Project& project, JobContext& job) {
            *lint = lintProjectSet(*bench, project, request, job);
        },
        [this, lint] { show(*lint); });
}

void CheckPanel::run(const QString& title, std::function<void(const Project&, JobContext&)> work,
                     std::function<void()> done) {
    m_light.cancel();
    m_curation.services().jobs.cancel(std::exchange(m_job, 0));
    if (!m_curation.isQuickToRead()) {
        m_job = m_curation.submit(title, std::move(work), this, std::move(done));
        return;
    }
    m_light.start(
        title, [project = m_curation.project(), work = std::move(work)](JobContext& job) { work(*project, job); },
        [this, done = std::move(done)](const JobOutcome& outcome) {
            if (outcome.state == JobState::Done)
                done();
            else if (outcome.state == JobState::Failed)
                m_summary->setText(outcome.error);
        });
}

void CheckPanel::repair(std::optional<LintKind> kind) {
    if (!m_curation.set())
        return;
    const auto repaired = std::make_shared<SetRepair>();
    run(
        tr("Repair %1").arg(m_curation.setName()),
        [bench = m_curation.workbench(), request = request(), kind, repaired](const Project& project, JobContext& job) {
            *repaired = repairProjectSet(*bench, project, request, kind, job);
        },
        [this, repaired] {
            m_curation.editSets([&](SetList sets) { return replaceSet(sets, repaired->edit); });
            show(repaired->after);
        });
}

void CheckPanel::show(const SetLint& lint) {
    m_findings = lint.findings;
    m_list->clear();
    for (const LintFinding& finding : m_findings) {
        auto* item = new QTreeWidgetItem(m_list);
        item->setText(Severity, severityText(finding.severity));
        item->setText(Count, finding.count ? formatCount(finding.count) : tr("all"));
        item->setTextAlignment(Count, Qt::AlignRight | Qt::AlignVCenter);
        item->setText(Sentence, fromUtf8(finding.sentence));
        item->setToolTip(Sentence, fromUtf8(finding.sentence));
        item->setText(Remedy, finding.repair ? fromUtf8(finding.repair->label) : QString());
        item->setToolTip(Remedy, item->text(Remedy));
    }
    m_summary->setText(
        m_findings.empty()
            ? tr("Nothing found in the %1 documents of “%2”").arg(formatCount(lint.documents), fromUtf8(lint.setName))
            : tr("%1 in “%2”%3. Double-click one to list its documents.")
                  .arg(formatCount(m_findings.size(), tr("1 finding"), tr("%1 findings")), fromUtf8(lint.setName),
                       lint.evaluationSet.empty() ? QString()
                                                  : tr(", compared with “%1”").arg(fromUtf8(lint.evaluationSet))));
    if (m_list->topLevelItemCount() > 0)
        m_list->setCurrentItem(m_list->topLevelItem(0));
    refresh();
    emit checked();
}

void CheckPanel::pickListed() {
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    if (row >= 0 && !m_findings[static_cast<std::size_t>(row)].documents.empty())
        m_curation.pick(m_findings[static_cast<std::size_t>(row)].documents);
}

void CheckPanel::refresh() {
    m_check->setEnabled(m_curation.set() != nullptr);
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    QString detail;
    if (row >= 0) {
        const LintFinding& finding = m_findings[static_cast<std::size_t>(row)];
        detail = fromUtf8(finding.sentence);
        if (finding.repair)
            detail += tr("\nRepair: %1").arg(fromUtf8(finding.repair->label));
    }
    m_detail->setText(detail);
    m_repair->setEnabled(m_curation.set() && row >= 0 && m_findings[static_cast<std::size_t>(row)].repair);
    m_repairAll->setEnabled(m_curation.set() && std::ranges::any_of(m_findings, [](const LintFinding& finding) {
                                return finding.repair && finding.severity != LintSeverity::Information;
                            }));
}

QString CheckPanel::summary() const {
    return m_summary->text();
}

} // namespace vernier::ui
