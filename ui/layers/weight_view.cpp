#include "ui/layers/weight_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/linear_facts.h"
#include "ui/layers/panel_parts.h"
#include "ui/layers/tap_linears.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/levels_plot.h"
#include "ui/plots/matrix_plot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace vernier::ui {

WeightView::WeightView(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_reading(services.jobs, *this), m_original(services.quickJobs, *this),
      m_mapping(services.quickJobs, *this), m_linears(new QComboBox), m_quantities(new QComboBox),
      m_logarithmic(makeToggle(tr("Log"), tr("Weights per level on a logarithmic axis"))), m_run(new ElidedLabel),
      m_numbers(new QLabel), m_map(new MatrixPlot), m_levels(new LevelsPlot) {
    m_map->setTitle(tr("Weight"));
    m_levels->setTitle(tr("Levels of the grid"));
    m_numbers->setWordWrap(true);
    m_numbers->setForegroundRole(QPalette::PlaceholderText);
    m_numbers->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_numbers->setAccessibleName(tr("Numbers of the weight"));
    m_numbers->setToolTip(tr("SQNR and relative error are of the weight alone, Σ e² / Σ w²; that of the output weighs "
                             "errors by the Gram. Ends: the lowest and the highest level of the grid"));
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setObjectName(QStringLiteral("weightParts"));
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_map);
    parts->addWidget(m_levels);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 1);
    parts->setSizes({460, 190});
    auto* column = makeColumn(this);
    column->setContentsMargins(4, 6, 0, 0);
    column->addLayout(buildBar());
    column->addWidget(m_numbers);
    column->addWidget(parts, 1);

    connect(&services.selection, &Selection::tapChanged, this, &WeightView::followTap);
    connect(&services.selection, &Selection::runChanged, this, &WeightView::refresh);
    connect(&services.selection, &Selection::channelChanged, this, &WeightView::markChannel);
    connect(&services.session, &ProjectSession::runsChanged, this, &WeightView::refresh);
    connect(&services.session, &ProjectSession::projectReset, this, &WeightView::followTap);
    connect(&services.statistics, &StatisticsStore::reset, this, &WeightView::followTap);
    connect(m_linears, &QComboBox::currentIndexChanged, this, &WeightView::refresh);
    connect(m_quantities, &QComboBox::currentIndexChanged, this, [this] {
        m_wished = quantity();
        showQuantity();
    });
    connect(m_logarithmic, &QCheckBox::toggled, m_levels, &LevelsPlot::setLogarithmic);
    connect(m_levels, &LevelsPlot::logarithmicChanged, m_logarithmic, &QCheckBox::setChecked);
    connect(m_map, &MatrixPlot::regionShown, this, &WeightView::askForCells);
    connect(m_map, &MatrixPlot::elementClicked, this, [this](int, int channel) {
        if (tapIsInput() && m_linear && !isOfGroups(quantity()))
            m_services.selection.selectChannel(channel);
    });
    followTap();
}

WeightView::~WeightView() = default;

QLayout* WeightView::buildBar() {
    m_linears->setAccessibleName(tr("Linear"));
    m_linears->setToolTip(tr("Linear that the selected tap feeds"));
    m_linears->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_quantities->setAccessibleName(tr("What the map shows"));
    m_quantities->setToolTip(tr("What the map shows; zoom in with the wheel until every weight is a cell. Cells that "
                                "stand for several weights show the one furthest from 0"));
    m_quantities->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_run->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_linears);
    bar->addWidget(m_quantities);
    bar->addWidget(m_run, 1);
    bar->addWidget(m_logarithmic);
    return bar;
}

QString WeightView::numbers() const {
    return m_numbers->text();
}

bool WeightView::tapIsInput() const {
    const auto& groups = m_services.statistics.inputGroups(m_services.selection.block());
    return m_services.selection.group() >= 0 && m_services.selection.group() < std::ssize(groups);
}

void WeightView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale)
        refresh();
}

/// Lists the linears of the selected tap, staying with the one of the same name.
void WeightView::followTap() {
    const QString before = m_linears->currentText();
    {
        const QSignalBlocker quiet(m_linears);
        m_linears->clear();
        if (const ArchitectureSpec* spec = m_services.model.spec())
            for (const std::string& full :
                 linearsOfTap(*spec, m_services.selection.block(), m_services.selection.group()))
                m_linears->addItem(fromUtf8(full).section(QLatin1Char('.'), -1), fromUtf8(full));
        m_linears->setCurrentIndex(std::max(0, m_linears->findText(before)));
        m_linears->setEnabled(m_linears->count() > 1);
    }
    refresh();
}

void WeightView::refresh() {
    m_isStale = !isVisible();
    if (m_isStale)
        return;
    const QString name = m_linears->currentData().toString();
    if (!name.isEmpty())
        read(name.toStdString());
    else if (m_services.selection.hasTap())
        showNothing(tr("This tap feeds no linear. Select the input of one in the list"));
    else
        showNothing(tr("Select a tap in the list to see the weights it feeds"));
}

void WeightView::read(const std::string& name) {
    const auto project = m_services.session.project();
    const Run* run = project ? project->findRun(m_services.selection.run().toStdString()) : nullptr;
    const auto model = m_services.model.model();
    if (!model)
        return showNothing(tr("The model is not open"));
    m_original.cancel();
    m_reading.cancel();
    // Reading codes waits for whatever runs; a weight alone does not.
    LatestJob& job = run ? m_reading : m_original;
    const auto facts = std::make_shared<LinearFacts>();
    m_run->setText(run ? tr("reading the codes of %1…").arg(m_services.selection.run()) : QString());
    job.start(
        tr("Read %1").arg(fromUtf8(name)),
        [bench = m_services.session.workbench(), model, project, run, name, facts](JobContext& context) {
            *facts = readLinear(*bench, *model, run, name, context);
        },
        [this, facts](const JobOutcome& outcome) {
            if (outcome.state == JobState::Done)
                show(facts);
            else if (outcome.state == JobState::Failed)
                showNothing(outcome.error);
        });
}

void WeightView::show(std::shared_ptr<const LinearFacts> linear) {
    m_linear = std::move(linear);
    m_numbers->setText(numbersText(*m_linear));
    m_map->setReadout(
        [this](int row, int column) { return m_linear ? elementText(*m_linear, quantity(), row, column) : QString(); });
    if (m_linear->weights.codes)
        m_run->setText(tr("run %1").arg(m_linear->runName));
    else if (!m_linear->runName.isEmpty())
        m_run->setText(tr("%1 keeps this linear in full precision").arg(m_linear->runName));
    else
        m_run->setText(tr("original alone: choose a run above the list"));
    listQuantities();
    showLevels();
    showQuantity();
}

void WeightView::showNothing(const QString& why) {
    m_original.cancel();
    m_reading.cancel();
    m_mapping.cancel();
    m_linear.reset();
    m_numbers->clear();
    m_run->clear();
    m_map->setEmptyText(why);
    m_map->clear();
    m_levels->setEmptyText(why);
    m_levels->clear();
    listQuantities();
}

void WeightView::showLevels() {
    if (!m_linear->weights.codes) {
        m_levels->setEmptyText(
            m_linear->runName.isEmpty()
                ? tr("Choose a run above the list to see how its codes use the levels of their grid")
                : tr("%1 keeps this linear in full precision: it has no codes").arg(m_linear->runName));
        m_levels->clear();
        return;
    }
    const Scheme& scheme = m_linear->weights.codes->scheme;
    std::vector<double> values;
    std::vector<std::uint64_t> counts;
    for (const CodeLevel& level : m_linear->numbers.usage.levels) {
        values.push_back(level.value);
        counts.push_back(level.count);
    }
    m_levels->setTitle(tr("Levels of %1 in %2").arg(m_linear->name, m_linear->runName));
    m_levels->setLevels(
        std::move(values), std::move(counts),
        hasFloatCodes(scheme.format)
            ? tr("Number of %1 (times the group's scale)").arg(fromUtf8(vernier::name(scheme.format)).toUpper())
            : tr("Code"));
}

void WeightView::listQuantities() {
    const QSignalBlocker quiet(m_quantities);
    m_quantities->clear();
    if (!m_linear)
        return;
    for (const WeightQuantity known : quantitiesOf(m_linear->weights))
        m_quantities->addItem(quantityName(known), static_cast<int>(known));
    // The error is what people come for; another wish is kept from linear to linear.
    const int wished = m_quantities->findData(static_cast<int>(m_wished.value_or(WeightQuantity::Error)));
    m_quantities->setCurrentIndex(std::max(0, wished));
}

WeightQuantity WeightView::quantity() const {
    return static_cast<WeightQuantity>(m_quantities->currentData().toInt());
}

void WeightView::showQuantity() {
    if (!m_linear)
        return;
    const WeightQuantity wanted = quantity();
    const auto facts = std::make_shared<QuantityFacts>();
    const auto cells = std::make_shared<MatrixCells>();
    m_mapping.startThen(
        tr("Draw a weight"),
        [linear = m_linear, wanted, facts, cells, size = m_map->matrixSize(),
         seen = m_map->visibleRegion()](JobContext& job) {
            *facts = factsOf(linear->weights, wanted);
            const QSize whole(static_cast<int>(facts->columns), static_cast<int>(facts->rows));
            // What was zoomed into stays in sight where it means the same.
            const QRect region = size == whole && !seen.isEmpty() ? seen : QRect({}, whole);
            *cells = cellsOf(linear->weights, wanted, region, job);
        },
        [this, linear = m_linear, wanted, facts, cells] {
            m_map->setTitle(tr("%1 of %2").arg(quantityName(wanted), linear->name));
            m_map->setMatrix(static_cast<int>(facts->rows), static_cast<int>(facts->columns),
                             tr("Row (output channel)"),
                             isOfGroups(wanted) ? tr("Group of columns") : tr("Column (input channel)"));
            m_map->setScale(facts->low, facts->high, facts->isSigned, quantityTitle(wanted));
            markChannel();
            m_map->setCells(std::move(*cells));
            emit mapShown();
        });
}

void WeightView::markChannel() {
    const bool marks = m_linear && tapIsInput() && !isOfGroups(quantity());
    m_map->setSelectedColumn(marks ? m_services.selection.channel() : -1);
}

void WeightView::askForCells(const QRect& region) {
    if (!m_linear)
        return;
    const auto cells = std::make_shared<MatrixCells>();
    m_mapping.startThen(
        tr("Draw a weight"),
        [linear = m_linear, wanted = quantity(), region, cells](JobContext& job) {
            *cells = cellsOf(linear->weights, wanted, region, job);
        },
        [this, cells] {
            m_map->setCells(std::move(*cells));
            emit mapShown();
        });
}

} // namespace vernier::ui
