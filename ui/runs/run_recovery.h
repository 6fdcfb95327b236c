#pragma once

#include "ui/bridge/job_runner.h"
#include "ui/bridge/services.h"

#include <QStringList>

namespace vernier::ui {

/// Those of runs whose codes the cache has lost.
QStringList runsWithoutCodes(const Services& services, const QStringList& runs);

/// Starts a job that computes the codes of a run again, for the cache; its report stays as it is.
JobId computeAgain(const Services& services, const QString& run);

} // namespace vernier::ui
