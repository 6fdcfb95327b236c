#include "ui/shell/main_window.h"

#include "ui/bridge/edit_timeline.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_queue.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/jobs_panel.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/navigation_rail.h"
#include "ui/shell/project_commands.h"
#include "ui/shell/start_page.h"
#include "ui/shell/status_summary.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>

namespace vernier::ui {

namespace {

const QString kGeometryKey = QStringLiteral("window/geometry");
const QString kStateKey = QStringLiteral("window/state");
constexpr int kLayoutVersion = 1;
constexpr int kToldMilliseconds = 5000; // that the status bar tells what was undone

} // namespace

MainWindow::MainWindow(const Services& services, Theme& theme, QWidget* parent)
    : QMainWindow(parent), m_services(services), m_theme(theme), m_actions(new ActionRegistry(this)),
      m_commands(new ProjectCommands(services, this)), m_pageActions(new QActionGroup(this)) {
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/vernier/icons/vernier.svg")));
    resize(1400, 900);
    buildCentre();
    buildJobsDock();
    addFileActions();
    addEditActions();
    new StatusSummary(services, *statusBar());
    connectServices();
    projectReset();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    m_rail = new NavigationRail(centre);
    m_messages = new MessageBar(centre);
    m_stack = new QStackedWidget(centre);
    m_start = new StartPage(m_services, *m_commands, m_stack);
    m_stack->addWidget(m_start);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_messages);
    column->addWidget(m_stack, 1);
    auto* row = new QHBoxLayout(centre);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(column, 1);
    setCentralWidget(centre);
}

void MainWindow::buildJobsDock() {
    m_jobsPanel = new JobsPanel(m_services.jobs, this);
    m_jobsDock = new QDockWidget(tr("Jobs"), this);
    m_jobsDock->setObjectName(QStringLiteral("jobsDock"));
    m_jobsDock->setWidget(m_jobsPanel);
    m_jobsDock->setAllowedAreas(Qt::BottomDockWidgetArea | Qt::TopDockWidgetArea);
    addDockWidget(Qt::BottomDockWidgetArea, m_jobsDock);
    m_jobsDock->hide();
}

void MainWindow::addFileActions() {
    const QString menu = tr("&File");
    const auto add = [this, &menu](const char* id, const QString& section, const QString& text, const QString& iconName,
                                   const QKeySequence& shortcut, auto act) {
        QAction* action = m_actions->add({.id = QLatin1String(id),
                                          .menu = menu,
                                          .section = section,
                                          .text = text,
                                          .toolTip = {},
                                          .icon = iconName,
                                          .shortcut = shortcut});
        connect(action, &QAction::triggered, m_commands, act);
    };
    const QString project = QStringLiteral("project");
    const QString content = QStringLiteral("content");
    add("project.new", project, tr("&New project"), {}, QKeySequence::New, &ProjectCommands::newProject);
    add("project.open", project, tr("&Open project…"), QStringLiteral("open"), QKeySequence::Open,
        &ProjectCommands::openProject);
    add("project.demo", project, tr("Open &demo project"), QStringLiteral("demo"), {}, &ProjectCommands::tryDemo);
    add("project.save", project, tr("&Save"), QStringLiteral("save"), QKeySequence::Save, &ProjectCommands::save);
    add("project.saveAs", project, tr("Save &as…"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
        &ProjectCommands::saveAs);
    add("project.import", content, tr("&Import text…"), QStringLiteral("import"), QKeySequence(Qt::CTRL | Qt::Key_I),
        &ProjectCommands::importText);
    add("project.model", content, tr("Choose &model folder…"), QStringLiteral("folder"),
        QKeySequence(Qt::CTRL | Qt::Key_M), &ProjectCommands::chooseModel);
    add("project.report", QStringLiteral("report"), tr("Export &report…"), {}, QKeySequence(Qt::CTRL | Qt::Key_E),
        &ProjectCommands::exportReport);
    QAction* quit = m_actions->add({.id = QStringLiteral("application.quit"),
                                    .menu = menu,
                                    .section = QStringLiteral("quit"),
                                    .text = tr("&Quit"),
                                    .toolTip = {},
                                    .icon = {},
                                    .shortcut = QKeySequence(Qt::CTRL | Qt::Key_Q)});
    connect(quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::addEditActions() {
    const auto add = [this](const char* id, const QString& text, const QKeySequence& shortcut) {
        return m_actions->add({.id = QLatin1String(id),
                               .menu = tr("&Edit"),
                               .section = QStringLiteral("history"),
                               .text = text,
                               .toolTip = {},
                               .icon = {},
                               .shortcut = shortcut});
    };
    QAction* undo = add("edit.undo", tr("&Undo"), QKeySequence(Qt::CTRL | Qt::Key_Z));
    QAction* redo = add("edit.redo", tr("&Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    EditTimeline& edits = m_services.session.edits();
    // What is undone may be out of sight, on another workspace: say what it was.
    connect(undo, &QAction::triggered, this, [this, &edits] {
        const QString what = edits.undoText();
        edits.undo();
        statusBar()->showMessage(tr("Undone: %1").arg(what), kToldMilliseconds);
    });
    connect(redo, &QAction::triggered, this, [this, &edits] {
        const QString what = edits.redoText();
        edits.redo();
        statusBar()->showMessage(tr("Redone: %1").arg(what), kToldMilliseconds);
    });
    const auto refresh = [undo, redo, &edits] {
        undo->setEnabled(edits.canUndo());
        redo->setEnabled(edits.canRedo());
        undo->setText(edits.canUndo() ? tr("&Undo: %1").arg(edits.undoText()) : tr("&Undo"));
        redo->setText(edits.canRedo() ? tr("&Redo: %1").arg(edits.redoText()) : tr("&Redo"));
    };
    connect(&edits, &EditTimeline::changed, undo, refresh);
    refresh();
}

void MainWindow::addJobActions() {
    const QString menu = tr("&Jobs");
    QAction* panel = m_actions->add({.id = QStringLiteral("jobs.panel"),
                                     .menu = menu,
                                     .section = QStringLiteral("panel"),
                                     .text = tr("Show &jobs panel"),
                                     .toolTip = {},
                                     .icon = {},
                                     .shortcut = QKeySequence(Qt::CTRL | Qt::Key_J),
                                     .isCheckable = true});
    connect(panel, &QAction::toggled, m_jobsDock, &QDockWidget::setVisible);
    connect(m_jobsDock, &QDockWidget::visibilityChanged, panel,
            [this, panel] { panel->setChecked(!m_jobsDock->isHidden()); });
    QAction* cancel = m_actions->add({.id = QStringLiteral("jobs.cancel"),
                                      .menu = menu,
                                      .section = QStringLiteral("cancel"),
                                      .text = tr("&Cancel running job"),
                                      .toolTip = {},
                                      .icon = QStringLiteral("cancel"),
                                      .shortcut = QKeySequence(Qt::CTRL | Qt::Key_Period)});
    connect(cancel, &QAction::triggered, this, [this] { m_services.jobs.cancel(m_services.jobs.runningJob()); });
    QAction* cancelAll = m_actions->add({.id = QStringLiteral("jobs.cancelAll"),
                                         .menu = menu,
                                         .section = QStringLiteral("cancel"),
                                         .text = tr("Cancel &all jobs"),
                                         .toolTip = {},
                                         .icon = {}});
    connect(cancelAll, &QAction::triggered, &m_services.jobs, &JobRunner::cancelAll);
}

void MainWindow::addThemeActions() {
    auto* group = new QActionGroup(this);
    const auto add = [this, group](ThemeChoice choice, const QString& text) {
        QAction* action = m_actions->add({.id = QStringLiteral("theme.") + Theme::nameOf(choice),
                                          .menu = tr("&View"),
                                          .section = QStringLiteral("theme"),
                                          .text = text,
                                          .toolTip = {},
                                          .icon = {},
                                          .shortcut = {},
                                          .isCheckable = true});
        action->setChecked(m_theme.choice() == choice);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choice] {
            m_theme.setChoice(choice);
            QSettings().setValue(QStringLiteral("theme"), Theme::nameOf(choice));
        });
    };
    add(ThemeChoice::System, tr("&System theme"));
    add(ThemeChoice::Light, tr("&Light theme"));
    add(ThemeChoice::Dark, tr("&Dark theme"));
}

void MainWindow::addHelpActions() {
    QAction* about = m_actions->add({.id = QStringLiteral("help.about"),
                                     .menu = tr("&Help"),
                                     .section = QStringLiteral("about"),
                                     .text = tr("&About Vernier"),
                                     .toolTip = {},
                                     .icon = {}});
    connect(about, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::addPage(const PageEntry& entry) {
    m_pages.insert(entry.id, entry.widget);
    m_order.append(entry.id);
    m_stack->addWidget(entry.widget);
    QAction* action =
        m_actions->add({.id = QStringLiteral("page.") + entry.id,
                        .menu = tr("&View"),
                        .section = QStringLiteral("pages"),
                        .text = entry.title,
                        .toolTip = entry.toolTip,
                        .icon = entry.icon,
                        .shortcut = QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + m_order.size())),
                        .isCheckable = true});
    m_pageActions->addAction(action);
    m_rail->addEntry(action);
    connect(action, &QAction::triggered, this, [this, id = entry.id] { showPage(id); });
    refreshActions();
}

void MainWindow::finishMenus() {
    addThemeActions();
    addJobActions();
    addHelpActions();
    refreshActions();
    m_actions->fill(*menuBar());
    for (QAction* action : m_actions->all())
        addAction(action);
}

void MainWindow::showPage(const QString& id) {
    if (!m_pages.contains(id) || !m_services.session.isOpen())
        return;
    m_lastPage = id;
    m_stack->setCurrentWidget(m_pages.value(id));
    m_actions->action(QStringLiteral("page.") + id)->setChecked(true);
}

QString MainWindow::currentPage() const {
    return m_pages.key(m_stack->currentWidget());
}

void MainWindow::openProject(const QString& path) {
    m_commands->openPath(path);
}

void MainWindow::connectServices() {
    connect(&m_services.session, &ProjectSession::projectReset, this, &MainWindow::projectReset);
    connect(&m_services.session, &ProjectSession::pathChanged, this, &MainWindow::refreshTitle);
    connect(&m_services.session, &ProjectSession::dirtyChanged, this, [this](bool isDirty) {
        refreshTitle();
        if (m_isClosing && !isDirty)
            close();
    });
    connect(&m_services.session, &ProjectSession::error, this, [this] {
        m_mayDiscard = m_isClosing; // the last save failed: say so, and let the next attempt to close through
        m_isClosing = false;
    });
    connect(&m_services.session, &ProjectSession::refused, m_messages, &MessageBar::showError);
    connect(&m_services.session, &ProjectSession::message, m_messages, &MessageBar::showMessage);
    connect(&m_services.navigator, &Navigator::pageRequested, this, &MainWindow::showPage);
    connect(&m_services.jobs, &JobRunner::jobAdded, this, [this] {
        // The start page shows progress by itself; inside a project the panel opens with the first job.
        if (m_services.session.isOpen() && m_services.jobs.jobs().size() >= 1)
            m_jobsDock->show();
        refreshActions();
    });
    connect(&m_services.session, &ProjectSession::runsChanged, this, &MainWindow::refreshActions);
    connect(&m_services.jobs, &JobRunner::jobFinished, this, &MainWindow::jobFinished);
}

void MainWindow::projectReset() {
    const bool isOpen = m_services.session.isOpen();
    if (!isOpen)
        m_stack->setCurrentWidget(m_start);
    else if (m_stack->currentWidget() == m_start && !m_order.isEmpty())
        showPage(m_lastPage.isEmpty() ? m_order.first() : m_lastPage);
    refreshActions();
    refreshTitle();
}

void MainWindow::refreshTitle() {
    const ProjectSession& session = m_services.session;
    setWindowTitle(session.isOpen() ? tr("%1[*] – Vernier").arg(session.displayName()) : tr("Vernier"));
    setWindowModified(session.isOpen() && session.isDirty());
}

void MainWindow::refreshActions() {
    const bool isOpen = m_services.session.isOpen();
    m_pageActions->setEnabled(isOpen);
    for (const char* id : {"project.save", "project.saveAs", "project.model"})
        m_actions->action(QLatin1String(id))->setEnabled(isOpen);
    m_actions->action(QStringLiteral("project.report"))
        ->setEnabled(isOpen && !m_services.session.project()->runs.empty());
    const bool isBusy = !m_services.jobs.listedWork().isEmpty();
    for (QAction* action : m_actions->all())
        if (action->objectName().startsWith(QLatin1String("jobs.cancel")))
            action->setEnabled(isBusy);
}

void MainWindow::jobFinished(quint64 id) {
    const JobInfo* const job = m_services.jobs.job(id);
    if (job && job->state == JobState::Failed)
        m_messages->showError(tr("%1 failed: %2").arg(job->title, job->error));
    refreshActions();
}

void MainWindow::showAbout() {
    QMessageBox::about(this, tr("About Vernier"),
                       tr("<b>Vernier %1</b><br>Calibration studio for post-training quantization of language models."
                          "<br><br>Qt %2<br>Free software under the GNU General Public License, version 3 or later.")
                           .arg(QStringLiteral(VERNIER_VERSION), QString::fromLatin1(qVersion())));
}

void MainWindow::restoreLayout() {
    const QSettings settings;
    restoreGeometry(settings.value(kGeometryKey).toByteArray());
    restoreState(settings.value(kStateKey).toByteArray(), kLayoutVersion);
    m_jobsDock->hide(); // opens with the first job
}

void MainWindow::saveLayout() {
    QSettings settings;
    settings.setValue(kGeometryKey, saveGeometry());
    settings.setValue(kStateKey, saveState(kLayoutVersion));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_isClosing && !m_commands->mayLeave(tr("Quit Vernier?"))) {
        event->ignore();
        return;
    }
    if (!m_isClosing)
        saveLayout();
    m_isClosing = true;
    m_services.queue.leave();
    m_services.jobs.cancelAll();
    // What jobs have brought is being saved on the worker; the window closes when that is done.
    if (m_services.session.isDirty() && !m_services.session.path().isEmpty() && !m_mayDiscard) {
        statusBar()->showMessage(tr("Saving the project…"));
        event->ignore();
        return;
    }
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (ProjectCommands::accepts(*event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    m_commands->take(*event->mimeData());
}

} // namespace vernier::ui
