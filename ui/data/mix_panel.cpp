#include "ui/data/mix_panel.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/text.h"
#include "ui/plots/bars_plot.h"
#include "ui/plots/histogram_plot.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr std::size_t kBins = 256;
constexpr std::size_t kShownGroups = 30;

std::vector<double> percent(const std::vector<double>& shares) {
    std::vector<double> values(shares.begin(),
                               shares.begin() + static_cast<std::ptrdiff_t>(std::min(shares.size(), kShownGroups)));
    for (double& value : values)
        value *= 100;
    return values;
}

} // namespace

MixPanel::MixPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_by(new QComboBox), m_other(new QComboBox), m_shares(new BarsPlot),
      m_lengths(new HistogramPlot), m_facts(new QLabel), m_summing(curation.services().quickJobs, *this) {
    m_by->addItems({tr("Domain"), tr("Tag"), tr("Language"), tr("Source")});
    m_by->setAccessibleName(tr("Divide by"));
    m_by->setObjectName(QStringLiteral("mixBy"));
    m_other->setAccessibleName(tr("Compare with"));
    m_other->setToolTip(tr("A set of the text that the model will meet: shares that differ much are worth a look"));
    m_shares->setTitle(tr("Share of the set"));
    m_shares->setEmptyText(tr("The set holds no documents yet"));
    m_lengths->setTitle(tr("Document lengths"));
    m_lengths->setEmptyText(tr("Choose a model folder (Ctrl+M) to count tokens"));
    m_lengths->setQuantity(tr("documents"), tr("Tokens per document"), tr("Documents"));
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_facts->setWordWrap(true);

    auto* bar = new QHBoxLayout;
    const auto add = [bar](const QString& text, QComboBox* box) {
        auto* label = new QLabel(text);
        label->setBuddy(box);
        bar->addWidget(label);
        bar->addWidget(box);
    };
    add(tr("&Divide by"), m_by);
    add(tr("&Beside"), m_other);
    bar->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_shares, 3);
    column->addWidget(m_lengths, 2);
    column->addWidget(m_facts);

    connect(m_by, &QComboBox::currentIndexChanged, this, &MixPanel::refresh);
    connect(m_other, &QComboBox::currentIndexChanged, this, &MixPanel::refresh);
    connect(&curation, &Curation::setsChanged, this, [this] {
        fillSets();
        refresh();
    });
    connect(&curation, &Curation::measuresChanged, this, &MixPanel::refresh);
    connect(m_shares, &BarsPlot::categoryClicked, this, [this](int group) {
        if (const QString filter = filterFor(group); !filter.isEmpty())
            emit filterRequested(filter);
    });
    fillSets();
}

void MixPanel::fillSets() {
    const QSignalBlocker quiet(m_other);
    const QString before = m_other->currentData().toString();
    m_other->clear();
    m_other->addItem(tr("nothing"), QString());
    if (const auto project = m_curation.project())
        for (const CalibrationSet& set : project->sets)
            if (set.name != m_curation.setName().toStdString())
                m_other->addItem(QString::fromStdString(set.name), QString::fromStdString(set.name));
    int index = m_other->findData(before);
    if (before.isEmpty())
        index = std::max(index, m_other->findData(QStringLiteral("evaluation")));
    m_other->setCurrentIndex(std::max(0, index));
}

void MixPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void MixPanel::refresh() {
    if (!isVisible())
        return;
    const auto project = m_curation.project();
    const auto summary = std::make_shared<Summary>();
    m_summing.startThen(
        tr("Sum up the set"),
        [summary, project, table = m_curation.snapshot(), name = m_curation.setName().toStdString(),
         other = m_other->currentData().toString().toStdString(),
         by = static_cast<MixBy>(m_by->currentIndex())](JobContext&) {
            const CalibrationSet* set = project ? project->findSet(name) : nullptr;
            if (!set)
                return;
            summary->mix = mixShares(table, *set, project->findSet(other), by);
            summary->lengths = lengthHistogram(table, *set, kBins);
        },
        [this, summary] { show(*summary); }, false);
}

void MixPanel::show(const Summary& summary) {
    const MixShares& mix = summary.mix;
    m_groups = mix.groups;
    QStringList names;
    for (std::size_t i = 0; i < std::min(m_groups.size(), kShownGroups); ++i) {
        const QString name = fromUtf8(m_groups[i]);
        names += name.isEmpty()                                            ? tr("(none)")
                 : m_by->currentIndex() == static_cast<int>(MixBy::Source) ? QFileInfo(name).fileName()
                                                                           : name;
    }
    std::vector<BarSeries> series;
    if (!mix.ofSet.empty())
        series.push_back({m_curation.setName(), percent(mix.ofSet)});
    if (!mix.ofOther.empty())
        series.push_back({m_other->currentText(), percent(mix.ofOther)});
    m_shares->setBars(names, std::move(series),
                      mix.byTokens ? tr("Share of tokens (%)") : tr("Share of documents (%)"));

    const LengthHistogram& lengths = summary.lengths;
    m_lengths->setHistogram(0, static_cast<double>(lengths.binWidth), lengths.counts);
    QStringList facts;
    if (lengths.documents > 0)
        facts += tr("%1 to %2 tokens per document, median %3")
                     .arg(formatCount(lengths.shortest), formatCount(lengths.longest), formatCount(lengths.median));
    if (m_groups.size() > kShownGroups)
        facts += tr("the %1 largest of %2 groups are shown").arg(kShownGroups).arg(formatCount(m_groups.size()));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    emit refreshed();
}

QString MixPanel::filterFor(int group) const {
    if (group < 0 || static_cast<std::size_t>(group) >= m_groups.size())
        return {};
    const QString name = fromUtf8(m_groups[static_cast<std::size_t>(group)]);
    if (name.isEmpty())
        return {};
    const char* const fields[] = {"domain", "tag", "lang", "source"};
    return QStringLiteral("%1:\"%2\"").arg(QLatin1String(fields[m_by->currentIndex()]), name);
}

} // namespace vernier::ui
