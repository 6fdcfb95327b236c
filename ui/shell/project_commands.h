#pragma once

#include "ui/bridge/services.h"

#include <QObject>
#include <QStringList>

class QMimeData;
class QWidget;

namespace vernier::ui {

/// Does what the File menu, the start page and dropped files ask for: chooses files and puts them to the session.
class ProjectCommands : public QObject {
    Q_OBJECT
public:
    ProjectCommands(const Services& services, QWidget* window);

    void newProject();
    void openProject();
    void openPath(const QString& path);
    void tryDemo();
    void importText();
    void save();
    bool saveAs(); ///< false when the user thought better of it
    void chooseModel();
    void exportReport(); ///< asks which runs, and where to

    /// Asks before running jobs or unsaved work are given up; true to go on.
    bool mayLeave(const QString& question);

    /// Whether anything that is dragged can be taken, and taking it: a project is opened, a model folder becomes the
    /// project's, everything else is imported.
    static bool accepts(const QMimeData& data);
    void take(const QMimeData& data);

    QStringList recentProjects() const;
    static QString demoPath(); ///< where the demo project is kept

signals:
    void recentChanged();

private:
    void importPaths(const QStringList& paths);
    void rememberRecent();
    QString lastFolder() const;
    void rememberFolder(const QString& file);

    Services m_services;
    QWidget* m_window;
};

} // namespace vernier::ui
