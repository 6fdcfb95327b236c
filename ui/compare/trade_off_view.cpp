#include "ui/compare/trade_off_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/text.h"
#include "ui/plots/scatter_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <limits>

namespace vernier::ui {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double valueOf(const ComparisonRow& row, int column) {
    switch (column) {
    case RunTableModel::BitsPerWeight:
        return row.bitsPerWeight;
    case RunTableModel::Size:
        return static_cast<double>(row.totalBytes) / 1e6;
    case RunTableModel::Perplexity:
        return row.perplexity.value_or(kMissing);
    case RunTableModel::Loss:
        return row.perplexityLoss.value_or(kMissing);
    case RunTableModel::Kl:
        return row.kl.value_or(kMissing);
    case RunTableModel::LayerError:
        return row.meanRelativeError;
    default:
        return kMissing;
    }
}

/// Runs calibrated on different sets are told apart by their series, when there is more than one set.
QString seriesOf(const ComparisonRow& row, bool hasSeveralSets) {
    const QString method = methodTitle(row.method);
    return hasSeveralSets ? QStringLiteral("%1 · %2").arg(method, QString::fromStdString(row.calibrationSet)) : method;
}

} // namespace

TradeOffView::TradeOffView(const Services& services, RunTableModel& model, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(model), m_cost(new QComboBox(this)), m_loss(new QComboBox(this)),
      m_plot(new ScatterPlot(this)) {
    m_cost->addItem(tr("Bits per weight"), RunTableModel::BitsPerWeight);
    m_cost->addItem(tr("Size (MB)"), RunTableModel::Size);
    m_cost->setAccessibleName(tr("Horizontal axis"));
    m_cost->setToolTip(tr("What stands on the horizontal axis"));
    m_loss->addItem(tr("Perplexity"), RunTableModel::Perplexity);
    m_loss->addItem(tr("Perplexity loss"), RunTableModel::Loss);
    m_loss->addItem(tr("KL divergence (nats)"), RunTableModel::Kl);
    m_loss->addItem(tr("Mean layer error"), RunTableModel::LayerError);
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

    connect(&model, &RunTableModel::rowsRefreshed, this, &TradeOffView::refresh);
    connect(m_cost, &QComboBox::currentIndexChanged, this, &TradeOffView::refresh);
    connect(m_loss, &QComboBox::currentIndexChanged, this, &TradeOffView::refresh);
    connect(m_plot, &ScatterPlot::pointClicked, this, [this](int index) { emit runClicked(m_plotted.value(index)); });
    refresh();
}

void TradeOffView::setHighlighted(const QString& runName) {
    m_highlighted = runName;
    m_plot->setSelected(static_cast<int>(m_plotted.indexOf(runName)));
}

void TradeOffView::refresh() {
    const int cost = m_cost->currentData().toInt();
    const int loss = m_loss->currentData().toInt();
    QStringList sets;
    for (const ComparisonRow& row : m_model.rows())
        if (const QString set = QString::fromStdString(row.calibrationSet); !sets.contains(set))
            sets.append(set);
    std::vector<ScatterPoint> points;
    m_plotted.clear();
    for (const ComparisonRow& row : m_model.rows()) {
        if (valueOf(row, loss) != valueOf(row, loss))
            continue;
        const QString name = QString::fromStdString(row.run);
        points.push_back({valueOf(row, cost), valueOf(row, loss), name, seriesOf(row, sets.size() > 1)});
        m_plotted.append(name);
    }
    m_plot->setPoints(std::move(points), m_cost->currentText(), m_loss->currentText());

    std::optional<ReferenceLine> reference;
    if (const auto project = m_services.session.project(); project && loss == RunTableModel::Perplexity)
        for (const Run& run : project->runs)
            if (run.evaluation && run.evaluation->referencePerplexity)
                reference = ReferenceLine{*run.evaluation->referencePerplexity, tr("Full precision")};
    m_plot->setReference(reference);
    m_plot->setSelected(static_cast<int>(m_plotted.indexOf(m_highlighted)));
}

} // namespace vernier::ui
