#include "core/workbench/export_imatrix.h"

#include "core/base/error.h"
#include "core/export/export_checkpoint.h"
#include "core/export/gguf/unpack_gguf.h"
#include "core/export/imatrix.h"
#include "core/workbench/calibrate.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

void exportImatrix(Workbench& bench, const CalibrationRecord& calibration, const std::filesystem::path& file,
                   JobContext& job) {
    const ArchitectureSpec spec = ArchitectureSpec::load(calibration.modelFolder);
    if (static_cast<std::size_t>(spec.blocks) != calibration.blockKeys.size())
        throw Error(ErrorKind::Input, calibration.modelFolder, "is not the model that was calibrated",
                    "calibrate again");
    const auto held = bench.cache.hold(calibration.blockKeys, {});
    const ImatrixSource source{spec,
                               [&](int block) {
                                   auto statistics = loadBlockStatistics(bench, calibration, block);
                                   if (!statistics)
                                       throw Error(ErrorKind::Input,
                                                   fmt::format("calibration on {}", calibration.setName),
                                                   "is no longer in the cache", "calibrate again");
                                   return statistics;
                               },
                               calibration.setName, calibration.windows, calibration.recipe.sequenceLength};
    writeImatrix(source, file, file.extension() == ".dat" ? ImatrixForm::Dat : ImatrixForm::Gguf, job);
}

void unpackModel(const std::filesystem::path& file, const std::filesystem::path& folder,
                 const std::filesystem::path& tokenizerFolder, JobContext& job) {
    ExportFolder unpacked(folder, false);
    unpackGguf(file, unpacked, job);
    if (!tokenizerFolder.empty())
        copyCompanions(unpacked, tokenizerFolder);
    unpacked.publish();
}

} // namespace vernier
