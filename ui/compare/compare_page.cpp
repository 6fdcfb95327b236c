#include "ui/compare/compare_page.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_arrangement.h"
#include "ui/compare/compare_table.h"
#include "ui/compare/pair_view.h"
#include "ui/compare/trade_off_view.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/section_title.h"
#include "ui/runs/linear_label.h"
#include "ui/runs/run_table_view.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kTableHeight = 260; // at first; the splitter is the user's
constexpr int kPlotsHeight = 560;
constexpr qsizetype kOverlaidRuns = 6; ///< more lines cannot be told apart

} // namespace

ComparePage::ComparePage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new RunTableModel(services.session, this)),
      m_pages(new QStackedWidget(this)), m_runs(new CompareTable(services, *m_model, this)), m_table(&m_runs->view()) {
    auto* content = new QSplitter(Qt::Vertical, this);
    content->addWidget(m_runs);
    auto* plots = new QSplitter(Qt::Horizontal);
    m_tradeOff = new TradeOffView(services, m_table->arrangement(), plots);
    plots->addWidget(m_tradeOff);
    plots->addWidget(buildErrors());
    plots->setSizes({1000, 1000});
    plots->setChildrenCollapsible(false);
    auto* views = new QTabWidget(content);
    views->setDocumentMode(true);
    views->addTab(plots, tr("Trade-off"));
    views->addTab(new PairView(services, *m_model, views), tr("A against B"));
    content->addWidget(views);
    content->setSizes({kTableHeight, kPlotsHeight});
    content->setStretchFactor(0, 0);
    content->setStretchFactor(1, 1);
    content->setChildrenCollapsible(false);

    m_pages->addWidget(buildHint());
    m_pages->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(m_pages);

    connect(&m_table->arrangement(), &RunArrangement::arranged, this, &ComparePage::refresh);
    connect(m_table, &RunTableView::runSelectionChanged, this, &ComparePage::refreshErrors);
    refresh();
}

QWidget* ComparePage::buildErrors() {
    auto* box = new QWidget(this);
    m_errors = new LinesPlot(box);
    m_errors->setTitle(tr("Error per linear of the chosen runs"));
    m_errors->setEmptyText(tr("Select runs in the table to see the error of each linear"));
    m_errors->setLogarithmic(true);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(6, 0, 0, 0);
    column->setSpacing(4);
    auto* bar = new QHBoxLayout;
    bar->addStrut(QComboBox().sizeHint().height()); // as high as the bar of the plot beside it
    bar->addWidget(sectionTitle(tr("Error per linear"), box));
    column->addLayout(bar);
    column->addWidget(m_errors, 1);
    return box;
}

QWidget* ComparePage::buildHint() {
    auto* page = new QWidget(this);
    auto* text = new QLabel(tr("No runs to compare yet"), page);
    text->setForegroundRole(QPalette::PlaceholderText);
    auto* button = new QPushButton(tr("Go to Runs"), page);
    connect(button, &QPushButton::clicked, this, [this] { emit m_services.navigator.pageRequested(page::kRuns); });
    auto* column = new QVBoxLayout(page);
    column->addStretch(2);
    column->addWidget(text, 0, Qt::AlignHCenter);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return page;
}

void ComparePage::refresh() {
    m_pages->setCurrentIndex(m_model->rows().empty() ? 0 : 1);
    refreshErrors();
}

void ComparePage::refreshErrors() {
    const auto project = m_services.session.project();
    QStringList names = m_table->selectedRuns();
    // Nothing chosen means all, so that the plot has something to say from the start.
    if (names.isEmpty())
        for (const ComparisonRow* row : m_table->arrangement().shown())
            names.append(QString::fromStdString(row->run));
    std::vector<LineSeries> lines;
    for (const QString& name : names.first(std::min(names.size(), kOverlaidRuns)))
        if (const Run* run = project ? project->findRun(name.toStdString()) : nullptr) {
            if (lines.empty())
                m_errors->setTickNames(linearLabels(run->reports));
            lines.push_back(errorSeries(name, run->reports));
        }
    if (lines.empty())
        m_errors->clear();
    else
        m_errors->setSeries(std::move(lines), tr("Linear, in the order of the model"), tr("Relative output error"));
}

} // namespace vernier::ui
