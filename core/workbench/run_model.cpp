#include "core/workbench/run_model.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

std::shared_ptr<const Workbench::OpenModel> openModelOf(Workbench& bench, const Run& run, JobContext& job) {
    auto model = bench.open(run.calibration.modelFolder, job);
    if (model->fingerprint != run.calibration.modelFingerprint)
        throw Error(ErrorKind::Input, run.calibration.modelFolder,
                    fmt::format("is not the model that {} quantized", run.name),
                    "put the original weights back or make the run again");
    return model;
}

} // namespace vernier
