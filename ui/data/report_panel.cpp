#include "ui/data/report_panel.h"

#include "core/base/error.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/text.h"
#include "ui/plots/lines_plot.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

QTableWidget* makeTable(const QString& name) {
    auto* table = new QTableWidget;
    table->setAccessibleName(name);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    return table;
}

void setCell(QTableWidget& table, int row, int column, const QString& text, bool isNumber) {
    auto* item = new QTableWidgetItem(text);
    if (isNumber)
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table.setItem(row, column, item);
}

QString sharesText(const std::vector<MixShare>& shares) {
    constexpr std::size_t kShown = 4;
    QStringList parts;
    for (std::size_t i = 0; i < std::min(shares.size(), kShown); ++i)
        parts +=
            QStringLiteral("%1 %2").arg(shares[i].name.empty() ? ReportPanel::tr("none") : fromUtf8(shares[i].name),
                                        formatPercent(shares[i].share, 0));
    if (shares.size() > kShown)
        parts += QStringLiteral("…");
    return parts.join(QStringLiteral(", "));
}

} // namespace

ReportPanel::ReportPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_windows(new QSpinBox),
      m_matrixWanted(new QCheckBox(tr("Domain against domain"))), m_report(new QPushButton(tr("Report"))),
      m_verdict(new QLabel), m_facts(new QLabel), m_curve(new LinesPlot), m_tables(new QTabWidget),
      m_taps(makeTable(tr("Gram matrices"))), m_matrix(makeTable(tr("Domain against domain"))) {
    m_windows->setRange(0, 1 << 16);
    m_windows->setValue(64);
    m_windows->setSpecialValueText(tr("all windows"));
    m_windows->setSuffix(tr(" windows at most"));
    m_windows->setAccessibleName(tr("Windows"));
    m_matrixWanted->setChecked(true);
    m_matrixWanted->setToolTip(tr("Quantizes one block calibrated on each domain and tests it on every other"));
    m_report->setToolTip(tr("Runs the set through the model once, without quantizing anything"));
    QFont bold = m_verdict->font();
    bold.setBold(true);
    m_verdict->setFont(bold);
    m_verdict->setWordWrap(true);
    m_facts->setWordWrap(true);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_curve->setTitle(tr("How far statistics still move"));
    m_curve->setLogarithmic(true);
    m_tables->addTab(m_taps, tr("Layers"));
    m_tables->addTab(m_matrix, tr("Calibrate on, test on"));
    m_tables->setDocumentMode(true);

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_windows);
    bar->addWidget(m_matrixWanted);
    bar->addStretch(1);
    bar->addWidget(m_report);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_verdict);
    column->addWidget(m_facts);
    column->addWidget(m_curve, 3);
    column->addWidget(m_tables, 2);

    connect(m_report, &QPushButton::clicked, this, &ReportPanel::report);
    connect(&curation, &Curation::setsChanged, this, &ReportPanel::refresh);
    connect(&curation.services().model, &ModelProvider::changed, this, &ReportPanel::refresh);
    refresh();
}

void ReportPanel::refresh() {
    const bool hasModel = m_curation.model() != nullptr;
    const CalibrationSet* set = m_curation.set();
    m_report->setEnabled(hasModel && set && !set->documents.empty());
    m_curve->setEmptyText(hasModel ? tr("“Report” shows how far the statistics of the layers still move as windows of "
                                        "the set are added, and from where on more data stops helping")
                                   : tr("Choose a model folder first (Ctrl+M)"));
}

void ReportPanel::report() {
    const auto model = m_curation.model();
    const CalibrationSet* set = m_curation.set();
    if (!model || !set)
        return;
    m_curation.services().jobs.cancel(m_job);
    ReportCardRequest request;
    request.modelFolder = model->model.folder;
    request.setName = set->name;
    request.recipe = set->recipe;
    if (m_windows->value() > 0)
        request.recipe.maxWindows = m_windows->value();
    if (m_matrixWanted->isChecked())
        request.matrix = GroupBy::Domain;
    const auto card = std::make_shared<ReportCard>();
    m_job = m_curation.submit(
        tr("Report on %1").arg(m_curation.setName()),
        [bench = m_curation.workbench(), request, card](const Project& project, JobContext& job) mutable {
            try {
                *card = reportCard(*bench, project, request, job);
            } catch (const Error& error) {
                // A set of one domain has no matrix; all the rest of the report is still worth having.
                if (!request.matrix || error.kind() != ErrorKind::Input)
                    throw;
                job.log(error.what());
                request.matrix.reset();
                *card = reportCard(*bench, project, request, job);
            }
        },
        this, [this, card] { show(*card); });
}

void ReportPanel::show(const ReportCard& card) {
    const QString verdict = fromUtf8(card.verdict.text);
    m_verdict->setText(verdict.left(1).toUpper() + verdict.mid(1));
    QStringList facts{tr("%1 windows of %2 tokens from %3 of %4 documents")
                          .arg(formatCount(static_cast<std::uint64_t>(card.windows)))
                          .arg(card.sequenceLength)
                          .arg(formatCount(card.documents), formatCount(card.documentsAll))};
    if (!card.mix.domains.empty())
        facts += tr("domains: %1").arg(sharesText(card.mix.domains));
    if (!card.mix.languages.empty())
        facts += tr("languages: %1").arg(sharesText(card.mix.languages));
    if (!card.mix.roles.empty())
        facts += tr("roles: %1").arg(sharesText(card.mix.roles));
    if (!card.neverRouted.empty())
        facts += tr("experts never routed to: %1").arg(formatCount(card.neverRouted.size()));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    showCurve(card);
    showTaps(card);
    showMatrix(card);
    emit reported();
}

void ReportPanel::showCurve(const ReportCard& card) {
    LineSeries worst{tr("Gram, worst layer"), {}}, median{tr("Gram, median layer"), {}};
    LineSeries growth{tr("range, worst layer"), {}};
    QStringList ticks;
    for (const ConvergenceStep& step : card.convergence.steps) {
        worst.values.push_back(step.worstChange);
        median.values.push_back(step.medianChange);
        growth.values.push_back(step.worstGrowth);
        ticks += QString::number(step.to);
    }
    m_curve->setSeries({std::move(worst), std::move(median), std::move(growth)}, tr("Windows"),
                       tr("Relative change by the last doubling"));
    m_curve->setTickNames(ticks);
}

void ReportPanel::showTaps(const ReportCard& card) {
    m_taps->clear();
    m_taps->setColumnCount(6);
    m_taps->setHorizontalHeaderLabels(
        {tr("Input"), tr("Channels"), tr("Rank"), tr("Effective rank"), tr("log10 condition"), tr("Coverage")});
    const QString toolTips[] = {
        tr("Input of the linears"),
        tr("Numbers that each token has there"),
        tr("Eigenvalues of the Gram above a millionth of the largest: fewer than channels means directions that the "
           "set "
           "says nothing about"),
        tr("Exponential of the entropy of the eigenvalues: in how many directions the set really varies"),
        tr("Largest over smallest eigenvalue; 7 at most"),
        tr("Channels whose rms is at least a tenth of the median channel's"),
    };
    for (int column = 0; column < 6; ++column)
        m_taps->horizontalHeaderItem(column)->setToolTip(toolTips[column]);
    m_taps->setRowCount(static_cast<int>(card.taps.size()));
    m_taps->verticalHeader()->hide();
    for (int row = 0; row < m_taps->rowCount(); ++row) {
        const TapHealth& tap = card.taps[static_cast<std::size_t>(row)];
        const GramHealth& gram = tap.gram;
        setCell(*m_taps, row, 0, fromUtf8(tap.tap), false);
        setCell(*m_taps, row, 1, formatCount(static_cast<std::uint64_t>(gram.channels)), true);
        setCell(*m_taps, row, 2,
                (gram.estimated ? QStringLiteral("≥ ") : QString()) +
                    formatCount(static_cast<std::uint64_t>(gram.numericalRank)),
                true);
        setCell(*m_taps, row, 3, formatFixed(gram.effectiveRank, 1), true);
        setCell(*m_taps, row, 4, formatFixed(gram.log10Condition, 1), true);
        setCell(*m_taps, row, 5, formatPercent(gram.channelCoverage, 0), true);
    }
    m_taps->resizeColumnsToContents();
}

void ReportPanel::showMatrix(const ReportCard& card) {
    m_matrix->clear();
    m_matrix->setRowCount(0);
    m_matrix->setColumnCount(0);
    m_tables->setTabEnabled(1, card.matrix.has_value());
    if (!card.matrix)
        return;
    const CrossMatrix& matrix = *card.matrix;
    QStringList names;
    for (const std::string& group : matrix.groups)
        names += group.empty() ? tr("(none)") : fromUtf8(group);
    const int groups = static_cast<int>(names.size());
    m_matrix->setRowCount(groups);
    m_matrix->setColumnCount(groups);
    m_matrix->setVerticalHeaderLabels(names);
    m_matrix->setHorizontalHeaderLabels(names);
    m_matrix->verticalHeader()->show();
    m_matrix->setToolTip(tr("Error of block %1 calibrated on the row and tested on the column, over that of the column "
                            "calibrated on itself; %2 windows each")
                             .arg(matrix.block)
                             .arg(matrix.windows));
    for (int row = 0; row < groups; ++row)
        for (int column = 0; column < groups; ++column)
            setCell(
                *m_matrix, row, column,
                formatFixed(matrix.relative[matrix.at(static_cast<std::size_t>(row), static_cast<std::size_t>(column))],
                            2) +
                    QStringLiteral(" ×"),
                true);
    m_matrix->resizeColumnsToContents();
}

QString ReportPanel::verdictText() const {
    return m_verdict->text();
}

} // namespace vernier::ui
