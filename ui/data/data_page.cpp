#include "ui/data/data_page.h"

#include "core/workbench/import_files.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/data/check_panel.h"
#include "ui/data/curation.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_reader.h"
#include "ui/data/import_bar.h"
#include "ui/data/import_dialog.h"
#include "ui/data/map_panel.h"
#include "ui/data/mix_panel.h"
#include "ui/data/repeats_panel.h"
#include "ui/data/report_panel.h"
#include "ui/data/select_panel.h"
#include "ui/data/set_bar.h"
#include "ui/data/set_files.h"
#include "ui/data/windows_panel.h"
#include "ui/plots/empty_state.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace vernier::ui {

DataPage::DataPage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_curation(new Curation(services, this)), m_import(new ImportBar),
      m_documents(new DocumentPanel(*m_curation)), m_reader(new DocumentReader(services.quickJobs)),
      m_views(new QTabWidget), m_empty(new EmptyState), m_stack(new QStackedWidget) {
    setAcceptDrops(true);
    m_empty->setContent(
        tr("No documents yet"),
        tr("Drop text, Markdown, JSON, JSONL or CSV files here, or choose them. What the calibration set "
           "holds decides how well the quantized model does: take text like the text it will meet."),
        tr("Import…"));
    buildViews();

    auto* bar = new QHBoxLayout;
    auto* sets = new SetBar(*m_curation);
    bar->addWidget(sets);
    bar->addStretch(1);
    bar->addWidget(m_import);
    auto* split = new QSplitter(Qt::Horizontal);
    split->setObjectName(QStringLiteral("dataSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(m_documents);
    split->addWidget(m_views);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({720, 580});
    m_stack->addWidget(split);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);

    auto* files = new SetFiles(*m_curation, this);
    connect(sets, &SetBar::exportRequested, files, &SetFiles::exportSet);
    connect(sets, &SetBar::importRequested, files, &SetFiles::importSet);
    connect(m_import, &ImportBar::generationRequested, files, &SetFiles::generate);
    connect(m_import, &ImportBar::examplesWanted, files, &SetFiles::listExamples);
    connect(files, &SetFiles::examplesListed, m_import, &ImportBar::setExamples);
    connect(m_import, &ImportBar::exampleChosen, &services.session, &ProjectSession::importExample);
    connect(m_import, &ImportBar::textPasted, this, &DataPage::importPasted);
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, m_documents, &DocumentPanel::focusFilter);
    connect(m_empty, &EmptyState::actionTriggered, m_import, &ImportBar::chooseFiles);
    connect(m_import, &ImportBar::filesChosen, this, &DataPage::importFiles);
    connect(&services.navigator, &Navigator::filesOffered, this, &DataPage::importFiles);
    connect(&services.navigator, &Navigator::documentRequested, this, &DataPage::reveal);
    connect(m_curation, &Curation::currentChanged, this, &DataPage::readDocument);
    connect(&services.session, &ProjectSession::projectReset, this, &DataPage::refresh);
    connect(&services.session, &ProjectSession::corpusChanged, this, &DataPage::refresh);
    connect(&services.model, &ModelProvider::changed, this, &DataPage::readDocument);
    refresh();
}

void DataPage::buildViews() {
    m_views->setObjectName(QStringLiteral("dataViews"));
    m_views->setDocumentMode(true);
    m_views->setUsesScrollButtons(true);
    addView(m_reader, tr("Document"), tr("The selected document as the model sees it"));
    addView(new WindowsPanel(*m_curation), tr("Windows"),
            tr("The windows that the recipe makes of the set, token by token, and the recipe itself"));
    addView(new CheckPanel(*m_curation), tr("Check"), tr("What is wrong with the set, and how to repair it"));
    auto* mix = new MixPanel(*m_curation);
    connect(mix, &MixPanel::filterRequested, m_documents, &DocumentPanel::setFilter);
    addView(mix, tr("Mix"), tr("How long the documents of the set are, and what they are about"));
    addView(new MapPanel(*m_curation), tr("Map"), tr("Documents as the model reads them, those alike side by side"));
    addView(new SelectPanel(*m_curation), tr("Choose"),
            tr("Let diverse documents be chosen, and see what that is worth"));
    addView(new RepeatsPanel(*m_curation), tr("Repeats"),
            tr("Documents that repeat each other, and text that is also in a held-out set"));
    addView(new ReportPanel(*m_curation), tr("Enough?"), tr("Whether the set is enough for the model, before a run"));
}

bool DataPage::isEmpty() const {
    return m_stack->currentWidget() == m_empty;
}

void DataPage::addView(QWidget* view, const QString& title, const QString& toolTip) {
    m_views->setTabToolTip(m_views->addTab(view, title), toolTip);
}

void DataPage::refresh() {
    const auto project = m_services.session.project();
    if (project && !project->corpus.empty())
        m_stack->setCurrentIndex(0);
    else
        m_stack->setCurrentWidget(m_empty);
    readDocument();
}

void DataPage::readDocument() {
    m_reader->show(m_curation->project(), m_curation->current(), m_curation->model());
}

void DataPage::reveal(quint32 document, const QString& setName) {
    const auto project = m_services.session.project();
    if (!project || document >= project->corpus.size())
        return;
    if (project->findSet(setName.toStdString()))
        m_curation->chooseSet(setName);
    m_documents->reveal(document);
    m_views->setCurrentWidget(m_reader);
}

void DataPage::importFiles(const QStringList& paths) {
    ImportRequest source;
    for (const QString& path : paths)
        source.files.push_back(toPath(path));
    ask(std::move(source));
}

void DataPage::importPasted(const QString& text) {
    ImportRequest source;
    source.pasted = PastedText{.text = text.toStdString()};
    ask(std::move(source));
}

void DataPage::ask(ImportRequest source) {
    source.options.tag = m_import->tag().toStdString();
    QStringList sets;
    if (const auto project = m_services.session.project())
        for (const CalibrationSet& set : project->sets)
            sets += fromUtf8(set.name);
    std::shared_ptr<const ChatTemplate> chat;
    if (const auto model = m_curation->model(); model && model->chatTemplate)
        chat = {model, &*model->chatTemplate};
    auto* dialog = new ImportDialog(m_services.quickJobs, std::move(source), sets, std::move(chat), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_services.session.importDocuments(dialog->request()); });
    dialog->open();
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
