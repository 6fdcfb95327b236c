#include "ui/compare/pair_view.h"

#include "core/workbench/run_model.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/text.h"
#include "ui/plots/histogram_plot.h"
#include "ui/tokens/token_loss_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace vernier::ui {

namespace {

constexpr int kWindows = 32; // at first: enough to be sure of what matters, quick to measure
constexpr int kLikeliest = 5;
constexpr std::size_t kListed = 200; // tokens

/// A share of resamples as confidence; of so many resamples none says that it is certain.
QString confidence(double share) {
    return share > 0.999 ? PairView::tr("more than %1").arg(formatPercent(0.999, 1)) : formatPercent(share, 1);
}

/// "Quantized model 45 %, about 12 s left"
QString jobText(const JobInfo& job) {
    if (job.state == JobState::Queued)
        return PairView::tr("Waits for other jobs");
    if (job.state == JobState::Cancelling)
        return PairView::tr("Cancelling…");
    QString text = job.stage;
    if (job.total > 0)
        text += QLatin1Char(' ') + formatPercent(static_cast<double>(job.done) / static_cast<double>(job.total), 0);
    if (job.remaining)
        text += PairView::tr(", about %1 left").arg(formatDuration(*job.remaining));
    return text;
}

} // namespace

QString pairVerdict(const PairedComparison& is, const QString& first, const QString& second) {
    const double half = (is.high - is.low) / 2;
    const QString basis = PairView::tr("%1 tokens in %2 windows")
                              .arg(formatCount(static_cast<std::uint64_t>(is.tokens)),
                                   formatCount(static_cast<std::uint64_t>(is.windows)));
    if (!is.isSure())
        return PairView::tr("No sure difference: %1 loses %2 ± %3 nats/token against %4, and less than it in %5 of the "
                            "resamples · %6")
            .arg(first,
                 (is.meanDifference < 0 ? QStringLiteral("−") : QStringLiteral("+")) +
                     formatSignificant(std::abs(is.meanDifference)),
                 formatSignificant(half, 2), second, formatPercent(is.firstBetterShare, 1), basis);
    const bool isFirst = is.meanDifference < 0;
    const double low = std::min(std::abs(is.low), std::abs(is.high));
    const double high = std::max(std::abs(is.low), std::abs(is.high));
    return PairView::tr("%1 is better than %2 by %3 ± %4 nats/token (95 %: %5 … %6; sure at %7) · %8")
        .arg(isFirst ? first : second, isFirst ? second : first, formatSignificant(std::abs(is.meanDifference)),
             formatSignificant(half, 2), formatSignificant(low), formatSignificant(high),
             confidence(isFirst ? is.firstBetterShare : 1 - is.firstBetterShare), basis);
}

PairView::PairView(const Services& services, RunTableModel& model, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(model), m_verdict(new QLabel(this)),
      m_histogram(new HistogramPlot(this)),
      m_tokens(new TokenLossView(services.jobs, tr("“Compare” lists the tokens on which A loses most against B"),
                                 tr("Select a token: its text appears here, coloured where A loses (or gains) against "
                                    "B; hover for both runs' guesses"))) {
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QFont bold = m_verdict->font();
    bold.setBold(true);
    m_verdict->setFont(bold);
    m_histogram->setTitle(tr("Loss of A less that of B, per token"));
    m_histogram->setQuantity(tr("Tokens"), tr("Loss of A less that of B (nats/token)"), tr("Tokens"));
    m_histogram->setEmptyText(tr("Choose two runs, then “Compare”: how their losses differ, token by token"));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_histogram);
    split->addWidget(m_tokens);
    split->setSizes({700, 1300});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(4);
    column->addWidget(buildBar());
    column->addWidget(m_verdict);
    column->addWidget(split, 1);
    connect(&model, &RunTableModel::rowsRefreshed, this, &PairView::refreshRuns);
    connect(&services.session, &ProjectSession::projectReset, this, [this] { clear({}); });
    connect(&services.selection, &Selection::runChanged, this, &PairView::follow);
    connect(&services.jobs, &JobRunner::jobChanged, this, &PairView::refreshBar);
    connect(&services.jobs, &JobRunner::jobFinished, this, &PairView::refreshBar);
    clear({});
    refreshRuns();
}

QWidget* PairView::buildBar() {
    auto* bar = new QWidget(this);
    const auto runs = [&](const QString& name, const QString& toolTip) {
        auto* box = new QComboBox(bar);
        box->setAccessibleName(name);
        box->setToolTip(toolTip);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(20);
        connect(box, &QComboBox::currentIndexChanged, this, &PairView::refreshBar);
        return box;
    };
    m_first = runs(tr("Run A"), tr("The run that is compared; follows the one selected"));
    m_second = runs(tr("Run B"), tr("The run it is compared with; at first the baseline"));
    m_windows = new QSpinBox(bar);
    m_windows->setRange(2, 1 << 16);
    m_windows->setValue(kWindows);
    m_windows->setSuffix(tr(" windows"));
    m_windows->setAccessibleName(tr("Windows"));
    m_windows->setToolTip(tr("Windows of the set “evaluation” to measure on"));
    m_measure = new QPushButton(tr("Compare"), bar);
    m_progress = new QLabel(bar);
    m_progress->setForegroundRole(QPalette::PlaceholderText);
    connect(m_measure, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_services.jobs.cancel(m_job);
        else
            measure();
    });
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(new QLabel(tr("A"), bar));
    row->addWidget(m_first);
    row->addWidget(new QLabel(tr("against B"), bar));
    row->addWidget(m_second);
    row->addWidget(m_progress, 1);
    row->addWidget(m_windows);
    row->addWidget(m_measure);
    return bar;
}

QString PairView::verdict() const {
    return m_verdict->text();
}

void PairView::refreshRuns() {
    QStringList names;
    for (const ComparisonRow& row : m_model.rows())
        names.append(fromUtf8(row.run));
    const auto fill = [&](QComboBox& box, const QString& otherwise) {
        const QString was = box.currentText();
        const QSignalBlocker quiet(box);
        box.clear();
        box.addItems(names);
        box.setCurrentText(names.contains(was) ? was : otherwise);
    };
    const int baseline = m_model.baselineRow();
    fill(*m_second, baseline >= 0 ? names[baseline] : names.value(0));
    fill(*m_first, names.value(m_second->currentText() == names.value(names.size() - 1) ? 0 : names.size() - 1));
    refreshBar();
}

void PairView::follow(const QString& run) {
    if (m_first->findText(run) >= 0 && run != m_second->currentText())
        m_first->setCurrentText(run);
}

void PairView::refreshBar() {
    const JobInfo* job = m_job ? m_services.jobs.job(m_job) : nullptr;
    const bool hasPair = m_first->count() > 1 && m_first->currentText() != m_second->currentText();
    const auto project = m_services.session.project();
    const bool hasText = project && project->findSet("evaluation");
    m_measure->setText(job ? tr("Cancel") : tr("Compare"));
    m_measure->setEnabled(job || (hasPair && hasText));
    if (job)
        m_progress->setText(jobText(*job));
    else
        m_progress->setText(!hasText && project ? tr("To measure, import text with the tag “evaluation”")
                            : !hasPair          ? tr("Choose two different runs")
                                                : QString());
}

void PairView::clear(const QString& reason) {
    m_verdict->setText(reason);
    m_verdict->setVisible(!reason.isEmpty());
    m_histogram->clear();
    m_tokens->setContent({tr("A"), tr("B"), nullptr, {}, nullptr, {}});
    m_shownFirst.clear();
    m_shownSecond.clear();
}

JobId PairView::measure() {
    const auto project = m_services.session.project();
    const QString first = m_first->currentText(), second = m_second->currentText();
    if (!project || m_job || first == second || !project->findRun(first.toStdString()) ||
        !project->findRun(second.toStdString()))
        return 0;
    EvaluationData data;
    data.maxWindows = m_windows->value();
    const auto outcome = std::make_shared<Outcome>();
    JobRequest request;
    request.title = tr("Compare %1 with %2").arg(first, second);
    request.context = this;
    request.work = [project, bench = m_services.session.workbench(), data, outcome, a = first.toStdString(),
                    b = second.toStdString()](JobContext& job) {
        const Run& run = *project->findRun(a);
        const auto pair = std::make_shared<const PairDifference>(
            comparePairTokens(*bench, *project, run, *project->findRun(b), data, job));
        outcome->model = openModelOf(*bench, run, job);
        outcome->worst = worstList(pair->tokens, outcome->model->tokenizer, kListed);
        outcome->bins = binDifferences(pair->tokens);
        outcome->pair = pair;
    };
    request.onFinished = [this, project, first, second, outcome](const JobOutcome& job) {
        finish(job, first, second, project, *outcome);
    };
    m_job = m_services.jobs.submit(std::move(request));
    refreshBar();
    return m_job;
}

void PairView::finish(const JobOutcome& job, const QString& first, const QString& second,
                      std::shared_ptr<const Project> project, const Outcome& outcome) {
    m_job = 0;
    refreshBar();
    if (job.state != JobState::Done || !m_services.session.isOpen())
        return;
    m_shownFirst = first;
    m_shownSecond = second;
    m_verdict->setText(pairVerdict(outcome.pair->paired, first, second));
    m_verdict->show();
    m_histogram->setHistogram(outcome.bins.firstEdge, outcome.bins.binWidth, outcome.bins.counts);
    TokenLossContent content{
        first,         second,        std::shared_ptr<const TokenComparison>(outcome.pair, &outcome.pair->tokens),
        outcome.worst, outcome.model, {}};
    content.predict = [project, bench = m_services.session.workbench(), model = outcome.model, first,
                       second](std::span<const std::int32_t> ids, JobContext& context) {
        const auto guesses = [&](const QString& name) {
            const Run& run = *project->findRun(name.toStdString());
            return predictionTexts(predictWindow(*bench, *project, run, ids, kLikeliest, context).run,
                                   model->tokenizer);
        };
        std::vector<QString> texts = guesses(first);
        const std::vector<QString> others = guesses(second);
        for (std::size_t i = 0; i < texts.size(); ++i)
            texts[i] = QStringLiteral("%1: %2\n%3: %4").arg(first, texts[i], second, others[i]);
        return texts;
    };
    m_tokens->setContent(std::move(content));
}

} // namespace vernier::ui
