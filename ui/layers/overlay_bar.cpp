#include "ui/layers/overlay_bar.h"

#include "core/workbench/linear_weights.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_statistics.h"
#include "core/workbench/statistics.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/panel_parts.h"
#include "ui/layers/tap_linears.h"
#include "ui/layers/tap_panel.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/histogram_plot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>
#include <set>
#include <utility>

namespace vernier::ui {

namespace {

ChannelValues channelsOf(const TapStatistics& tap) {
    return {{tap.channels.min.begin(), tap.channels.min.end()},
            {tap.channels.max.begin(), tap.channels.max.end()},
            tap.meanAbs()};
}

constexpr int kNameCharacters = 18;

/// The scales that a run divides the inputs of a tap's linears by; empty for none.
std::vector<float> inputScalesOf(const QuantizedBlock& block, const std::vector<std::string>& linears) {
    for (const std::string& linear : linears)
        if (const auto found = block.linears.find(linear); found != block.linears.end())
            return found->second.inputScales; // linears of one input share them
    return {};
}

} // namespace

OverlayBar::OverlayBar(const Services& services, TapPanel& panel, QWidget* parent)
    : QWidget(parent), m_services(services), m_panel(panel), m_reading(services.jobs, *this),
      m_weighing(services.quickJobs, *this), m_choices(new QComboBox), m_observe(new QPushButton(tr("Observe"))),
      m_note(new ElidedLabel),
      m_weights(
          makeToggle(tr("Weights"), tr("The histogram of the weights that this tap feeds, beside the activations"))),
      m_weightPlot(new HistogramPlot) {
    m_choices->setAccessibleName(tr("Overlay"));
    m_choices->setToolTip(tr("Draws over the histogram and the channels what another set causes at this tap, or over "
                             "the channels what a run's scales make of them"));
    // The bar shares a line with the tabs: long names give way.
    m_choices->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choices->setMinimumContentsLength(kNameCharacters);
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_note->setMinimumWidth(fontMetrics().averageCharWidth() * kNameCharacters);
    m_observe->setToolTip(tr("Runs the text that the run was calibrated on through its quantized model, to see what "
                             "reaches every tap"));
    m_observe->hide();
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_weightPlot->setQuantity(tr("weights"), tr("Weight"), tr("Weights per bin"));
    m_weightPlot->setTitle(tr("Weights"));
    m_weightPlot->hide();
    panel.clipping().addBeside(m_weightPlot);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(new QLabel(tr("Compare with")));
    row->addWidget(m_choices);
    row->addWidget(m_observe);
    row->addWidget(m_note, 1);
    row->addWidget(m_weights);
    connectAll();
    listChoices();
}

void OverlayBar::connectAll() {
    const ProjectSession& session = m_services.session;
    for (const auto signal :
         {&ProjectSession::projectReset, &ProjectSession::calibrationChanged, &ProjectSession::runsChanged})
        connect(&session, signal, this, &OverlayBar::listChoices);
    connect(&m_services.statistics, &StatisticsStore::reset, this, &OverlayBar::listChoices);
    connect(&m_services.selection, &Selection::runChanged, this, &OverlayBar::listChoices);
    connect(&m_services.selection, &Selection::tapChanged, this, [this] {
        remove(); // what is drawn belongs to the tap before
        followWeights();
    });
    connect(&m_panel, &TapPanel::analysisShown, this, &OverlayBar::follow);
    connect(&session, &ProjectSession::runObserved, this, &OverlayBar::listChoices);
    connect(m_choices, &QComboBox::currentIndexChanged, this, &OverlayBar::follow);
    connect(m_observe, &QPushButton::clicked, this,
            [this] { m_services.session.observeRun(m_services.selection.run()); });
    connect(m_weights, &QCheckBox::toggled, m_weightPlot, &QWidget::setVisible);
    connect(m_weights, &QCheckBox::toggled, this, &OverlayBar::followWeights);
    HistogramPlot& histogram = m_panel.clipping().histogram();
    m_weightPlot->setLogarithmic(histogram.logarithmic());
    connect(&histogram, &HistogramPlot::logarithmicChanged, m_weightPlot, &HistogramPlot::setLogarithmic);
    connect(m_weightPlot, &HistogramPlot::logarithmicChanged, &histogram, &HistogramPlot::setLogarithmic);
    connect(&histogram, &HistogramPlot::energyChanged, m_weightPlot, &HistogramPlot::setEnergy);
}

QString OverlayBar::note() const {
    return m_note->text();
}

void OverlayBar::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (std::exchange(m_isStale, false)) {
        follow();
        followWeights();
    }
}

/// Lists the sets that were calibrated on and the scales of the selected run, keeping what was chosen.
void OverlayBar::listChoices() {
    const auto project = m_services.session.project();
    const QVariant before = m_choices->currentData();
    m_read.reset();
    {
        const QSignalBlocker quiet(m_choices);
        m_choices->clear();
        m_choices->addItem(tr("nothing"), QStringList());
        std::set<std::string> listed{m_services.statistics.setName().toStdString()};
        if (project) {
            for (const CalibrationRecord& record : project->calibrations)
                if (listed.insert(record.setName).second)
                    m_choices->addItem(tr("set %1").arg(fromUtf8(record.setName)),
                                       QStringList{QStringLiteral("set"), fromUtf8(record.setName)});
            if (const Run* run = project->findRun(m_services.selection.run().toStdString())) {
                const QString name = fromUtf8(run->name);
                m_choices->addItem(tr("what %1 sees").arg(name), QStringList{QStringLiteral("run"), name});
                m_choices->addItem(tr("scales of %1").arg(name), QStringList{QStringLiteral("scaled"), name});
            }
        }
        m_choices->setCurrentIndex(std::max(0, m_choices->findData(before)));
    }
    follow();
}

void OverlayBar::follow() {
    if (!isVisible()) {
        m_isStale = true;
        return;
    }
    const QStringList choice = m_choices->currentData().toStringList();
    if (!m_panel.analysis() || choice.size() < 2)
        return remove();
    if (choice[0] == QStringLiteral("scaled"))
        readScales(choice[1]);
    else
        read(choice[0], choice[1]);
}

void OverlayBar::remove() {
    m_reading.cancel();
    m_observe->hide();
    m_note->clear();
    m_panel.clipping().histogram().setOverlay({});
    m_panel.channels().setOverlay({});
}

void OverlayBar::explain(const QString& why) {
    remove();
    m_note->setText(why);
    emit overlayShown();
}

/// Reads what another set, or the quantized model of a run, caused in the block.
void OverlayBar::read(const QString& kind, const QString& name) {
    const int block = m_services.selection.block();
    const QString from = kind + QLatin1Char(' ') + name;
    if (m_read && m_readFrom == from && m_read->block == block)
        return showStatistics(name);
    const bool isRun = kind == QStringLiteral("run");
    const auto read = std::make_shared<std::shared_ptr<const BlockStatistics>>();
    m_note->setText(tr("reading…"));
    m_reading.start(
        tr("Read statistics of %1").arg(name),
        [bench = m_services.session.workbench(), project = m_services.session.project(), key = name.toStdString(),
         isRun, block, read](JobContext& job) {
            std::shared_ptr<const BlockStatistics> statistics;
            if (const Run* run = isRun ? project->findRun(key) : nullptr)
                statistics = loadRunStatistics(*bench, *run, block, job);
            else if (const CalibrationRecord& record = chooseCalibration(*project, key);
                     block < std::ssize(record.blockKeys))
                statistics = loadBlockStatistics(*bench, record, block, job);
            if (statistics)
                *read = withoutGrams(*statistics);
        },
        [this, name, from, isRun, read](const JobOutcome& outcome) {
            if (outcome.state == JobState::Failed)
                return explain(outcome.error);
            if (outcome.state != JobState::Done)
                return;
            m_read = *read;
            m_readFrom = from;
            if (m_read)
                return showStatistics(name);
            explain(isRun ? tr("not known yet what its taps see")
                          : tr("the cache no longer has the statistics of %1; calibrate on it again").arg(name));
            m_observe->setVisible(isRun);
        });
}

void OverlayBar::showStatistics(const QString& name) {
    const auto tap = static_cast<std::size_t>(m_services.selection.group());
    if (tap >= m_read->taps.size() || m_read->taps[tap].tokens() == 0)
        return explain(tr("%1 has no values at this tap").arg(name));
    const TapStatistics& other = m_read->taps[tap];
    HistogramOverlay overlay;
    overlay.name = tr("%1 (scaled)").arg(name);
    overlay.shownName = m_services.statistics.setName();
    overlay.firstEdge = other.histogram.lowerEdge(0);
    overlay.binWidth = other.histogram.binWidth();
    overlay.counts = other.histogram.counts();
    m_panel.clipping().histogram().setOverlay(std::move(overlay));
    m_panel.channels().setOverlay(channelsOf(other), name);
    m_observe->hide();
    m_note->setText(tr("%1 saw %2 tokens here; its counts are scaled to as many values in bins as wide")
                        .arg(name, formatCount(other.tokens())));
    emit overlayShown();
}

void OverlayBar::readScales(const QString& runName) {
    const auto project = m_services.session.project();
    const Run* run = project ? project->findRun(runName.toStdString()) : nullptr;
    const ArchitectureSpec* spec = m_services.model.spec();
    const int block = m_services.selection.block(), tap = m_services.selection.group();
    if (!run || !spec)
        return remove();
    const std::vector<std::string> linears = linearsOfTap(*spec, block, tap);
    if (linears.empty() || tap >= std::ssize(m_services.statistics.inputGroups(block)))
        return explain(tr("only inputs of linears are scaled"));
    const auto scales = std::make_shared<std::vector<float>>();
    m_note->setText(tr("reading…"));
    m_reading.start(
        tr("Read scales of %1").arg(runName),
        [bench = m_services.session.workbench(), project, run, block, linears, scales](JobContext&) {
            *scales = inputScalesOf(runBlock(*bench, *run, block), linears);
        },
        [this, runName, scales](const JobOutcome& outcome) {
            if (outcome.state == JobState::Failed)
                return explain(outcome.error);
            const TapAnalysis* shown = m_panel.analysis();
            if (outcome.state != JobState::Done || !shown)
                return;
            if (scales->size() != shown->channelMax.size())
                return explain(tr("%1 does not scale this input").arg(runName));
            ChannelValues scaled{shown->channelMin, shown->channelMax, shown->channelMeanAbs};
            for (std::vector<double>* values : {&scaled.min, &scaled.max, &scaled.meanAbs})
                for (std::size_t channel = 0; channel < values->size(); ++channel)
                    (*values)[channel] /= double{(*scales)[channel]};
            m_panel.clipping().histogram().setOverlay({});
            m_panel.channels().setOverlay(std::move(scaled), tr("after the scales of %1").arg(runName));
            const auto [least, most] = std::ranges::minmax(*scales);
            m_note->setText(tr("channels divided by %1 … %2; a histogram of all channels together cannot be scaled")
                                .arg(formatSignificant(double{least}), formatSignificant(double{most})));
            emit overlayShown();
        });
}

void OverlayBar::followWeights() {
    if (!isVisible()) {
        m_isStale = true;
        return;
    }
    const auto model = m_services.model.model();
    m_weighing.cancel();
    if (!m_weights->isChecked())
        return;
    const int block = m_services.selection.block(), tap = m_services.selection.group();
    const std::vector<std::string> linears =
        model ? linearsOfTap(model->model.spec, block, tap) : std::vector<std::string>();
    m_weightPlot->setTitle(tr("Weights at %1").arg(m_services.statistics.tapName(block, tap)));
    if (linears.empty()) {
        m_weightPlot->setEmptyText(tr("This tap feeds no linear"));
        m_weightPlot->clear();
        emit weightsShown();
        return;
    }
    const auto histogram = std::make_shared<Histogram>();
    m_weighing.start(
        tr("Count weights"),
        [model, linears, histogram](JobContext& job) { *histogram = weightHistogram(*model, linears, job); },
        [this, histogram](const JobOutcome& outcome) {
            if (outcome.state == JobState::Failed) {
                m_weightPlot->setEmptyText(outcome.error);
                m_weightPlot->clear();
            } else if (outcome.state == JobState::Done && !histogram->empty()) {
                m_weightPlot->setHistogram(histogram->lowerEdge(0), histogram->binWidth(), histogram->counts());
            }
            emit weightsShown();
        });
}

} // namespace vernier::ui
