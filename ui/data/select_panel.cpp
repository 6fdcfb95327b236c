#include "ui/data/select_panel.h"

#include "core/curate/token_coverage.h"
#include "core/workbench/document_tokens.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/text.h"
#include "ui/plots/lines_plot.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace vernier::ui {

namespace {

struct MethodChoice {
    SelectionMethod method;
    const char* title;
    const char* toolTip;
};

constexpr MethodChoice kMethods[] = {
    {SelectionMethod::FacilityLocation, QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "Facility location"),
     QT_TRANSLATE_NOOP("vernier::ui::SelectPanel",
                       "Every document shall have a chosen one near it; dense regions count "
                       "for more")},
    {SelectionMethod::KCenter, QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "k-center"),
     QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "Always the document farthest from all chosen ones; reaches for "
                                                   "outliers")},
    {SelectionMethod::TokenCoverage, QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "Vocabulary coverage"),
     QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "Always the document with most tokens that none before it has")},
    {SelectionMethod::Random, QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "Random"),
     QT_TRANSLATE_NOOP("vernier::ui::SelectPanel", "Drawn by the seed")},
};

} // namespace

SelectPanel::SelectPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_method(new QComboBox), m_count(new QSpinBox), m_seed(new QSpinBox),
      m_weights(new QLineEdit), m_name(new QLineEdit), m_select(new QPushButton(tr("Choose"))),
      m_coverage(new LinesPlot), m_quality(new QTableWidget), m_hint(new QLabel) {
    buildForm();
    m_quality->setAccessibleName(tr("What the choice is worth"));
    m_quality->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_quality->setSelectionMode(QAbstractItemView::NoSelection);
    m_quality->verticalHeader()->hide();
    m_quality->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_quality->setShowGrid(false);
    m_quality->setAlternatingRowColors(true);
    m_quality->hide();
    m_coverage->setTitle(tr("Vocabulary covered as documents are added"));
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setWordWrap(true);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("&Method"), m_method);
    auto* numbers = new QHBoxLayout;
    numbers->addWidget(m_count, 1);
    auto* seed = new QLabel(tr("See&d"));
    seed->setBuddy(m_seed);
    numbers->addWidget(seed);
    numbers->addWidget(m_seed, 1);
    const auto labelFor = [](const QString& text, QWidget* field) {
        auto* label = new QLabel(text);
        label->setBuddy(field);
        return label;
    };
    form->addRow(labelFor(tr("&Documents"), m_count), numbers);
    form->addRow(tr("&Weights"), m_weights);
    auto* last = new QHBoxLayout;
    last->addWidget(m_name, 1);
    last->addWidget(m_select);
    form->addRow(labelFor(tr("Into the &set"), m_name), last);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(form);
    column->addWidget(m_hint);
    column->addWidget(m_coverage, 3);
    column->addWidget(m_quality, 2);

    connect(m_select, &QPushButton::clicked, this, &SelectPanel::select);
    connect(&curation, &Curation::setsChanged, this, &SelectPanel::refresh);
    connect(&curation.services().model, &ModelProvider::changed, this, &SelectPanel::refresh);
    refresh();
}

void SelectPanel::buildForm() {
    for (const MethodChoice& choice : kMethods) {
        m_method->addItem(tr(choice.title), static_cast<int>(choice.method));
        m_method->setItemData(m_method->count() - 1, tr(choice.toolTip), Qt::ToolTipRole);
    }
    m_method->setAccessibleName(tr("Method of selection"));
    m_method->setObjectName(QStringLiteral("method"));
    m_count->setRange(1, 1'000'000);
    m_count->setValue(512);
    m_count->setAccessibleName(tr("Number of documents"));
    m_count->setObjectName(QStringLiteral("count"));
    m_count->setToolTip(tr("Calibration sets of 128 to 1024 documents are usual: diverse matters more than large"));
    m_seed->setRange(0, 1'000'000);
    m_seed->setValue(1);
    m_seed->setAccessibleName(tr("Seed"));
    m_weights->setPlaceholderText(tr("code 2, chat 1 … (empty: not divided)"));
    m_weights->setToolTip(tr("Tags or domains with the weight each has among the chosen documents"));
    m_weights->setAccessibleName(tr("Weights of tags"));
    m_weights->setObjectName(QStringLiteral("weights"));
    m_name->setText(QStringLiteral("diverse"));
    m_name->setAccessibleName(tr("Name of the new set"));
    m_name->setObjectName(QStringLiteral("name"));
}

const CalibrationSet* SelectPanel::source() const {
    // The set that was just made is the curated one now; who tries another method or number means the one before.
    const auto project = m_curation.project();
    if (project && !m_made.isEmpty() && m_curation.setName() == m_made)
        if (const CalibrationSet* from = project->findSet(m_madeFrom.toStdString()))
            return from;
    return m_curation.set();
}

void SelectPanel::refresh() {
    const bool hasModel = m_curation.model() != nullptr;
    const CalibrationSet* set = source();
    m_select->setEnabled(hasModel && set && !set->documents.empty());
    if (!hasModel)
        m_hint->setText(tr("Choose a model folder first (Ctrl+M): documents are compared as the model reads them."));
    else if (!set)
        m_hint->setText(tr("Choose the set to select from."));
    else
        m_hint->setText(tr("Chooses from “%1” (%2 documents) and puts the result into a set of its own; the corpus and "
                           "“%1” stay as they are.")
                            .arg(fromUtf8(set->name), formatCount(set->documents.size())));
    m_coverage->setEmptyText(
        hasModel ? tr("“Choose” shows here how much of the vocabulary each further document covers, beside as many "
                      "documents in their order and at random")
                 : tr("Choose a model folder first (Ctrl+M)"));
}

std::vector<TagWeight> SelectPanel::weights() const {
    std::vector<TagWeight> weights;
    for (const QString& part : m_weights->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const QString entry = part.trimmed();
        const qsizetype blank = entry.lastIndexOf(QLatin1Char(' '));
        bool isNumber = false;
        const double weight = blank > 0 ? entry.mid(blank + 1).toDouble(&isNumber) : 1;
        weights.push_back({(isNumber ? entry.left(blank).trimmed() : entry).toStdString(), isNumber ? weight : 1});
    }
    return weights;
}

void SelectPanel::select() {
    const auto model = m_curation.model();
    const QString name = m_name->text().trimmed();
    const CalibrationSet* from = source();
    if (!model || !from || name.isEmpty())
        return;
    m_curation.services().jobs.cancel(m_job);
    SelectRequest request;
    request.setName = from->name;
    request.documents = static_cast<std::size_t>(m_count->value());
    request.method = static_cast<SelectionMethod>(m_method->currentData().toInt());
    request.seed = static_cast<std::uint64_t>(m_seed->value());
    request.weights = weights();
    request.measure.modelFolder = model->model.folder;
    struct Result {
        SelectOutcome outcome;
        std::vector<float> gains;
    };
    const auto result = std::make_shared<Result>();
    m_job = m_curation.submit(
        tr("Choose %1 documents").arg(formatCount(request.documents)),
        [bench = m_curation.workbench(), request, model, result](const Project& project, JobContext& job) {
            result->outcome = selectDocuments(*bench, project, request, job);
            // What each document would add to the choice, for the table.
            std::vector<std::uint32_t> all(project.corpus.size());
            std::iota(all.begin(), all.end(), 0U);
            const DocumentTokens tokens = tokenizeDocuments(project.corpus, all, *model, job);
            result->gains = coverageGains(tokens.spans(), model->tokenizer.vocabularySize(),
                                          {result->outcome.set.documents.data(), result->outcome.set.documents.size()});
        },
        this,
        [this, result, name, fromName = fromUtf8(from->name)] {
            m_made = name;
            m_madeFrom = fromName == name ? QString() : fromName;
            m_curation.measure([&](MeasuredColumns& columns) { columns.coverageGain = std::move(result->gains); });
            take(result->outcome, name);
        });
}

void SelectPanel::take(const SelectOutcome& outcome, const QString& name) {
    showCoverage(outcome.coverage);
    showQuality(outcome.before, outcome.after);
    CalibrationSet set = outcome.set;
    set.name = name.toStdString();
    m_curation.editSets([&set](SetList sets) {
        const bool isKnown =
            std::ranges::any_of(sets, [&](const CalibrationSet& known) { return known.name == set.name; });
        SetsEdit edit = isKnown ? replaceSet(sets, {set, {}}) : createSet(sets, set);
        edit.description = "chose " + std::to_string(set.documents.size()) + " documents for the set " + set.name;
        return edit;
    });
    m_curation.chooseSet(name);
    emit selected();
}

void SelectPanel::showCoverage(const CoverageCurves& curves) {
    const auto inPercent = [](std::vector<double> shares) {
        for (double& share : shares)
            share *= 100;
        return shares;
    };
    m_coverage->setSeries({{tr("chosen"), inPercent(curves.chosen)},
                           {tr("in their order"), inPercent(curves.first)},
                           {tr("random, mean of %1").arg(kRandomDraws), inPercent(curves.random)}},
                          tr("Documents"), tr("Vocabulary covered, %"));
}

void SelectPanel::showQuality(const SelectionQuality& before, const SelectionQuality& after) {
    struct Row {
        QString name, toolTip, before, after;
    };
    const auto count = [](std::uint64_t value) { return formatCount(value); };
    std::vector<Row> rows{
        {tr("Documents"), {}, count(before.documents), count(after.documents)},
        {tr("Tokens"), {}, count(before.tokens), count(after.tokens)},
        {tr("Vocabulary covered"), tr("Share of the token ids of all documents that the chosen ones contain"),
         formatPercent(before.vocabularyCoverage, 1), formatPercent(after.vocabularyCoverage, 1)},
        {tr("Mean distance"), tr("1 − cosine from a document to the nearest chosen one, mean over all"),
         formatSignificant(before.meanDistance), formatSignificant(after.meanDistance)},
        {tr("Largest distance"), tr("The same, of the document that is left farthest"),
         formatSignificant(before.maxDistance), formatSignificant(after.maxDistance)},
        {tr("Entropy of domains, bits"), tr("How evenly the choice is spread over domains"),
         formatFixed(before.groupEntropy, 2), formatFixed(after.groupEntropy, 2)},
    };
    for (const GroupShare& group : after.groups) {
        const auto first = std::ranges::find(before.groups, group.group, &GroupShare::group);
        rows.push_back(
            {tr("Share of %1").arg(group.group.empty() ? tr("others") : fromUtf8(group.group)),
             tr("Of all documents: %1; wanted: %2").arg(formatPercent(group.ofAll, 1), formatPercent(group.wanted, 1)),
             first == before.groups.end() ? QString() : formatPercent(first->share, 1), formatPercent(group.share, 1)});
    }
    m_quality->setColumnCount(3);
    m_quality->setHorizontalHeaderLabels({tr("Measure"), tr("First %1").arg(count(before.documents)), tr("Chosen")});
    m_quality->setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < m_quality->rowCount(); ++row) {
        const Row& entry = rows[static_cast<std::size_t>(row)];
        const QString cells[] = {entry.name, entry.before, entry.after};
        for (int column = 0; column < 3; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setToolTip(entry.toolTip);
            if (column > 0)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_quality->setItem(row, column, item);
        }
    }
    m_quality->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_quality->show();
}

} // namespace vernier::ui
