#include "ui/diagnose/linears_view.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/text.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/plots/bars_plot.h"
#include "ui/plots/number_table.h"
#include "ui/runs/linear_label.h"

#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>
#include <set>

namespace vernier::ui {

namespace {

constexpr std::size_t kBars = 16; // more names do not fit
constexpr int kMoreBits = 2;

/// Bits of a linear with kMoreBits more, of those that every export holds.
int moreBitsThan(int bits) {
    return bits + kMoreBits <= 4 ? 4 : 8;
}

} // namespace

LinearsView::LinearsView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis), m_bars(new BarsPlot),
      m_table(new NumberTable(
          tr("Sensitivity of every linear"),
          {tr("Linear"), tr("KL alone (nats)"), tr("Share"), tr("Relative error"), tr("SQNR (dB)"), tr("Bits")},
          {tr("Block and name; the whole name in the tooltip"),
           tr("Mean KL divergence from full precision with this linear alone quantized"),
           tr("Of the sum over all linears"), tr("Estimated from the Gram: tr(dW H dWᵀ) / tr(W H Wᵀ)"),
           tr("Of the linear's output"), tr("Bits per weight, with scales and zero points")})),
      m_hint(new QLabel), m_moreBits(new QPushButton) {
    m_bars->setTitle(tr("Most sensitive linears"));
    m_bars->setEmptyText(tr("“Measure” with sensitivities tries every linear alone"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEmptyText(tr("“Measure” with “Every linear alone” fills this table"));
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_hint, 1);
    bar->addWidget(m_moreBits);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_bars);
    split->addWidget(m_table);
    split->setChildrenCollapsible(false);
    split->setSizes({1000, 1000});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(split, 1);
    column->addLayout(bar);

    connect(m_table, &QTableWidget::itemSelectionChanged, this, &LinearsView::refreshButton);
    connect(m_moreBits, &QPushButton::clicked, this, &LinearsView::orderMoreBits);
    connect(&diagnosis, &Diagnosis::runChanged, this, &LinearsView::refresh);
    connect(&diagnosis, &Diagnosis::measured, this, &LinearsView::refresh);
    refresh();
}

void LinearsView::refresh() {
    const auto& linears = m_diagnosis.current().sensitivities;
    const Run* run = m_diagnosis.run();
    std::vector<std::size_t> order(linears.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return linears[a].kl > linears[b].kl; });
    double sum = 0;
    for (const LinearSensitivity& linear : linears)
        sum += linear.kl;

    QStringList names;
    BarSeries bars{tr("KL alone"), {}};
    for (std::size_t i = 0; i < std::min(kBars, order.size()); ++i) {
        names += linearLabel(linears[order[i]].name);
        bars.values.push_back(linears[order[i]].kl);
    }
    if (linears.empty())
        m_bars->clear();
    else
        m_bars->setBars(names, {std::move(bars)}, tr("KL with this linear alone quantized (nats)"));

    m_table->begin(static_cast<int>(linears.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const std::size_t i = order[static_cast<std::size_t>(row)];
        const LinearSensitivity& linear = linears[i];
        m_table->setText(row, 0, linearLabel(linear.name), static_cast<int>(i));
        m_table->item(row, 0)->setToolTip(fromUtf8(linear.name));
        m_table->setNumber(row, 1, linear.kl, formatSignificant(linear.kl));
        m_table->setNumber(row, 2, linear.kl, sum > 0 ? formatPercent(linear.kl / sum, 1) : QString());
        m_table->setNumber(row, 3, linear.relativeError, formatSignificant(linear.relativeError));
        const LinearReport* report = nullptr;
        if (run)
            if (const auto found = std::ranges::find(run->reports, linear.name, &LinearReport::name);
                found != run->reports.end())
                report = &*found;
        m_table->setNumber(row, 4, report ? report->sqnrDb : 0, report ? formatFixed(report->sqnrDb, 1) : QString());
        m_table->setNumber(row, 5, report ? report->bitsPerWeight() : 0,
                           report ? formatFixed(report->bitsPerWeight(), 2) : QString());
    }
    m_table->end();
    m_table->sortByColumn(1, Qt::DescendingOrder);
    refreshButton();
}

std::vector<std::size_t> LinearsView::selected() const {
    std::vector<std::size_t> linears;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        if (const int key = m_table->keyOf(index.row()); key >= 0)
            linears.push_back(static_cast<std::size_t>(key));
    std::ranges::sort(linears);
    return linears;
}

void LinearsView::refreshButton() {
    const auto linears = selected();
    const auto& known = m_diagnosis.current().sensitivities;
    double sum = 0, chosen = 0;
    for (const LinearSensitivity& linear : known)
        sum += linear.kl;
    for (const std::size_t i : linears)
        chosen += known[i].kl;
    const Run* run = m_diagnosis.run();
    const bool isInteger = run && run->settings.scheme.format == NumberFormat::Integer && run->settings.scheme.bits < 8;
    m_moreBits->setEnabled(!linears.empty() && isInteger);
    m_moreBits->setText(isInteger ? tr("Make a run with %1 bits for these").arg(moreBitsThan(run->settings.scheme.bits))
                                  : tr("Make a run with more bits for these"));
    if (known.empty())
        m_hint->clear();
    else if (linears.empty())
        m_hint->setText(tr("Select the linears that deserve more bits"));
    else
        m_hint->setText(tr("%1 selected: %2 of the summed KL")
                            .arg(formatCount(linears.size(), tr("1 linear"), tr("%1 linears")),
                                 formatPercent(sum > 0 ? chosen / sum : 0, 0)));
}

void LinearsView::orderMoreBits() {
    const Run* run = m_diagnosis.run();
    if (!run)
        return;
    QuantizeRequest request{{}, run->settings, run->calibration};
    for (const std::size_t i : selected()) {
        LinearOverride change;
        change.pattern = m_diagnosis.current().sensitivities[i].name;
        change.bits = moreBitsThan(run->settings.scheme.bits);
        request.settings.overrides.push_back(change);
    }
    request.name = tr("%1-more-bits").arg(m_diagnosis.runName()).toStdString();
    m_diagnosis.services().session.quantize(request, EvaluationData{});
    emit m_diagnosis.services().navigator.pageRequested(page::kRuns);
}

} // namespace vernier::ui
