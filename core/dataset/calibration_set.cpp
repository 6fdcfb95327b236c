#include "core/dataset/calibration_set.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

namespace {

// Two tokens are the fewest of which one predicts the other; the upper end is far beyond any context length.
constexpr int kMinSequenceLength = 2;
constexpr int kMaxSequenceLength = 1 << 20;

} // namespace

void PackingRecipe::validate() const {
    if (sequenceLength < kMinSequenceLength || sequenceLength > kMaxSequenceLength)
        throw Error(ErrorKind::Input, "sequence_length", fmt::format("{} is out of range", sequenceLength),
                    fmt::format("choose {} to {} tokens", kMinSequenceLength, kMaxSequenceLength));
    if (maxWindows < 0)
        throw Error(ErrorKind::Input, "max_windows", fmt::format("{} is out of range", maxWindows),
                    "choose 0 for all windows, or a number of windows");
}

} // namespace vernier
