#include "ui/runs/runs_page.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_table_model.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/section_title.h"
#include "ui/runs/linear_label.h"
#include "ui/runs/queue_panel.h"
#include "ui/runs/run_form.h"
#include "ui/runs/run_progress.h"
#include "ui/runs/run_table_view.h"

#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kFormWidth = 340;

} // namespace

RunsPage::RunsPage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new RunTableModel(services.session, this)),
      m_form(new RunForm(services, this)) {
    m_form->setFixedWidth(kFormWidth);
    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(10);
    column->addWidget(new RunProgress(services, right));
    auto* splitter = new QSplitter(Qt::Vertical, right);
    splitter->addWidget(new QueuePanel(services, splitter));
    splitter->addWidget(buildPlot());
    splitter->addWidget(buildList());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 3);
    splitter->setStretchFactor(2, 2);
    splitter->setChildrenCollapsible(false);
    column->addWidget(splitter, 1);

    auto* line = new QFrame(this);
    line->setFrameShape(QFrame::VLine);
    line->setForegroundRole(QPalette::Mid);
    line->setFrameShadow(QFrame::Plain);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_form);
    row->addWidget(line);
    row->addWidget(right, 1);

    connect(&services.session, &ProjectSession::runStarted, this, &RunsPage::runStarted);
    connect(&services.session, &ProjectSession::linearReported, this, &RunsPage::linearReported);
    connect(&services.session, &ProjectSession::runFinished, this, &RunsPage::runFinished);
    connect(m_model, &QAbstractItemModel::modelReset, this, &RunsPage::refreshList);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &RunsPage::refreshList);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &RunsPage::refreshList);
    connect(m_list, &RunTableView::runSelectionChanged, this, &RunsPage::showSelected);
    connect(&services.navigator, &Navigator::runRequested, this,
            [this](const QuantizeSettings& settings, const QString& setName, const QString& runName) {
                m_form->fill(settings, setName, runName);
                emit m_services.navigator.pageRequested(page::kRuns);
            });
    refreshList();
}

QWidget* RunsPage::buildPlot() {
    auto* box = new QWidget(this);
    m_plotTitle = sectionTitle(tr("Error per linear"), box);
    m_errors = new LinesPlot(box);
    m_errors->setTitle(tr("Error per linear"));
    m_errors->setEmptyText(tr("Start a run: the error of each linear appears here as it is solved"));
    m_errors->setLogarithmic(true);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_plotTitle);
    column->addWidget(m_errors, 1);
    return box;
}

QWidget* RunsPage::buildList() {
    auto* box = new QWidget(this);
    m_list = new RunTableView(m_services, *m_model, box);
    m_list->showColumns({RunTableModel::Name, RunTableModel::Method, RunTableModel::Bits, RunTableModel::Group,
                         RunTableModel::Set, RunTableModel::BitsPerWeight, RunTableModel::Perplexity,
                         RunTableModel::LayerError, RunTableModel::Time});
    auto* hint = new QLabel(tr("No runs yet. Choose method and bits at the left, then press Start run."), box);
    hint->setAlignment(Qt::AlignCenter);
    hint->setForegroundRole(QPalette::PlaceholderText);
    m_listOrHint = new QStackedWidget(box);
    m_listOrHint->addWidget(hint);
    m_listOrHint->addWidget(m_list);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(4);
    column->addWidget(sectionTitle(tr("Runs of this project"), box));
    column->addWidget(m_listOrHint, 1);
    return box;
}

void RunsPage::refreshList() {
    m_listOrHint->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
    const auto project = m_services.session.project();
    if (!project || project->runs.empty()) {
        if (m_liveRun.isEmpty())
            plot({}, {});
        return;
    }
    if (m_list->selectedRuns().isEmpty())
        m_list->selectRun(QString::fromStdString(project->runs.back().name));
}

void RunsPage::runStarted(const QString& runName) {
    m_liveRun = runName;
    m_liveReports.clear();
    plot(runName, {});
}

void RunsPage::linearReported(const QString& runName, const LinearReport& report) {
    if (runName != m_liveRun)
        return;
    m_liveReports.push_back(report);
    plot(runName, m_liveReports);
}

void RunsPage::runFinished(const QString& runName, bool) {
    if (runName != m_liveRun)
        return;
    m_liveRun.clear();
    showSelected();
}

void RunsPage::showSelected() {
    if (!m_liveRun.isEmpty())
        return;
    const QStringList names = m_list->selectedRuns();
    const auto project = m_services.session.project();
    const Run* run = project && !names.isEmpty() ? project->findRun(names.first().toStdString()) : nullptr;
    if (run)
        plot(names.first(), run->reports);
}

void RunsPage::plot(const QString& runName, const std::vector<LinearReport>& reports) {
    m_plotTitle->setText(runName.isEmpty() ? tr("Error per linear") : tr("Error per linear of %1").arg(runName));
    m_errors->setTickNames(linearLabels(reports));
    if (reports.empty())
        m_errors->clear();
    else
        m_errors->setSeries({errorSeries(runName, reports)}, tr("Linear, in the order of the model"),
                            tr("Relative output error"));
}

} // namespace vernier::ui
