#include "ui/data/document_panel.h"

#include "ui/bridge/text.h"
#include "ui/data/document_table_model.h"
#include "ui/data/domain_bar.h"
#include "ui/data/padded_delegate.h"
#include "ui/data/token_counter.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace vernier::ui {

namespace {

constexpr int kRefreshMilliseconds = 200; ///< how often counts that come in are shown

} // namespace

DocumentPanel::DocumentPanel(JobRunner& quickJobs, QWidget* parent)
    : QWidget(parent), m_jobs(quickJobs), m_counter(new TokenCounter(quickJobs, this)),
      m_model(new DocumentTableModel(*m_counter, this)), m_sets(new QComboBox), m_filter(new QLineEdit),
      m_table(new QTableView), m_summary(new QLabel), m_domains(new DomainBar), m_countsTimer(new QTimer(this)) {
    buildControls();
    buildTable();
    auto* controls = new QHBoxLayout;
    controls->addWidget(m_sets);
    controls->addWidget(m_filter, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addLayout(controls);
    column->addWidget(m_table, 1);
    column->addWidget(m_summary);
    column->addWidget(m_domains);

    m_countsTimer->setSingleShot(true);
    m_countsTimer->setInterval(kRefreshMilliseconds);
    connect(m_countsTimer, &QTimer::timeout, this, [this] {
        m_model->tokensCounted();
        sumUp();
    });
    const auto refreshSoon = [this] {
        if (!m_countsTimer->isActive())
            m_countsTimer->start();
    };
    connect(m_counter, &TokenCounter::counted, m_countsTimer, refreshSoon);
    connect(m_counter, &TokenCounter::restarted, m_countsTimer, refreshSoon);
    connect(m_sets, &QComboBox::currentIndexChanged, this, &DocumentPanel::search);
    connect(m_filter, &QLineEdit::textChanged, this, &DocumentPanel::search);
}

void DocumentPanel::buildControls() {
    m_sets->setToolTip(tr("Which set of documents is listed"));
    m_sets->setAccessibleName(tr("Set"));
    m_sets->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_filter->setPlaceholderText(tr("Filter by text, domain, source or tag (Ctrl+F)"));
    m_filter->setToolTip(tr("Lists only documents that contain this, in upper or lower case"));
    m_filter->setObjectName(QStringLiteral("filter"));
    m_filter->setAccessibleName(tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
}

void DocumentPanel::buildTable() {
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Documents"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
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
    const std::pair<int, int> widths[] = {{DocumentTableModel::Number, 8},  {DocumentTableModel::Tokens, 8},
                                          {DocumentTableModel::Domain, 11}, {DocumentTableModel::Tags, 12},
                                          {DocumentTableModel::Source, 16}, {DocumentTableModel::Line, 8}};
    for (const auto& [column, digits] : widths)
        m_table->setColumnWidth(column, digits * digit);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                const std::int64_t document = m_model->documentIndex(current.row());
                if (document >= 0)
                    m_current = document;
                emit currentDocumentChanged(document);
            });
}

void DocumentPanel::setProject(std::shared_ptr<const Project> project,
                               std::shared_ptr<const Workbench::OpenModel> model) {
    if (!project)
        m_current = -1;
    m_project = std::move(project);
    m_openModel = std::move(model);
    m_counter->setCorpus(m_project, m_openModel);
    fillSets();
    search();
}

void DocumentPanel::fillSets() {
    const QSignalBlocker quiet(m_sets);
    const QString before = currentSet();
    m_sets->clear();
    const std::size_t documents = m_project ? m_project->corpus.size() : 0;
    m_sets->addItem(tr("All documents (%1)").arg(formatCount(documents)), QString());
    if (m_project)
        for (const CalibrationSet& set : m_project->sets) {
            const QString name = QString::fromStdString(set.name);
            m_sets->addItem(tr("%1 (%2)").arg(name, formatCount(set.documents.size())), name);
        }
    m_sets->setCurrentIndex(std::max(0, m_sets->findData(before)));
}

QString DocumentPanel::currentSet() const {
    return m_sets->currentData().toString();
}

void DocumentPanel::search() {
    m_jobs.cancel(std::exchange(m_search, 0));
    if (!m_project) {
        take(nullptr, {});
        return;
    }
    const auto found = std::make_shared<std::vector<std::uint32_t>>();
    const auto ticket = std::make_shared<JobId>(0);
    JobRequest request;
    request.title = tr("Filter documents");
    request.quiet = true;
    request.first = true;
    request.context = this;
    request.work = [found, project = m_project,
                    query = CorpusQuery{currentSet().toStdString(), m_filter->text().toStdString()}](JobContext& job) {
        *found = findDocuments(*project, query, job);
    };
    request.onFinished = [this, found, ticket, project = m_project](const JobOutcome& outcome) {
        if (*ticket == m_search && outcome.state == JobState::Done)
            take(project, std::move(*found));
    };
    m_search = *ticket = m_jobs.submit(std::move(request));
}

void DocumentPanel::take(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows) {
    const std::int64_t wanted = m_current;
    m_model->setDocuments(std::move(project), std::move(rows));
    const int row = std::max(0, m_model->rowOf(wanted));
    if (m_model->rowCount() > 0)
        m_table->setCurrentIndex(m_model->index(row, DocumentTableModel::Preview));
    else
        emit currentDocumentChanged(-1);
    sumUp();
}

void DocumentPanel::sumUp() {
    m_jobs.cancel(std::exchange(m_summing, 0));
    if (!m_project) {
        showSummary({});
        return;
    }
    const auto summary = std::make_shared<CorpusSummary>();
    const auto ticket = std::make_shared<JobId>(0);
    JobRequest request;
    request.title = tr("Sum up documents");
    request.quiet = true;
    request.first = true;
    request.context = this;
    request.work = [summary, project = m_project, rows = m_model->rows(), counts = m_counter->counts()](JobContext&) {
        *summary = summarize(*project, rows, counts);
    };
    request.onFinished = [this, summary, ticket](const JobOutcome& outcome) {
        if (*ticket == m_summing && outcome.state == JobState::Done)
            showSummary(*summary);
    };
    m_summing = *ticket = m_jobs.submit(std::move(request));
}

void DocumentPanel::showSummary(const CorpusSummary& summary) {
    QStringList parts{tr("%1 documents").arg(formatCount(summary.documents))};
    if (m_project && summary.documents != m_project->corpus.size())
        parts.front() =
            tr("%1 of %2 documents").arg(formatCount(summary.documents), formatCount(m_project->corpus.size()));
    if (summary.conversations > 0)
        parts += tr("%1 conversations").arg(formatCount(summary.conversations));
    const bool all = summary.counted + summary.unrenderable == summary.documents;
    if (m_openModel && all)
        parts += tr("%1 tokens").arg(formatCount(summary.tokens));
    else if (m_openModel)
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

std::int64_t DocumentPanel::currentDocument() const {
    return m_model->documentIndex(m_table->currentIndex().row());
}

QString DocumentPanel::summaryText() const {
    return m_summary->text();
}

void DocumentPanel::focusFilter() {
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

} // namespace vernier::ui
