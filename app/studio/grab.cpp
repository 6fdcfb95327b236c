#include "app/studio/grab.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/shell/main_window.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QPixmap>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTextStream>
#include <QTimer>

namespace vernier::ui {

namespace {

constexpr int kTickMilliseconds = 50;
constexpr int kQuietTicks = 6; ///< without any job before the pictures are taken; views ask for more work as they show
constexpr QSize kWindowSize{1400, 900};

/// Lets queued replots and the light jobs of a page that has just been shown finish.
void settle(const Services& services) {
    int quiet = 0;
    for (int round = 0; round < 200 && quiet < kQuietTicks; ++round) {
        QEventLoop loop;
        QTimer::singleShot(kTickMilliseconds, &loop, &QEventLoop::quit);
        loop.exec();
        quiet = services.jobs.isIdle() && services.quickJobs.isIdle() ? quiet + 1 : 0;
    }
}

} // namespace

Grabber::Grabber(const Services& services, MainWindow& window, QString folder, QObject* parent)
    : QObject(parent), m_services(services), m_window(window), m_folder(std::move(folder)), m_timer(new QTimer(this)) {
    m_timer->setInterval(kTickMilliseconds);
    connect(m_timer, &QTimer::timeout, this, &Grabber::check);
}

void Grabber::start() {
    m_window.resize(kWindowSize);
    m_window.show();
    m_timer->start();
}

void Grabber::check() {
    const bool isQuiet = m_services.jobs.isIdle() && m_services.quickJobs.isIdle();
    m_quietTicks = isQuiet ? m_quietTicks + 1 : 0;
    if (m_quietTicks < kQuietTicks)
        return;
    m_timer->stop();
    QCoreApplication::exit(grabAll() ? 0 : 1);
}

bool Grabber::grabAll() {
    QTextStream err(stderr);
    for (const JobId id : m_services.jobs.jobs())
        if (const JobInfo* const job = m_services.jobs.job(id); job && job->state == JobState::Failed) {
            err << "vernier-studio: " << job->error << '\n';
            return false;
        }
    if (!QDir().mkpath(m_folder)) {
        err << "vernier-studio: " << m_folder << ": cannot create the folder\n";
        return false;
    }
    if (!m_services.session.isOpen())
        return grab(QStringLiteral("start"));
    const auto project = m_services.session.project();
    if (m_services.selection.run().isEmpty() && !project->runs.empty())
        m_services.selection.selectRun(QString::fromStdString(project->runs.back().name));
    for (const QString& id : m_window.pageIds()) {
        m_window.showPage(id);
        settle(m_services);
        if (!grab(id) || !grabViews(id))
            return false;
    }
    return true;
}

bool Grabber::grabViews(const QString& page) {
    for (auto* views : m_window.centralWidget()->findChildren<QTabWidget*>()) {
        if (!views->isVisible())
            continue;
        for (int view = 1; view < views->count(); ++view) {
            views->setCurrentIndex(view);
            settle(m_services);
            QString name = views->tabText(view).toLower();
            name.remove(QRegularExpression(QStringLiteral("[^a-z]")));
            if (!grab(page + QLatin1Char('-') + name))
                return false;
        }
        views->setCurrentIndex(0);
    }
    return true;
}

bool Grabber::grab(const QString& name) {
    const QString path = QDir(m_folder).absoluteFilePath(name + QStringLiteral(".png"));
    if (!m_window.grab().save(path)) {
        QTextStream(stderr) << "vernier-studio: " << path << ": cannot be written\n";
        return false;
    }
    QTextStream(stdout) << path << '\n';
    return true;
}

} // namespace vernier::ui
