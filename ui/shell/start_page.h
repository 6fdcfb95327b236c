#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedLayout;
class QVBoxLayout;

namespace vernier::ui {

class ProjectCommands;

/// Greets when no project is open: demo, open, import, recent projects; shows progress while a project is being opened.
class StartPage : public QWidget {
    Q_OBJECT
public:
    StartPage(const Services& services, ProjectCommands& commands, QWidget* parent = nullptr);

private:
    QWidget* buildWelcome();
    QWidget* buildProgress();
    QWidget* actionCard(const QString& iconName, const QString& title, const QString& text,
                        void (ProjectCommands::*act)());
    void refreshRecent();
    void refreshProgress();

    Services m_services;
    ProjectCommands& m_commands;
    QStackedLayout* m_pages;
    QVBoxLayout* m_recent = nullptr;
    QWidget* m_recentBox = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_stage = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton* m_stop = nullptr;
};

} // namespace vernier::ui
