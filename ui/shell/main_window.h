#pragma once

#include "ui/bridge/services.h"
#include "ui/shell/theme.h"

#include <QMainWindow>
#include <QMap>
#include <QStringList>

class QActionGroup;
class QDockWidget;
class QStackedWidget;

namespace vernier::ui {

class ActionRegistry;
class JobsPanel;
class MessageBar;
class NavigationRail;
class ProjectCommands;
class StartPage;

/// Describes a workspace to the window, which knows nothing else of it.
struct PageEntry {
    QString id; ///< see ui/bridge/navigator.h
    QString title;
    QString toolTip;
    QString icon;
    QWidget* widget; ///< the window becomes its parent
};

/// Holds the workspaces, the menus, the Jobs panel and the messages together.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(const Services& services, Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    void addPage(const PageEntry& entry); ///< pages get Ctrl+1, Ctrl+2, … in the order in which they are added
    QStringList pageIds() const { return m_order; }
    void showPage(const QString& id);
    QString currentPage() const;

    ActionRegistry& actions() { return *m_actions; }
    MessageBar& messageBar() { return *m_messages; }
    JobsPanel& jobsPanel() { return *m_jobsPanel; }
    QDockWidget& jobsDock() { return *m_jobsDock; }

    void openProject(const QString& path); ///< as from the command line
    void restoreLayout();                  ///< from the settings
    void finishMenus();                    ///< call once all pages are there

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildCentre();
    void buildJobsDock();
    void addFileActions();
    void addEditActions();
    void addJobActions();
    void addThemeActions();
    void addHelpActions();
    void connectServices();
    void projectReset();
    void refreshTitle();
    void refreshActions();
    void jobFinished(quint64 id);
    void showAbout();
    void saveLayout();

    Services m_services;
    Theme& m_theme;
    ActionRegistry* m_actions;
    ProjectCommands* m_commands;
    NavigationRail* m_rail = nullptr;
    MessageBar* m_messages = nullptr;
    QStackedWidget* m_stack = nullptr;
    StartPage* m_start = nullptr;
    JobsPanel* m_jobsPanel = nullptr;
    QDockWidget* m_jobsDock = nullptr;
    QActionGroup* m_pageActions;
    QMap<QString, QWidget*> m_pages;
    QStringList m_order;
    QString m_lastPage;
    bool m_isClosing = false;  ///< only the last save is waited for
    bool m_mayDiscard = false; ///< the last save failed while closing
};

} // namespace vernier::ui
