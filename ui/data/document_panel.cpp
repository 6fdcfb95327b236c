#include "ui/data/document_panel.h"

#include "ui/bridge/text.h"
#include "ui/data/curation_bar.h"
#include "ui/data/document_table_model.h"
#include "ui/data/domain_bar.h"
#include "ui/data/filter_edit.h"
#include "ui/plots/padded_delegate.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace vernier::ui {

DocumentPanel::DocumentPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_model(new DocumentTableModel(curation, this)),
      m_search(curation.services().quickJobs, *this), m_summing(curation.services().quickJobs, *this),
      m_scope(new QComboBox), m_filter(new FilterEdit(curation)), m_table(new QTableView),
      m_edits(new CurationBar(curation)), m_summary(new QLabel), m_domains(new DomainBar) {
    buildControls();
    buildTable();
    connectTable();
    auto* controls = new QHBoxLayout;
    controls->addWidget(m_scope);
    controls->addWidget(m_filter, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addLayout(controls);
    column->addWidget(m_table, 1);
    column->addWidget(m_edits);
    column->addWidget(m_summary);
    column->addWidget(m_domains);

    connect(m_scope, &QComboBox::activated, this, [this](int index) { setScope(static_cast<SetScope>(index)); });
    connect(m_filter, &FilterEdit::expressionChanged, this, [this](const QString& expression) {
        m_query.expression = expression.toStdString();
        search();
    });
    connect(&curation, &Curation::tableReset, this, &DocumentPanel::search);
    connect(&curation, &Curation::setsChanged, this, [this] {
        m_model->cellsChanged(DocumentTableModel::InSet, DocumentTableModel::InSet);
        if (m_query.scope != SetScope::Everything || m_query.sort == SortColumn::Chosen || !m_query.expression.empty())
            search();
    });
    connect(&curation, &Curation::measuresChanged, this, [this] {
        m_model->cellsChanged(DocumentTableModel::Tokens, DocumentTableModel::Gain);
        hideUnknownColumns();
        sumUp();
    });
    connect(&curation, &Curation::currentChanged, this, &DocumentPanel::showCurrent);
    connect(&curation, &Curation::pickedChanged, this, &DocumentPanel::showPicked);
    search();
}

void DocumentPanel::buildControls() {
    m_scope->addItems({tr("All documents"), tr("In the set"), tr("Not in the set"), tr("Picked")});
    m_scope->setToolTip(tr("Which documents are listed, in relation to the set"));
    m_scope->setAccessibleName(tr("Listed documents"));
    m_scope->setObjectName(QStringLiteral("scope"));
    m_filter->setObjectName(QStringLiteral("filter"));
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
}

void DocumentPanel::buildTable() {
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Documents"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setItemDelegate(new PaddedDelegate(m_table));
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    // Every row has the same height: asking a million of them would take seconds.
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    QHeaderView& header = *m_table->horizontalHeader();
    header.setHighlightSections(false);
    header.setStretchLastSection(true);
    header.setSectionsMovable(true);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    const std::pair<int, int> widths[] = {
        {DocumentTableModel::InSet, 4},      {DocumentTableModel::Number, 7},    {DocumentTableModel::Tokens, 7},
        {DocumentTableModel::Domain, 10},    {DocumentTableModel::Tags, 11},     {DocumentTableModel::Language, 6},
        {DocumentTableModel::Perplexity, 6}, {DocumentTableModel::Duplicate, 7}, {DocumentTableModel::Gain, 6},
        {DocumentTableModel::Source, 13},    {DocumentTableModel::Line, 6}};
    for (const auto& [column, digits] : widths)
        m_table->setColumnWidth(column, digits * digit);
    hideUnknownColumns();
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(DocumentTableModel::Number, Qt::AscendingOrder);
    m_table->addActions(m_edits->editActions());
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void DocumentPanel::connectTable() {
    connect(m_model, &DocumentTableModel::sortRequested, this, [this](SortColumn column, Qt::SortOrder order) {
        m_query.sort = column;
        m_query.order = order == Qt::AscendingOrder ? SortOrder::Rising : SortOrder::Falling;
        search();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { m_curation.setCurrent(m_model->documentIndex(current.row())); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DocumentPanel::takeSelection);
}

std::vector<std::uint32_t> DocumentPanel::selectedDocuments() const {
    std::vector<std::uint32_t> documents;
    for (const QItemSelectionRange& range : m_table->selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            documents.push_back(static_cast<std::uint32_t>(m_model->documentIndex(row)));
    std::sort(documents.begin(), documents.end());
    return documents;
}

void DocumentPanel::hideUnknownColumns() {
    // What nobody has measured yet would only take the room of the text.
    const MeasuredColumns& measures = m_curation.table().measures;
    m_table->setColumnHidden(DocumentTableModel::Perplexity, measures.perplexity.empty());
    m_table->setColumnHidden(DocumentTableModel::Duplicate, measures.duplicateOf.empty());
    m_table->setColumnHidden(DocumentTableModel::Gain, measures.coverageGain.empty());
}

void DocumentPanel::takeSelection() {
    m_curation.pick(selectedDocuments());
}

void DocumentPanel::setScope(SetScope scope) {
    m_scope->setCurrentIndex(static_cast<int>(scope));
    m_query.scope = scope;
    m_query.picked = scope == SetScope::Picked ? m_curation.picked() : std::vector<std::uint32_t>();
    search();
}

void DocumentPanel::showPicked() {
    // What was selected here needs no answer. What was picked elsewhere is listed by itself: marking thousands of rows
    // all over a long table would show nobody anything.
    if (m_curation.picked() == selectedDocuments())
        return;
    if (!m_curation.picked().empty())
        setScope(SetScope::Picked);
    else if (m_query.scope == SetScope::Picked)
        setScope(SetScope::Everything);
}

void DocumentPanel::showCurrent(std::int64_t document) {
    if (m_model->documentIndex(m_table->currentIndex().row()) == document)
        return;
    if (const int row = m_model->rowOf(document); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, DocumentTableModel::Preview));
}

void DocumentPanel::reveal(std::uint32_t document) {
    m_curation.setCurrent(document);
    if (const int row = m_model->rowOf(document); row >= 0)
        return m_table->scrollTo(m_model->index(row, DocumentTableModel::Preview));
    setFilter({});
    setScope(SetScope::Everything); // the current document is selected once they are listed
}

void DocumentPanel::search() {
    const auto project = m_curation.project();
    if (!project) {
        m_search.cancel();
        take(nullptr, {});
        return;
    }
    const auto found = std::make_shared<std::vector<std::uint32_t>>();
    m_search.start(
        tr("Filter documents"),
        [found, project, table = m_curation.snapshot(), set = m_curation.setName().toStdString(), query = m_query](
            JobContext& job) { *found = findDocuments(table, *project, project->findSet(set), query, job); },
        [this, found, project](const JobOutcome& outcome) {
            m_filter->setProblem(outcome.state == JobState::Failed ? outcome.error : QString());
            if (outcome.state == JobState::Done)
                take(project, std::move(*found));
        });
}

void DocumentPanel::take(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows) {
    const std::int64_t wanted = m_curation.current();
    m_model->setDocuments(std::move(project), std::move(rows));
    const int row = std::max(0, m_model->rowOf(wanted));
    if (m_model->rowCount() > 0)
        m_table->setCurrentIndex(m_model->index(row, DocumentTableModel::Preview));
    else
        m_curation.setCurrent(-1);
    if (m_query.scope == SetScope::Picked)
        m_table->selectAll();
    takeSelection();
    sumUp();
}

void DocumentPanel::sumUp() {
    const auto project = m_curation.project();
    if (!project) {
        m_summing.cancel();
        showSummary({});
        return;
    }
    const auto summary = std::make_shared<CorpusSummary>();
    m_summing.startThen(
        tr("Sum up documents"),
        [summary, project, rows = m_model->rows(), counts = m_curation.meter().counts()](JobContext&) {
            *summary = summarize(*project, rows, counts);
        },
        [this, summary] { showSummary(*summary); });
}

void DocumentPanel::showSummary(const CorpusSummary& summary) {
    QStringList parts{tr("%1 documents").arg(formatCount(summary.documents))};
    const auto project = m_curation.project();
    if (project && summary.documents != project->corpus.size())
        parts.front() =
            tr("%1 of %2 documents").arg(formatCount(summary.documents), formatCount(project->corpus.size()));
    if (summary.conversations > 0)
        parts += tr("%1 conversations").arg(formatCount(summary.conversations));
    const bool all = summary.counted + summary.unrenderable == summary.documents;
    if (m_curation.model() && all)
        parts += tr("%1 tokens").arg(formatCount(summary.tokens));
    else if (m_curation.model())
        parts += tr("%1 tokens so far, %2 documents to count")
                     .arg(formatCount(summary.tokens),
                          formatCount(summary.documents - summary.counted - summary.unrenderable));
    else
        parts += tr("open a model to count tokens");
    if (summary.unrenderable > 0)
        parts += tr("%1 that the chat template refuses").arg(formatCount(summary.unrenderable));
    m_summary->setText(parts.join(QStringLiteral(" · ")));
    m_domains->setSummary(summary);
    emit summaryChanged();
}

QString DocumentPanel::summaryText() const {
    return m_summary->text();
}

void DocumentPanel::focusFilter() {
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void DocumentPanel::setFilter(const QString& expression) {
    m_filter->setText(expression);
}

} // namespace vernier::ui
