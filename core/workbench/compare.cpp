#include "core/workbench/compare.h"

namespace vernier {

std::vector<ComparisonRow> compareRuns(const Project& project) {
    std::vector<ComparisonRow> rows;
    for (const Run& run : project.runs) {
        ComparisonRow row;
        row.run = run.name;
        row.method = name(run.settings.method);
        row.calibrationSet = run.calibration.setName;
        row.scheme = run.settings.scheme;
        row.bitsPerWeight = run.bitsPerWeight();
        row.totalBytes = run.storedBytes + run.otherBytes;
        row.meanRelativeError = run.meanRelativeError();
        row.seconds = run.seconds;
        if (const auto& evaluation = run.evaluation) {
            row.perplexity = evaluation->perplexity;
            if (evaluation->referencePerplexity)
                row.perplexityLoss = evaluation->perplexity - *evaluation->referencePerplexity;
            row.kl = evaluation->kl;
            row.top1 = evaluation->top1;
            row.evaluatedOn = evaluation->dataName;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace vernier
