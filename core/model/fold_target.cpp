#include "core/model/fold_target.h"

namespace vernier {

namespace {

FoldTarget behindNorm(const ArchitectureSpec& spec, const std::string& norm) {
    return {FoldTarget::Kind::Norm, norm, 0, spec.norm == NormKind::RmsPlusOne};
}

/// The rows of the linear in front that give the input's channels: the last ones where several kinds share it.
FoldTarget behindRows(const InputGroup& before, Index channels) {
    const LinearSpec& linear = before.linears.back();
    return {FoldTarget::Kind::Linear, linear.name, linear.out - channels, false};
}

/// Whether a factor passes from a feed-forward layer's linears in front to its output: gate · up is linear in up.
bool scalesThrough(const ArchitectureSpec& spec) {
    return spec.gated || spec.activation == Activation::Relu;
}

} // namespace

std::optional<FoldTarget> foldTarget(const ArchitectureSpec& spec, int block, std::size_t group) {
    const auto groups = spec.inputGroups(block);
    const bool sparse = spec.blockSpec(block).sparse;
    const InputGroup& linears = groups.at(group);
    if (group == 0)
        return behindNorm(spec, spec.names.attentionNorm);
    if (group == 1) {
        const bool shared = spec.heads != spec.keyValueHeads, scattered = spec.headOrder == HeadOrder::Heads;
        return shared || scattered ? std::nullopt : std::optional(behindRows(groups[0], linears.in()));
    }
    if ((group - 2) % 2 == 1)
        return scalesThrough(spec) ? std::optional(behindRows(groups[group - 1], linears.in())) : std::nullopt;
    return sparse ? std::nullopt : std::optional(behindNorm(spec, spec.names.feedForwardNorm));
}

} // namespace vernier
