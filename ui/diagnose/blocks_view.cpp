#include "ui/diagnose/blocks_view.h"

#include "ui/bridge/selection.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/section_title.h"

#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

/// Percent of full precision's energy; nothing where there is none, as before the first block.
double percent(double part, const BlockErrors& block) {
    return part > 0 && block.signal > 0 ? 100 * part / block.signal : std::numeric_limits<double>::quiet_NaN();
}

QWidget* framed(QLabel* title, QWidget* content) {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(title);
    column->addWidget(content, 1);
    return box;
}

} // namespace

BlocksView::BlocksView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis), m_waterfall(new LinesPlot), m_growth(new LinesPlot) {
    m_waterfall->setTitle(tr("Errors behind each block"));
    m_waterfall->setEmptyText(tr("“Measure” runs evaluation text through full precision and the run, block by block"));
    m_waterfall->setLogarithmic(true);
    m_waterfall->setToolTip(tr("Squared error of the residual stream in percent of full precision's energy.\n"
                               "Own rounding: this block quantized, its input exact.\n"
                               "Inherited: this block exact, its input from the quantized blocks before it.\n"
                               "Total: everything quantized. Less than own and inherited together: compensated."));
    m_growth->setTitle(tr("Growth along the depth, run by run"));
    m_growth->setEmptyText(tr("Every run that was measured has a line here"));
    m_growth->setLogarithmic(true);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(framed(sectionTitle(tr("Where this run's error comes from"), this), m_waterfall));
    split->addWidget(framed(sectionTitle(tr("Total error, all runs measured"), this), m_growth));
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(split);

    const auto select = [this](int, int block) {
        m_diagnosis.services().selection.selectTap(block, 0); // the other workspaces show that block
    };
    connect(m_waterfall, &LinesPlot::pointClicked, this, select);
    connect(m_growth, &LinesPlot::pointClicked, this, select);
    connect(&diagnosis.services().selection, &Selection::tapChanged, this, [this](int block, int) {
        m_waterfall->setSelected(block);
        m_growth->setSelected(block);
    });
    connect(&diagnosis, &Diagnosis::runChanged, this, &BlocksView::refresh);
    connect(&diagnosis, &Diagnosis::measured, this, &BlocksView::refresh);
    refresh();
}

void BlocksView::refresh() {
    const auto& blocks = m_diagnosis.current().growth;
    LineSeries own{tr("own rounding"), {}}, inherited{tr("inherited"), {}}, total{tr("total"), {}};
    for (const BlockErrors& block : blocks) {
        own.values.push_back(percent(block.own, block));
        inherited.values.push_back(percent(block.inherited, block));
        total.values.push_back(percent(block.total, block));
    }
    if (blocks.empty())
        m_waterfall->clear();
    else
        m_waterfall->setSeries({std::move(own), std::move(inherited), std::move(total)}, tr("Block"),
                               tr("Error (% of energy)"));
    std::vector<LineSeries> runs;
    for (const auto& [name, known] : m_diagnosis.all()) {
        LineSeries line{name, {}};
        for (const BlockErrors& block : known.growth)
            line.values.push_back(percent(block.total, block));
        if (!line.values.empty())
            runs.push_back(std::move(line));
    }
    if (runs.empty())
        m_growth->clear();
    else
        m_growth->setSeries(std::move(runs), tr("Block"), tr("Total error (% of energy)"));
}

} // namespace vernier::ui
