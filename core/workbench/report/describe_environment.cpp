#include "core/workbench/report/number_text.h"
#include "core/workbench/report/sections.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kKeyDigits = 12; // of a cache key: enough to find its file

ReportTable artefactsTable(const Report& report) {
    ReportTable table;
    table.title = "Runs and their artefacts in the cache";
    table.columns = {{"#", ColumnKind::Number},
                     {"run"},
                     {"created"},
                     {"precision"},
                     {"artefact of each block, first digits", ColumnKind::Code}};
    for (std::size_t i = 0; i < report.runs.size(); ++i) {
        const Run& run = report.runs[i];
        std::string keys;
        for (const std::string& key : run.blockKeys)
            keys += (keys.empty() ? "" : " ") + key.substr(0, kKeyDigits);
        table.rows.push_back({{numberOf(i)},
                              {run.name},
                              {run.created},
                              {std::string(name(run.settings.precision))},
                              {keys.empty() ? "–" : keys}});
    }
    return table;
}

} // namespace

ReportSection environmentSection(const Report& report) {
    const ReportEnvironment& environment = report.environment;
    ReportSection section{"Environment", {}};
    section.blocks.emplace_back(factsTable(
        "Written with", {{"Vernier", environment.vernier},
                         {"compiler", environment.compiler},
                         {"system", environment.system},
                         {"processor", environment.processor},
                         {"threads", fmt::format("{}", environment.threads)},
                         {"bfloat16 units", environment.hasBf16 ? "yes" : "no: everything is computed in float32"},
                         {"written", environment.written}}));
    ReportTable models;
    models.title = "Models";
    models.columns = {{"folder"}, {"fingerprint of the weights", ColumnKind::Code}};
    for (const Run& run : report.runs) {
        const auto isKnown = [&](const auto& row) { return row[1].text == run.calibration.modelFingerprint; };
        if (std::ranges::none_of(models.rows, isKnown))
            models.rows.push_back({{run.calibration.modelFolder}, {run.calibration.modelFingerprint}});
    }
    section.blocks.emplace_back(std::move(models));
    section.blocks.emplace_back(artefactsTable(report));
    return section;
}

} // namespace vernier
