#include "ui/compare/trade_off_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/run_arrangement.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/text.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/scatter_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace vernier::ui {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double valueOf(const ComparisonRow& row, int column) {
    const double value = RunColumns::number(row, column).value_or(kMissing);
    return column == RunColumns::Size ? value / 1e6 : value;
}

/// Runs calibrated on different sets are told apart by their series, when there is more than one set.
QString seriesOf(const ComparisonRow& row, bool hasSeveralSets) {
    const QString method = methodTitle(row.method);
    return hasSeveralSets ? QStringLiteral("%1 · %2").arg(method, QString::fromStdString(row.calibrationSet)) : method;
}

const ComparisonRow* baselineRow(const RunTableModel& model) {
    return model.baselineRow() < 0 ? nullptr : &model.rows()[static_cast<std::size_t>(model.baselineRow())];
}

/// Makes those that are not comparable with the baseline, or where that is not among them with as many others as
/// possible, not a number. Returns how many these are.
std::size_t leaveOutOthers(std::vector<CostAndLoss>& points, const std::vector<const ComparisonRow*>& rows,
                           const ComparisonRow* baseline, int column) {
    const auto isAlike = [&](const ComparisonRow* a, const ComparisonRow* b) {
        return a == b || RunColumns::isComparable(*a, *b, column);
    };
    const auto alikeTo = [&](const ComparisonRow* row) {
        return std::ranges::count_if(rows, [&](const ComparisonRow* other) { return isAlike(row, other); });
    };
    const ComparisonRow* measure = baseline;
    if (std::ranges::find(rows, baseline) == rows.end()) {
        const auto most = std::ranges::max_element(rows, {}, alikeTo);
        if (most == rows.end())
            return 0;
        measure = *most;
    }
    std::size_t others = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!isAlike(measure, rows[i])) {
            points[i].loss = kMissing;
            ++others;
        }
    return others;
}

} // namespace

TradeOffView::TradeOffView(const Services& services, const RunArrangement& runs, QWidget* parent)
    : QWidget(parent), m_services(services), m_runs(runs), m_cost(new QComboBox(this)), m_loss(new QComboBox(this)),
      m_plot(new ScatterPlot(this)), m_frontText(new ElidedLabel(Qt::ElideRight, this)) {
    m_cost->addItem(tr("Bits per weight"), RunColumns::BitsPerWeight);
    m_cost->addItem(tr("Size (MB)"), RunColumns::Size);
    m_cost->setAccessibleName(tr("Horizontal axis"));
    m_cost->setToolTip(tr("What stands on the horizontal axis"));
    m_loss->addItem(tr("Perplexity"), RunColumns::Perplexity);
    m_loss->addItem(tr("Perplexity loss"), RunColumns::Loss);
    m_loss->addItem(tr("KL divergence (nats)"), RunColumns::Kl);
    m_loss->addItem(tr("Mean layer error"), RunColumns::LayerError);
    m_loss->setAccessibleName(tr("Vertical axis"));
    m_loss->setToolTip(tr("What stands on the vertical axis; lower is better"));
    m_plot->setTitle(tr("Cost against loss"));
    m_plot->setEmptyText(tr("Nothing evaluated yet: start a run in Runs with Evaluate afterwards"));

    auto* bar = new QHBoxLayout;
    auto* title = new QLabel(tr("Trade-off"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    bar->addWidget(title);
    bar->addStretch();
    bar->addWidget(m_loss);
    bar->addWidget(new QLabel(tr("against"), this));
    bar->addWidget(m_cost);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 6, 0);
    column->setSpacing(4);
    column->addLayout(bar);
    column->addWidget(m_plot, 1);
    m_frontText->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_frontText);

    connect(&runs, &RunArrangement::arranged, this, &TradeOffView::refresh);
    connect(m_cost, &QComboBox::currentIndexChanged, this, &TradeOffView::refresh);
    connect(m_loss, &QComboBox::currentIndexChanged, this, &TradeOffView::refresh);
    connect(m_plot, &ScatterPlot::pointClicked, this,
            [this](int index) { m_services.selection.selectRun(m_plotted.value(index)); });
    connect(&services.selection, &Selection::runChanged, this, &TradeOffView::refreshSelected);
    refresh();
}

void TradeOffView::refreshSelected() {
    m_plot->setSelected(static_cast<int>(m_plotted.indexOf(m_services.selection.run())));
}

void TradeOffView::refresh() {
    const int cost = m_cost->currentData().toInt();
    const int loss = m_loss->currentData().toInt();
    std::set<std::string> sets;
    for (const ComparisonRow* row : m_runs.shown())
        sets.insert(row->calibrationSet);
    std::vector<ScatterPoint> points;
    std::vector<CostAndLoss> tradeOffs;
    std::vector<const ComparisonRow*> plotted;
    m_plotted.clear();
    for (const ComparisonRow* row : m_runs.shown()) {
        const CostAndLoss is{valueOf(*row, cost), valueOf(*row, loss)};
        if (std::isnan(is.loss))
            continue;
        const QString name = fromUtf8(row->run);
        points.push_back({is.cost, is.loss, name, seriesOf(*row, sets.size() > 1)});
        tradeOffs.push_back(is);
        plotted.push_back(row);
        m_plotted.append(name);
    }
    // A front is of runs that were judged on the same text: the baseline's, or the one of most.
    const std::size_t others = leaveOutOthers(tradeOffs, plotted, baselineRow(m_runs.source()), loss);
    const std::vector<std::size_t> front = paretoFront(tradeOffs);
    m_front.clear();
    for (const std::size_t i : front)
        m_front.append(m_plotted[static_cast<qsizetype>(i)]);
    QString text = m_front.isEmpty() ? QString() : tr("Pareto front: %1").arg(m_front.join(QStringLiteral(", ")));
    if (others > 0)
        text += tr(" · %1 measured on other text").arg(others);
    m_frontText->setText(text);

    const RunTableModel& model = m_runs.source();
    QString baseline;
    if (model.baselineRow() >= 0)
        baseline = fromUtf8(model.rows()[static_cast<std::size_t>(model.baselineRow())].run);
    std::optional<ReferenceLine> reference;
    if (const auto project = m_services.session.project(); project && loss == RunColumns::Perplexity)
        for (const Run& run : project->runs)
            if (run.evaluation && run.evaluation->referencePerplexity)
                reference = ReferenceLine{*run.evaluation->referencePerplexity, tr("Full precision")};
    ScatterContent content;
    content.points = std::move(points);
    content.front = front;
    content.frontName = tr("Pareto front");
    content.marked = static_cast<int>(m_plotted.indexOf(baseline));
    content.markName = tr("Baseline");
    content.reference = std::move(reference);
    content.selected = static_cast<int>(m_plotted.indexOf(m_services.selection.run()));
    m_plot->setContent(std::move(content), m_cost->currentText(), m_loss->currentText());
}

} // namespace vernier::ui
