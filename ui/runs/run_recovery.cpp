#include "ui/runs/run_recovery.h"

#include "core/base/error.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_codes.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"

#include <QCoreApplication>

namespace vernier::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RunRecovery", text);
}

} // namespace

QStringList runsWithoutCodes(const Services& services, const QStringList& runs) {
    QStringList without;
    const auto project = services.session.project();
    for (const QString& name : runs)
        if (const Run* run = project ? project->findRun(name.toStdString()) : nullptr;
            run && !hasCodes(*services.session.workbench(), *run))
            without.append(name);
    return without;
}

JobId computeAgain(const Services& services, const QString& run) {
    const auto project = services.session.project();
    if (!project)
        return 0;
    JobRequest request;
    request.title = tr("Compute %1 again").arg(run);
    request.context = &services.session;
    request.work = [project, bench = services.session.workbench(), name = run.toStdString()](JobContext& job) {
        const Run* known = project->findRun(name);
        if (!known)
            throw Error(ErrorKind::Input, "run " + name, "is no longer in the project");
        recoverCodes(*bench, *project, *known, job);
    };
    request.onFinished = [session = &services.session, run](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done)
            emit session->message(tr("The codes of %1 are in the cache again").arg(run));
    };
    return services.jobs.submit(std::move(request));
}

} // namespace vernier::ui
