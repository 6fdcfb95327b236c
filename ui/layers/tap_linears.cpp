#include "ui/layers/tap_linears.h"

#include "core/model/architecture.h"

namespace vernier::ui {

std::vector<std::string> linearsOfTap(const ArchitectureSpec& spec, int block, int tap) {
    if (block < 0 || block >= spec.blocks || tap < 0)
        return {};
    const std::vector<TapSpec> taps = spec.taps(block);
    if (tap >= std::ssize(taps))
        return {};
    const TapSpec& at = taps[static_cast<std::size_t>(tap)];
    if (at.kind == TapKind::LinearOutput)
        return {at.name.substr(0, at.name.find(':'))};
    if (at.kind != TapKind::LinearInput)
        return {};
    const std::vector<InputGroup> groups = spec.inputGroups(block);
    std::vector<std::string> names;
    for (const LinearSpec& linear : groups[static_cast<std::size_t>(at.group)].linears)
        names.push_back(spec.linearName(block, linear.name));
    return names;
}

} // namespace vernier::ui
