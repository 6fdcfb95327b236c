#include "ui/data/repeats_panel.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/text.h"
#include "ui/plots/section_title.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace vernier::ui {

namespace {

constexpr int kShownRows = 2000;
constexpr qsizetype kShownCharacters = 160;

QLabel* makeNote(const QString& text) {
    auto* note = new QLabel(text);
    note->setWordWrap(true);
    note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return note;
}

} // namespace

RepeatsPanel::RepeatsPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_threshold(new QDoubleSpinBox), m_find(new QPushButton(tr("Find"))),
      m_repeats(makeNote(tr("Not looked for yet"))),
      m_excludeRepeats(new QPushButton(tr("Leave out all but the first"))), m_heldOut(new QComboBox),
      m_words(new QSpinBox), m_compare(new QPushButton(tr("Compare"))), m_shared(makeNote(tr("Not looked for yet"))),
      m_table(new QTableWidget), m_excludeShared(new QPushButton(tr("Leave these out of the set"))) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(buildRepeats());
    column->addSpacing(8);
    column->addWidget(buildShared(), 1);
    connect(m_find, &QPushButton::clicked, this, &RepeatsPanel::findRepeats);
    connect(m_compare, &QPushButton::clicked, this, &RepeatsPanel::findShared);
    connect(m_excludeRepeats, &QPushButton::clicked, this, &RepeatsPanel::excludeRepeats);
    connect(m_excludeShared, &QPushButton::clicked, this, &RepeatsPanel::excludeShared);
    connect(m_table, &QTableWidget::currentCellChanged, this, [this](int row) {
        if (row >= 0 && row < static_cast<int>(m_found.size()))
            m_curation.setCurrent(m_found[static_cast<std::size_t>(row)].calibration);
    });
    connect(&curation, &Curation::setsChanged, this, &RepeatsPanel::refresh);
    connect(&curation, &Curation::tableReset, this, &RepeatsPanel::refresh);
    refresh();
}

QWidget* RepeatsPanel::buildRepeats() {
    m_threshold->setRange(0.1, 1.0);
    m_threshold->setSingleStep(0.05);
    m_threshold->setValue(0.8);
    m_threshold->setAccessibleName(tr("Similarity"));
    m_threshold->setToolTip(tr("Jaccard similarity of five-word shingles from which two documents count as repeats; 1 "
                               "finds those of equal words"));
    m_find->setObjectName(QStringLiteral("findRepeats"));
    auto* bar = new QHBoxLayout;
    auto* label = new QLabel(tr("Similarity of at &least"));
    label->setBuddy(m_threshold);
    bar->addWidget(label);
    bar->addWidget(m_threshold);
    bar->addWidget(m_find);
    bar->addStretch(1);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(sectionTitle(tr("Documents that repeat others"), box));
    column->addLayout(bar);
    column->addWidget(m_repeats);
    column->addWidget(m_excludeRepeats, 0, Qt::AlignLeft);
    return box;
}

QWidget* RepeatsPanel::buildShared() {
    m_heldOut->setAccessibleName(tr("Held-out set"));
    m_words->setRange(5, 100);
    m_words->setValue(LeakOptions{}.ngram);
    m_words->setSuffix(tr(" words"));
    m_words->setAccessibleName(tr("Length of shared text"));
    m_words->setToolTip(tr("Runs of so many equal words count as shared, as in the contamination study of GPT-3"));
    m_compare->setObjectName(QStringLiteral("findShared"));
    m_table->setAccessibleName(tr("Shared text"));
    m_table->setColumnCount(4);
    m_table->setHorizontalHeaderLabels({tr("Set #"), tr("Held out #"), tr("Share"), tr("Longest shared text")});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    auto* bar = new QHBoxLayout;
    auto* label = new QLabel(tr("&Shared with"));
    label->setBuddy(m_heldOut);
    bar->addWidget(label);
    bar->addWidget(m_heldOut);
    bar->addWidget(m_words);
    bar->addWidget(m_compare);
    bar->addStretch(1);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(sectionTitle(tr("Text shared with held-out documents"), box));
    column->addLayout(bar);
    column->addWidget(m_shared);
    column->addWidget(m_table, 1);
    column->addWidget(m_excludeShared, 0, Qt::AlignLeft);
    return box;
}

void RepeatsPanel::refresh() {
    fillSets();
    m_find->setEnabled(m_curation.table().size() > 0);
    m_compare->setEnabled(m_curation.set() && m_heldOut->count() > 0);
    m_excludeRepeats->setEnabled(m_curation.set() && !m_curation.table().measures.duplicateOf.empty());
    m_excludeShared->setEnabled(m_curation.set() && !m_found.empty());
}

void RepeatsPanel::fillSets() {
    const QSignalBlocker quiet(m_heldOut);
    const QString before = m_heldOut->currentData().toString();
    m_heldOut->clear();
    int proposal = -1;
    if (const auto project = m_curation.project())
        for (const CalibrationSet& set : project->sets) {
            const QString name = QString::fromStdString(set.name);
            if (name == m_curation.setName())
                continue;
            m_heldOut->addItem(name, name);
            if (set.purpose == SetPurpose::Evaluation || name == QLatin1String("evaluation"))
                proposal = m_heldOut->count() - 1;
        }
    const int kept = m_heldOut->findData(before);
    m_heldOut->setCurrentIndex(kept >= 0 ? kept : std::max(0, proposal));
}

void RepeatsPanel::findRepeats() {
    std::vector<std::uint32_t> documents(m_curation.table().size());
    std::iota(documents.begin(), documents.end(), 0U);
    if (documents.empty())
        return;
    m_curation.services().jobs.cancel(m_repeatsJob);
    DuplicateOptions options;
    options.threshold = m_threshold->value();
    const auto clusters = std::make_shared<DuplicateClusters>();
    m_repeatsJob = m_curation.submit(
        tr("Find repeats among %1 documents").arg(formatCount(documents.size())),
        [documents, options, clusters](const Project& project, JobContext& job) {
            *clusters = findDuplicates(project, documents, options, job);
        },
        this, [this, clusters, documents] { takeRepeats(*clusters, documents); });
}

void RepeatsPanel::takeRepeats(const DuplicateClusters& clusters, const std::vector<std::uint32_t>& documents) {
    m_curation.measure([&](MeasuredColumns& columns) {
        columns.duplicateOf.clear();
        for (const std::uint32_t representative : clusters.representative)
            columns.duplicateOf.push_back(documents[representative]);
    });
    const std::size_t redundant = clusters.redundant();
    m_repeats->setText(redundant == 0 ? tr("No document repeats another")
                                      : tr("%1 repeat an earlier document, in %2. The filter “dup” lists them.")
                                            .arg(formatCount(redundant, tr("1 document"), tr("%1 documents")),
                                                 formatCount(clusters.clusters(), tr("1 group"), tr("%1 groups"))));
    refresh();
    emit repeatsFound();
}

void RepeatsPanel::excludeRepeats() {
    const std::vector<std::uint32_t>& same = m_curation.table().measures.duplicateOf;
    // Of each group the first that is in the set stays, whether or not it is the first of the corpus.
    m_curation.editSet([&same](const CalibrationSet& set) {
        std::vector<std::uint8_t> seen(same.size(), 0);
        std::vector<std::uint32_t> kept(same.size(), 0), redundant;
        for (const std::uint32_t document : set.documents) {
            if (document >= same.size())
                continue;
            const std::uint32_t group = same[document];
            if (!seen[group])
                seen[group] = 1, kept[group] = document;
            else if (kept[group] != document)
                redundant.push_back(document);
        }
        return excludeDocuments(set, redundant);
    });
}

void RepeatsPanel::findShared() {
    const std::string heldOut = m_heldOut->currentData().toString().toStdString();
    if (heldOut.empty() || !m_curation.set())
        return;
    m_curation.services().jobs.cancel(m_sharedJob);
    LeakOptions options;
    options.ngram = m_words->value();
    const auto leaks = std::make_shared<SetLeaks>();
    m_sharedJob = m_curation.submit(
        tr("Compare %1 with %2").arg(m_curation.setName(), m_heldOut->currentText()),
        [set = m_curation.setName().toStdString(), heldOut, options, leaks](const Project& project, JobContext& job) {
            *leaks = findSetLeaks(project, set, heldOut, options, job);
        },
        this, [this, leaks, options] { takeShared(*leaks, options); });
}

void RepeatsPanel::takeShared(const SetLeaks& leaks, const LeakOptions& options) {
    m_found = leaks.shared;
    m_shared->setText(leaks.any() ? fromUtf8(leaks.summary(options)) : tr("The two sets share nothing"));
    const int rows = static_cast<int>(std::min<std::size_t>(m_found.size(), kShownRows));
    m_table->setRowCount(rows);
    for (int row = 0; row < rows; ++row) {
        const SharedText& shared = m_found[static_cast<std::size_t>(row)];
        const QString text = fromUtf8(shared.text);
        const QString cells[] = {formatCount(shared.calibration + std::uint64_t{1}),
                                 formatCount(shared.evaluation + std::uint64_t{1}), formatPercent(shared.share, 1),
                                 text.left(kShownCharacters).simplified()};
        for (int column = 0; column < 4; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setToolTip(column == 3 ? text : QString());
            if (column < 3)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
    }
    refresh();
    emit sharedFound();
}

void RepeatsPanel::excludeShared() {
    std::vector<std::uint32_t> documents;
    for (const SharedText& shared : m_found)
        documents.push_back(shared.calibration);
    m_curation.editSet([&documents](const CalibrationSet& set) { return excludeDocuments(set, documents); });
}

QString RepeatsPanel::repeatsText() const {
    return m_repeats->text();
}

QString RepeatsPanel::sharedText() const {
    return m_shared->text();
}

} // namespace vernier::ui
