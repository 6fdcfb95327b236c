#include "core/workbench/hold_out.h"

#include <map>

namespace vernier {

SetsEdit holdOut(const Project& project, const std::string& setName, const SplitOptions& options) {
    const CalibrationSet& set = requireSet(project.sets, setName);
    const auto stratumOf = [&](std::uint32_t document) {
        const DocumentView view = project.corpus[document];
        if (!view.domain.empty() || view.tags.empty())
            return std::string(view.domain);
        return view.tags.front();
    };
    std::map<Sha256Digest, std::uint32_t> firsts;
    for (const std::uint32_t document : set.documents)
        firsts.try_emplace(contentHash(project.corpus[document]), document);
    const auto groupOf = [&](std::uint32_t document) { return firsts.at(contentHash(project.corpus[document])); };
    SplitOutcome split = splitSet(set, options, stratumOf, groupOf);
    SetsEdit edit = createSet(project.sets, split.heldOut);
    edit = replaceSet(edit.sets, {split.rest, {}});
    edit.description = std::move(split.description);
    return edit;
}

} // namespace vernier
