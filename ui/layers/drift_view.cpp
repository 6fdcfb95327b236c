#include "ui/layers/drift_view.h"

#include "core/workbench/run_statistics.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/drift_lines.h"
#include "ui/layers/panel_parts.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/number_format.h"
#include "ui/plots/number_table.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <optional>

namespace vernier::ui {

namespace {

constexpr std::array kKinds{TapKinds{TapKind::LinearInput}, TapKinds{TapKind::LinearOutput},
                            TapKinds{TapKind::Residual, TapKind::Key, TapKind::Value}};
constexpr int kIsRun = Qt::UserRole + 1;
constexpr double kSurprised = 0.1; ///< bits; a tap of the same text seen twice stays far below

bool hasCalibration(const Project& project, const std::string& set) {
    return std::ranges::any_of(project.calibrations, [&](const auto& record) { return record.setName == set; });
}

} // namespace

DriftView::DriftView(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_job(services.jobs, *this), m_calibrated(new QComboBox),
      m_against(new QComboBox), m_kinds(new QComboBox), m_remedy(new QPushButton), m_status(new ElidedLabel),
      m_lines(new LinesPlot),
      m_table(new NumberTable(
          tr("Drift of every tap"),
          {tr("Tap"), tr("Divergence (bits)"), tr("Outside"), tr("Growth"), tr("Calibrated on"), tr("Against")},
          {tr("Block and linears; the whole name in the tooltip"),
           tr("Jensen–Shannon divergence of the two histograms: 0 for equal ones, 1 when no bin is in both"),
           tr("Share of the new values beyond the smallest and largest calibrated on"),
           tr("Largest new |x| over the largest calibrated on; above 1 a static min/max range clips it"),
           tr("Smallest and largest value calibrated on"), tr("Smallest and largest value of the text to come")})) {
    m_lines->setTitle(tr("Drift over depth"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setObjectName(QStringLiteral("driftParts"));
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_lines);
    parts->addWidget(m_table);
    parts->setSizes({400, 300});
    auto* column = makeColumn(this);
    column->setContentsMargins(4, 6, 0, 0);
    column->addLayout(buildBar());
    column->addWidget(m_status);
    column->addWidget(parts, 1);
    connectAll();
    listSets();
}

QLayout* DriftView::buildBar() {
    m_calibrated->setAccessibleName(tr("Set calibrated on"));
    m_calibrated->setToolTip(tr("Set whose newest calibration is looked at"));
    m_against->setAccessibleName(tr("Set to compare with"));
    m_against->setToolTip(
        tr("Set that stands for the text to come, for example what the model will be deployed on; or a run, "
           "to see how far quantizing moved what every tap sees of the text it was calibrated on"));
    for (QComboBox* box : {m_calibrated, m_against})
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_kinds->addItems({tr("Inputs of linears"), tr("Outputs of linears"), tr("Residual, keys, values")});
    m_kinds->setAccessibleName(tr("Kinds of taps compared"));
    m_kinds->setToolTip(tr("Kinds of taps that are drawn and listed"));
    m_status->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(new QLabel(tr("Calibrated on")));
    bar->addWidget(m_calibrated);
    bar->addWidget(new QLabel(tr("against")));
    bar->addWidget(m_against);
    bar->addWidget(m_remedy);
    bar->addStretch(1);
    bar->addWidget(m_kinds);
    return bar;
}

void DriftView::connectAll() {
    const ProjectSession& session = m_services.session;
    for (const auto signal : {&ProjectSession::projectReset, &ProjectSession::corpusChanged,
                              &ProjectSession::calibrationChanged, &ProjectSession::runsChanged})
        connect(&session, signal, this, &DriftView::listSets);
    connect(&session, &ProjectSession::runObserved, this, &DriftView::refresh);
    connect(&m_services.model, &ModelProvider::changed, this, &DriftView::showReports);
    connect(m_calibrated, &QComboBox::currentIndexChanged, this, &DriftView::refresh);
    connect(m_against, &QComboBox::currentIndexChanged, this, &DriftView::refresh);
    connect(m_kinds, &QComboBox::currentIndexChanged, this, &DriftView::showReports);
    connect(m_remedy, &QPushButton::clicked, this, &DriftView::orderMissing);
    connect(&m_services.selection, &Selection::tapChanged, this, &DriftView::markSelected);
    connect(m_lines, &LinesPlot::pointClicked, this, [this](int line, int block) {
        if (const int report = m_points[static_cast<std::size_t>(line)][static_cast<std::size_t>(block)]; report >= 0)
            select(m_reports[static_cast<std::size_t>(report)]);
    });
    connect(m_table, &QTableWidget::itemSelectionChanged, this, [this] {
        if (const auto rows = m_table->selectionModel()->selectedRows(); !rows.isEmpty())
            if (const int report = m_table->keyOf(rows.first().row()); report >= 0)
                select(m_reports[static_cast<std::size_t>(report)]);
    });
}

void DriftView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale)
        refresh();
}

/// Lists the sets, keeping what was chosen; at first the calibration that is shown against the newest other one.
void DriftView::listSets() {
    const auto project = m_services.session.project();
    const QString first = m_calibrated->currentData().toString(), second = m_against->currentData().toString();
    const bool wasRun = againstIsRun();
    {
        const QSignalBlocker quietFirst(m_calibrated), quietSecond(m_against);
        m_calibrated->clear();
        m_against->clear();
        if (project) {
            for (const CalibrationRecord& record : project->calibrations)
                for (QComboBox* box : {m_calibrated, m_against})
                    if (const QString name = fromUtf8(record.setName); box->findData(name) < 0)
                        box->addItem(name, name);
            for (const CalibrationSet& set : project->sets)
                if (const QString name = fromUtf8(set.name); m_against->findData(name) < 0)
                    m_against->addItem(tr("%1 (not calibrated)").arg(name), name);
            for (const Run& run : project->runs) {
                m_against->addItem(tr("run %1").arg(fromUtf8(run.name)), fromUtf8(run.name));
                m_against->setItemData(m_against->count() - 1, true, kIsRun);
            }
        }
        const int known = m_calibrated->findData(first);
        m_calibrated->setCurrentIndex(
            known >= 0 ? known : std::max(0, m_calibrated->findData(m_services.statistics.setName())));
        int other = -1;
        for (int i = 0; i < m_against->count(); ++i)
            if (m_against->itemData(i) == second && m_against->itemData(i, kIsRun).toBool() == wasRun &&
                (wasRun || second != m_calibrated->currentData()))
                other = i;
        for (int i = m_calibrated->count() - 1; other < 0 && i >= 0; --i)
            if (i != m_calibrated->currentIndex())
                other = i;
        for (int i = 0; other < 0 && i < m_against->count(); ++i)
            if (m_against->itemData(i) != m_calibrated->currentData())
                other = i;
        m_against->setCurrentIndex(std::max(0, other));
    }
    refresh();
}

void DriftView::refresh() {
    m_isStale = !isVisible();
    if (m_isStale)
        return;
    m_job.cancel();
    const auto project = m_services.session.project();
    const QString first = m_calibrated->currentData().toString(), second = m_against->currentData().toString();
    m_remedy->hide();
    m_calibrated->setEnabled(!againstIsRun()); // a run is compared with its own calibration
    if (!project || first.isEmpty())
        showNothing(tr("No calibration yet. Runs makes one"));
    else if (againstIsRun())
        compare({{}, {}, "*", second.toStdString()});
    else if (m_against->count() < 2)
        showNothing(tr("Drift compares what two sets cause. Make or import a second set in Data, for example of the "
                       "text that the model will be deployed on, then choose it here"));
    else if (first == second)
        showNothing(tr("Choose another set to compare %1 with").arg(first));
    else if (!hasCalibration(*project, second.toStdString()))
        offer(tr("Calibrate on %1").arg(second),
              tr("Feeds %1 through the model with the recipe that %2 was calibrated with").arg(second, first),
              tr("%1 has not been calibrated on. The button above feeds it through the model, as %2 was")
                  .arg(second, first));
    else
        compare({first.toStdString(), second.toStdString(), "*"});
}

bool DriftView::againstIsRun() const {
    return m_against->currentData(kIsRun).toBool();
}

void DriftView::offer(const QString& remedy, const QString& toolTip, const QString& why) {
    m_remedy->setText(remedy);
    m_remedy->setToolTip(toolTip);
    m_remedy->show();
    showNothing(why);
}

void DriftView::compare(const DriftRequest& request) {
    const auto reports = std::make_shared<std::optional<std::vector<DriftReport>>>();
    m_status->setText(tr("comparing…"));
    m_job.start(
        tr("Compare calibrations"),
        [bench = m_services.session.workbench(), project = m_services.session.project(), request,
         reports](JobContext& job) {
            // Observing a run takes as long as a calibration: that is ordered, not done in passing.
            const Run* run = project->findRun(request.run);
            if (!run || isObserved(*bench, *run))
                *reports = reportDrift(*bench, *project, request, job);
        },
        [this, reports, name = fromUtf8(request.run)](const JobOutcome& outcome) {
            if (outcome.state == JobState::Failed)
                return showNothing(outcome.error);
            if (outcome.state != JobState::Done)
                return;
            if (!*reports)
                return offer(tr("Observe %1").arg(name),
                             tr("Runs the text that %1 was calibrated on through its quantized model").arg(name),
                             tr("What the taps of %1 see is not known yet. The button above runs the text that it was "
                                "calibrated on through its quantized model")
                                 .arg(name));
            m_reports = std::move(**reports);
            showReports();
            emit shown();
        });
}

bool DriftView::isListed(const DriftReport& report) const {
    return report.block >= 0 && kKinds[static_cast<std::size_t>(m_kinds->currentIndex())].contains(report.tap.kind);
}

int DriftView::tapOf(const DriftReport& report) const {
    const auto& taps = m_services.statistics.taps(report.block);
    const auto found = std::ranges::find(taps, report.tap.name, &TapSpec::name);
    return found == taps.end() ? -1 : static_cast<int>(found - taps.begin());
}

QString DriftView::labelOf(const DriftReport& report) const {
    const int tap = tapOf(report);
    return tap >= 0 ? m_services.statistics.tapLabel(report.block, tap) : fromUtf8(report.tap.name);
}

void DriftView::showReports() {
    if (m_reports.empty())
        return;
    showLines();
    showTable();
    markSelected();
    std::size_t listed = 0, surprised = 0;
    const DriftReport* worst = nullptr;
    for (const DriftReport& report : m_reports)
        if (isListed(report)) {
            worst = worst ? worst : &report;
            ++listed;
            surprised += report.drift.divergence > kSurprised;
        }
    m_status->setText(worst ? tr("most surprised: block %1, %2, %3 bits · %4 of %5 taps above %6 bits")
                                  .arg(worst->block)
                                  .arg(labelOf(*worst), formatSignificant(worst->drift.divergence))
                                  .arg(surprised)
                                  .arg(listed)
                                  .arg(kSurprised)
                            : QString());
}

void DriftView::showLines() {
    const StatisticsStore& store = m_services.statistics;
    DriftLines drawn = driftLines(
        m_reports, store.blockCount(), [this](const DriftReport& report) { return isListed(report); },
        [this](const DriftReport& report) {
            return std::pair{tapOf(report), labelOf(report)};
        });
    m_points = std::move(drawn.reports);
    m_lines->setTitle(tr("Drift from %1 to %2").arg(m_calibrated->currentText(), m_against->currentText()));
    m_lines->setSeries(std::move(drawn.lines), tr("Block"), tr("Jensen–Shannon divergence (bits)"));
}

void DriftView::showTable() {
    const QSignalBlocker quiet(m_table);
    const auto listed = std::ranges::count_if(m_reports, [this](const auto& report) { return isListed(report); });
    m_table->begin(static_cast<int>(listed));
    int row = 0;
    for (std::size_t i = 0; i < m_reports.size(); ++i) {
        const DriftReport& report = m_reports[i];
        if (!isListed(report))
            continue;
        m_table->setText(row, 0, tr("%1 · %2").arg(report.block).arg(labelOf(report)), static_cast<int>(i));
        m_table->item(row, 0)->setToolTip(fromUtf8(report.tap.name));
        m_table->setNumber(row, 1, report.drift.divergence, formatSignificant(report.drift.divergence));
        m_table->setNumber(row, 2, report.drift.outside, formatPercent(report.drift.outside, 3));
        m_table->setNumber(row, 3, report.drift.rangeGrowth, tr("%1 ×").arg(formatFixed(report.drift.rangeGrowth, 2)));
        m_table->setNumber(row, 4, report.high - report.low, formatRange(report.low, report.high, 3));
        m_table->setNumber(row, 5, report.otherHigh - report.otherLow,
                           formatRange(report.otherLow, report.otherHigh, 3));
        ++row;
    }
    m_table->end();
    m_table->sortByColumn(1, Qt::DescendingOrder);
}

void DriftView::showNothing(const QString& why) {
    m_reports.clear();
    m_points.clear();
    m_status->clear();
    m_lines->setEmptyText(why);
    m_lines->clear();
    m_table->begin(0);
    m_table->end();
    m_table->setEmptyText(why);
    emit shown();
}

void DriftView::orderMissing() {
    const auto project = m_services.session.project();
    const std::string first = m_calibrated->currentData().toString().toStdString();
    if (!project)
        return;
    if (againstIsRun()) {
        m_services.session.observeRun(m_against->currentData().toString());
        return;
    }
    for (auto record = project->calibrations.rbegin(); record != project->calibrations.rend(); ++record)
        if (record->setName == first) {
            CalibrateRequest request;
            request.modelFolder = record->modelFolder;
            request.setName = m_against->currentData().toString().toStdString();
            request.recipe = record->recipe;
            request.precision = record->precision;
            request.observers = record->observers;
            request.logits = !record->logitsKey.empty();
            m_services.session.calibrate(request);
            return;
        }
}

void DriftView::select(const DriftReport& report) {
    if (const int tap = tapOf(report); tap >= 0)
        m_services.selection.selectTap(report.block, tap);
}

void DriftView::markSelected() {
    m_lines->setSelected(m_services.selection.block());
    const QSignalBlocker quiet(m_table);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const DriftReport& report = m_reports[static_cast<std::size_t>(m_table->keyOf(row))];
        if (report.block == m_services.selection.block() && tapOf(report) == m_services.selection.group())
            return m_table->selectRow(row);
    }
    m_table->clearSelection();
}

} // namespace vernier::ui
