#include "core/workbench/calibration_tokens.h"

#include "core/workbench/pack_set.h"
#include "core/workbench/prompt.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace vernier {

std::optional<CalibrationTokens> calibrationTokens(const Project& project, const CalibrationRecord& record,
                                                   const Workbench::OpenModel& model, JobContext& job) {
    const CalibrationSet* set = project.findSet(record.setName);
    if (set && model.fingerprint == record.modelFingerprint) {
        TokenWindows windows = packSet(project, *set, model, record.recipe, job);
        if (windows.hash() == record.windowsHash)
            return CalibrationTokens{std::move(windows), {set->documents.begin(), set->documents.end()}};
    }
    job.log(fmt::format("the set {} or the model has changed since the calibration: tokens cannot be named",
                        record.setName));
    return std::nullopt;
}

ReportedExtreme nameToken(const Project& project, const CalibrationTokens& tokens, const Tokenizer& tokenizer,
                          const ExtremeValue& extreme, int around) {
    ReportedExtreme named;
    named.extreme = extreme;
    if (extreme.row >= tokens.windows.ids.size())
        return named;
    named.place = placeOf(tokens.windows, extreme.row);
    const auto at = static_cast<std::size_t>(named.place->position), reach = static_cast<std::size_t>(around);
    const auto window = tokens.windows.window(named.place->window)
                            .first(static_cast<std::size_t>(tokens.windows.validLength(named.place->window)));
    const std::size_t first = at - std::min(at, reach), last = std::min(window.size(), at + reach + 1);
    const std::vector<std::string> pieces = tokenPieces(tokenizer, window.subspan(first, last - first));
    for (std::size_t i = 0; i < pieces.size(); ++i)
        (first + i < at ? named.before : first + i == at ? named.token : named.after) += pieces[i];
    if (named.place->document < tokens.documents.size()) {
        named.document = tokens.documents[named.place->document];
        named.source = placeOf(project.corpus[named.document]);
    }
    return named;
}

} // namespace vernier
