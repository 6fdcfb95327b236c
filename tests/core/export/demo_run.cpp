#include "tests/core/export/demo_run.h"

#include "core/evaluate/evaluation.h"
#include "core/export/changes_of_run.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

namespace vernier::test {

DemoRun::DemoRun(QuantizeSettings settings_)
    : model(Model::open(demoFolder() / "model")), settings(std::move(settings_)) {
    QuantizeHooks hooks;
    hooks.onBlock = [&](const QuantizedBlock& block) { blocks.push_back(block); };
    JobContext job;
    quantizeModel(model, demoWindows("calibration", 4), settings, {}, hooks, job);
}

ExportSource DemoRun::source() const {
    return {model, settings, [this](int block) { return blocks.at(static_cast<std::size_t>(block)); }};
}

double DemoRun::perplexity() const {
    return perplexityOf(model, changesOfRun(model, settings, source().block));
}

double perplexityOf(const Model& model, const ModelChanges& changes) {
    const TokenWindows windows = demoWindows("evaluation", 12);
    JobContext job;
    return score(model, windows, finalHidden(model, windows, changes, {}, job), nullptr, job).perplexity;
}

} // namespace vernier::test
