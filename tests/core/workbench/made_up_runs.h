#pragma once

#include "core/store/project.h"

#include <cmath>
#include <string>

namespace vernier::test {

/// A project of runs that no model made: "run 0", "run 1", … with sizes, losses and errors that go up and down, all
/// scored on the same text.
inline Project madeUpProject(int runs) {
    Project project;
    for (int i = 0; i < runs; ++i) {
        Run& run = project.runs.emplace_back();
        run.name = "run " + std::to_string(i);
        run.settings.method = i % 3 == 0 ? Method::Rtn : i % 3 == 1 ? Method::Gptq : Method::Awq;
        run.settings.scheme = {2 + i % 7, i % 2 ? 64 : 128, false};
        run.calibration.setName = "calibration";
        run.calibration.modelFingerprint = std::string(64, 'a');
        run.calibration.windows = 16;
        run.blockKeys = {std::string(64, 'b'), std::string(64, 'c')};
        run.parameters = 8'000'000;
        run.storedBytes = 1'000'000 + 731'111u * static_cast<unsigned>((i * 5) % 11);
        run.otherBytes = 500'000;
        run.created = "2026-03-01T12:00:00Z";
        run.seconds = 1.5 * i;
        for (int block = 0; block < 3; ++block)
            for (const char* kind : {"self_attn.q_proj", "mlp.down_proj"})
                run.reports.push_back({.name = "model.layers." + std::to_string(block) + "." + kind,
                                       .relativeError = 0.01 * (1 + (i * 7 + block * 3) % 5) +
                                                        0.001 * static_cast<double>(kind[0] == 'm'),
                                       .sqnrDb = 20,
                                       .storedBytes = run.storedBytes / 6,
                                       .parameters = run.parameters / 6,
                                       .how = "gptq"});
        Evaluation& evaluation = run.evaluation.emplace();
        evaluation.dataName = "held-out text";
        evaluation.protocol = "every position but the first";
        evaluation.windows = 32;
        evaluation.scoredTokens = 32 * 255;
        evaluation.sequenceLength = 256;
        evaluation.kl = 0.0003 + 0.011 * ((i * 13) % 17) + 1e-5 * i;
        evaluation.referencePerplexity = 7.25;
        evaluation.perplexity = 7.25 * std::exp(*evaluation.kl);
        evaluation.top1 = 0.99 - *evaluation.kl;
        evaluation.groups = {{"prose", 5000, evaluation.perplexity * 1.2, 8.5, *evaluation.kl * 1.1, 0.9},
                             {"code", 3160, evaluation.perplexity * 0.6, 4.2, *evaluation.kl * 0.8, 0.95}};
    }
    return project;
}

} // namespace vernier::test
