#include "core/export/changes_of_run.h"

#include "core/base/error.h"
#include "core/export/fold_scales.h"

#include <memory>

namespace vernier {

namespace {

/// A block as it takes part in the model.
struct Installed {
    QuantizedBlock codes;
    FoldedVectors folded;
};

Installed install(const Model& model, const QuantizeSettings& settings, QuantizedBlock block) {
    Installed installed{std::move(block), {}};
    if (!settings.foldableOnly)
        return installed;
    try {
        installed.folded = foldedVectors(model.spec, installed.codes);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Unsupported)
            throw;
        return installed; // no export folds it either: overrides left linears of a group with different scales
    }
    for (auto& [name, linear] : installed.codes.linears) {
        linear.inputScales.clear();
        linear.outputScales.clear();
    }
    return installed;
}

} // namespace

ModelChanges changesOfRun(const Model& model, const QuantizeSettings& settings,
                          std::function<QuantizedBlock(int block)> block) {
    const auto held = std::make_shared<Installed>();
    held->codes.block = -1;
    const auto at = [&model, settings, block = std::move(block), held](int index) -> const Installed& {
        if (held->codes.block != index)
            *held = install(model, settings, block(index));
        return *held;
    };
    ModelChanges changes;
    changes.linears = [&model, at](const std::string& linear) -> std::optional<Matrix> {
        return sourceOf(at(model.spec.blockOf(linear)).codes)(linear);
    };
    if (settings.foldableOnly)
        changes.vectors = [&model, at](const std::string& name) -> std::optional<std::vector<float>> {
            const int index = model.spec.blockOf(name);
            if (index < 0)
                return std::nullopt;
            const FoldedVectors& folded = at(index).folded;
            const auto factors = folded.find(name);
            if (factors == folded.end())
                return std::nullopt;
            return dividedVector(model, name, factors->second).values();
        };
    if (settings.activations.rounds() || settings.activations.roundsCache())
        changes.rounding = [&model, settings, at](int index) {
            return roundingOf(activationsOf(model.spec, settings, at(index).codes));
        };
    return changes;
}

} // namespace vernier
