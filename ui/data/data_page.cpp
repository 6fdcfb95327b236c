#include "ui/data/data_page.h"

#include "ui/bridge/project_session.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_reader.h"
#include "ui/data/import_bar.h"
#include "ui/plots/empty_state.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace vernier::ui {

DataPage::DataPage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_import(new ImportBar),
      m_documents(new DocumentPanel(services.quickJobs)), m_reader(new DocumentReader(services.quickJobs)),
      m_empty(new EmptyState), m_stack(new QStackedWidget) {
    setAcceptDrops(true);
    m_empty->setContent(tr("No documents yet"),
                        tr("Drop text, Markdown, JSON or JSONL files here, or choose them. What the calibration set "
                           "holds decides how well the quantized model does: take text like the text it will meet."),
                        tr("Import…"));

    auto* right = new QWidget;
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(4, 0, 0, 0);
    rightColumn->setSpacing(6);
    rightColumn->addWidget(m_import, 0, Qt::AlignRight);
    rightColumn->addWidget(m_reader, 1);

    auto* split = new QSplitter(Qt::Horizontal);
    split->setObjectName(QStringLiteral("dataSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(m_documents);
    split->addWidget(right);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({790, 490});
    m_stack->addWidget(split);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_stack);

    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, m_documents, &DocumentPanel::focusFilter);
    connect(m_empty, &EmptyState::actionTriggered, m_import, &ImportBar::chooseFiles);
    connect(m_import, &ImportBar::filesChosen, this, &DataPage::importFiles);
    connect(m_documents, &DocumentPanel::currentDocumentChanged, this, &DataPage::readDocument);
    connect(&services.session, &ProjectSession::projectReset, this, &DataPage::refresh);
    connect(&services.session, &ProjectSession::corpusChanged, this, &DataPage::refresh);
    connect(&services.model, &ModelProvider::changed, this, &DataPage::refresh);
    refresh();
}

bool DataPage::isEmpty() const {
    return m_stack->currentWidget() == m_empty;
}

void DataPage::refresh() {
    const std::shared_ptr<const Project> project = m_services.session.project();
    m_documents->setProject(project, m_services.model.model());
    if (project && !project->corpus.empty())
        m_stack->setCurrentIndex(0);
    else
        m_stack->setCurrentWidget(m_empty);
}

void DataPage::readDocument(std::int64_t document) {
    m_reader->show(m_services.session.project(), document, m_services.model.model());
}

void DataPage::importFiles(const QStringList& paths) {
    m_services.session.importFiles(paths, m_import->tag());
}

void DataPage::dragEnterEvent(QDragEnterEvent* event) {
    if (!ImportBar::filesOf(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent* event) {
    const QStringList paths = ImportBar::filesOf(*event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    importFiles(paths);
}

} // namespace vernier::ui
