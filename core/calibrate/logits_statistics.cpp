#include "core/calibrate/logits_statistics.h"

#include "core/calibrate/real_rows.h"
#include "core/model/head.h"

#include <algorithm>

namespace vernier {

TapStatistics observeLogits(const Model& model, const HiddenStates& hidden, const TokenWindows& windows,
                            const ObserverOptions& options, Precision precision, const JobContext& job,
                            const DocumentName& documentName) {
    const TapSpec tap = model.spec.logitsTap();
    const Head head(model, precision);
    TapStatistics statistics(tap.channels, {options.extremes, false});
    RealRows real(windows);
    Matrix buffer, logits(std::min(kLogitRows, hidden.shape().tokens), tap.channels);
    for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
        const MatrixView<const float> rows = hidden.read(chunk, buffer);
        for (Index first = 0; first < rows.rows; first += kLogitRows) {
            job.throwIfCancelled();
            const Index count = std::min(kLogitRows, rows.rows - first);
            const auto some = logits.view().rowRange(0, count);
            head.logits(rows.rowRange(first, count), some);
            const RealRows::Selection seen = real.select({0, some, first, {}}, hidden.shape().firstToken(chunk));
            if (seen.values.rows == 0)
                continue;
            if (const auto bad = statistics.observe(seen.values, seen.rows, job))
                refuseNotFinite(tap.name, *bad, windows, documentName);
        }
    }
    return statistics;
}

} // namespace vernier
