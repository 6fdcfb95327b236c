#include "ui/layers/clipping_view.h"

#include "ui/bridge/range_history.h"
#include "ui/layers/clipping_table.h"
#include "ui/layers/panel_parts.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/histogram_plot.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <utility>

namespace vernier::ui {

ClippingView::ClippingView(RangeHistory& chosen, QWidget* parent)
    : QWidget(parent), m_chosen(chosen), m_histogram(new HistogramPlot), m_plots(new QSplitter),
      m_table(new ClippingTable), m_bits(new QSpinBox),
      m_symmetric(makeToggle(tr("Symmetric"), tr("Judge on a grid whose range is −high … high, "
                                                 "with the zero point in its middle"))),
      m_energy(makeToggle(tr("Energy"), tr("Bins as high as the sum of x² of their values, not as their number: where "
                                           "clipping costs most"))),
      m_logCounts(makeToggle(tr("Log"), tr("Logarithmic counts show the tails, linear ones the bulk (L)"))),
      m_zoom(makeToggle(tr("Zoom to range"), tr("Show the selected clipping range only (Z)"))),
      m_take(new QPushButton(tr("Take"))), m_forget(new QPushButton(tr("Forget"))) {
    auto* column = makeColumn(this);
    column->addWidget(buildBar());
    m_plots->setChildrenCollapsible(false);
    m_plots->addWidget(m_histogram);
    column->addWidget(m_plots, 1);
    column->addWidget(m_table);
    m_histogram->setDraggable(true);
    connectAll();
    readChosen();
}

QWidget* ClippingView::buildBar() {
    m_bits->setRange(2, 8);
    m_bits->setValue(8);
    m_bits->setSuffix(tr(" bits"));
    m_bits->setToolTip(tr("Bits of the activation grid that the ranges are judged on"));
    m_bits->setAccessibleName(tr("Bits of the activation grid"));
    m_logCounts->setChecked(m_histogram->logarithmic());
    m_take->setToolTip(tr("Choose the selected range for this tap (Enter in the table, or a click on its line); it is "
                          "saved in the project and used by static activation schemes"));
    m_forget->setToolTip(tr("Choose no range for this tap"));
    auto* widget = new QWidget;
    auto* bar = new QHBoxLayout(widget);
    bar->setContentsMargins(0, 0, 0, 0);
    bar->addWidget(makeCaption(tr("Activations")));
    bar->addStretch(1);
    for (QWidget* control :
         std::initializer_list<QWidget*>{m_bits, m_symmetric, m_energy, m_logCounts, m_zoom, m_take, m_forget})
        bar->addWidget(control);
    return widget;
}

void ClippingView::connectAll() {
    connect(m_bits, &QSpinBox::valueChanged, this, &ClippingView::settingsChanged);
    connect(m_symmetric, &QCheckBox::toggled, m_histogram, &HistogramPlot::setMirrored);
    connect(m_symmetric, &QCheckBox::toggled, this, &ClippingView::settingsChanged);
    connect(m_energy, &QCheckBox::toggled, m_histogram, &HistogramPlot::setEnergy);
    connect(m_histogram, &HistogramPlot::energyChanged, m_energy, &QCheckBox::setChecked);
    connect(m_logCounts, &QCheckBox::toggled, m_histogram, &HistogramPlot::setLogarithmic);
    connect(m_histogram, &HistogramPlot::logarithmicChanged, m_logCounts, &QCheckBox::setChecked);
    connect(m_zoom, &QCheckBox::toggled, this, [this](bool zoomed) {
        if (zoomed)
            m_histogram->zoomToActiveRange();
        else
            m_histogram->resetView();
    });
    connect(m_histogram, &PlotView::viewReset, m_zoom, [this] { m_zoom->setChecked(false); });
    connect(m_histogram, &HistogramPlot::rangeClicked, this, &ClippingView::take);
    connect(m_histogram, &HistogramPlot::binsClicked, this, &ClippingView::valuesClicked);
    connect(m_histogram, &HistogramPlot::rangeDragged, this, &ClippingView::drag);
    connect(m_histogram, &HistogramPlot::rangeDropped, this, &ClippingView::choose);
    connect(m_table, &ClippingTable::methodSelected, this, &ClippingView::activate);
    connect(m_table, &QTableWidget::cellActivated, this, &ClippingView::take);
    connect(m_take, &QPushButton::clicked, this, [this] { take(m_table->method()); });
    connect(m_forget, &QPushButton::clicked, this, [this] { m_chosen.forget(m_tap); });
    const auto showChosen = [this] {
        readChosen();
        showRanges();
    };
    connect(&m_chosen, &RangeHistory::changed, this, showChosen);
    connect(&m_chosen, &RangeHistory::restarted, this, showChosen);
}

ClippingSettings ClippingView::settings() const {
    return {.bits = m_bits->value(), .symmetric = m_symmetric->isChecked()};
}

void ClippingView::show(const QString& tap, const Histogram& histogram, std::shared_ptr<const TapAnalysis> analysis,
                        bool isSameTap) {
    m_tap = tap;
    m_analysis = std::move(analysis);
    m_histogram->setTitle(tr("Activations at %1").arg(tap));
    m_table->setAnalysis(*m_analysis);
    if (!isSameTap) {
        const bool zoomed = m_zoom->isChecked();
        m_histogram->setHistogram(histogram.empty() ? 0 : histogram.lowerEdge(0), histogram.binWidth(),
                                  histogram.counts());
        m_zoom->setChecked(zoomed); // new data shows everything; someone stepping through taps wants to stay close
    }
    readChosen();
    showRanges();
}

void ClippingView::clear(const QString& hint) {
    m_tap.clear();
    m_analysis.reset();
    m_histogram->setTitle(tr("Activations"));
    m_histogram->setEmptyText(hint);
    m_histogram->clear();
    m_table->clearNumbers();
    readChosen();
    updateButtons();
}

void ClippingView::readChosen() {
    m_current.reset();
    const ChosenRange* chosen = m_chosen.find(m_tap);
    if (chosen && m_analysis && m_analysis->judge) {
        m_current = m_analysis->judge->judge(chosen->low, chosen->high, m_analysis->settings.options().grid);
        m_currentName = tr("chosen: %1").arg(QString::fromStdString(methodText(*chosen)));
    }
    m_table->setChosen(m_current, m_currentName);
}

void ClippingView::showRanges() {
    if (!m_analysis)
        return;
    std::vector<NamedRange> ranges;
    for (const ClippingRange& range : m_analysis->ranges)
        ranges.push_back({ClippingTable::methodName(range, m_analysis->settings), range.low, range.high});
    if (m_current)
        ranges.push_back({m_currentName, m_current->low, m_current->high});
    m_histogram->setRanges(std::move(ranges));
    activate(m_table->method());
}

const ClippingRange* ClippingView::rangeOf(int row) const {
    if (row == ClippingTable::chosenRow())
        return m_current ? &*m_current : nullptr;
    const auto index = static_cast<std::size_t>(row);
    return m_analysis && row >= 0 && index < m_analysis->ranges.size() ? &m_analysis->ranges[index] : nullptr;
}

void ClippingView::activate(int row) {
    const ClippingRange* range = rangeOf(row);
    m_histogram->setActiveRange(range ? row : -1);
    if (range)
        showLevels(*range);
    else
        m_histogram->setLevels(0, 0, 0);
    if (range && m_zoom->isChecked())
        m_histogram->zoomToActiveRange();
    updateButtons();
}

void ClippingView::updateButtons() {
    const int row = m_table->method();
    m_take->setEnabled(row != ClippingTable::chosenRow() && rangeOf(row));
    m_forget->setEnabled(m_current.has_value());
}

void ClippingView::showLevels(const ClippingRange& range) {
    m_histogram->setLevels(-range.zeroPoint * range.scale, range.scale, 1 << m_analysis->settings.bits);
}

void ClippingView::take(int row) {
    const ClippingRange* range = rangeOf(row);
    if (!range)
        return;
    if (row != ClippingTable::chosenRow())
        m_chosen.choose({m_tap.toStdString(), range->method, range->low, range->high});
    m_table->selectMethod(ClippingTable::chosenRow());
}

void ClippingView::drag(double low, double high) {
    if (!m_analysis || !m_analysis->judge)
        return;
    const bool isNew = !m_current.has_value();
    m_current = m_analysis->judge->judge(low, high, m_analysis->settings.options().grid);
    m_currentName = tr("chosen: by hand");
    m_table->setChosen(m_current, m_currentName);
    if (isNew)
        showRanges();
    if (m_table->method() != ClippingTable::chosenRow())
        m_table->selectMethod(ClippingTable::chosenRow());
    m_histogram->moveRange(ClippingTable::chosenRow(), m_current->low, m_current->high);
    showLevels(*m_current);
}

void ClippingView::choose(double low, double high) {
    if (m_analysis && m_analysis->judge)
        m_chosen.choose({m_tap.toStdString(), std::nullopt, low, high});
}

void ClippingView::markValues(double low, double high) {
    m_histogram->setMarkedValues(low, high);
}

void ClippingView::addBeside(QWidget* plot) {
    m_plots->addWidget(plot);
}

void ClippingView::toggleLogarithmic() {
    m_logCounts->toggle();
}

void ClippingView::zoomToRange() {
    m_zoom->toggle();
}

} // namespace vernier::ui
