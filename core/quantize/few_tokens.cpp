#include "core/quantize/few_tokens.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

FewTokens findFewTokens(const ArchitectureSpec& spec, const QuantizeSettings& settings, const TokenWindows& windows) {
    std::int64_t read = 0;
    for (std::int64_t window = 0; window < windows.count(); ++window)
        read += windows.validLength(window);
    FewTokens few;
    for (int block = 0; block < spec.blocks; ++block)
        for (const InputGroup& group : spec.inputGroups(block)) {
            const std::int64_t share = group.expert >= 0 ? spec.mixture.experts : 1,
                               taken = group.expert >= 0 ? spec.mixture.perToken : 1;
            const std::int64_t tokens = read * taken / share;
            if (tokens >= group.in())
                continue;
            for (const LinearSpec& linear : group.linears) {
                const std::string name = spec.linearName(block, linear.name);
                const LinearSettings own = settingsFor(settings, name);
                if (own.skip || !(usesGptq(own.method) || usesAwq(settings.method)))
                    continue;
                ++few.linears;
                if (group.in() > few.widest) {
                    few.widest = group.in();
                    few.widestName = name;
                    few.tokens = tokens;
                }
                const std::int64_t wanted = (group.in() * share + taken - 1) / taken;
                few.windows = std::max(few.windows, (wanted + windows.sequenceLength - 1) / windows.sequenceLength);
            }
        }
    return few;
}

void warnOfFewTokens(const ArchitectureSpec& spec, const QuantizeSettings& settings, const TokenWindows& windows,
                     const JobContext& job) {
    const FewTokens few = findFewTokens(spec, settings, windows);
    if (!few.any())
        return;
    const std::string damping =
        usesGptq(settings.method) ? fmt::format(", or raise damp_percent (now {})", settings.dampPercent) : "";
    job.log(fmt::format("warning: the calibration is too short for {} linears, whose Grams will lack rank: the widest, "
                        "{}, reads {} channels and about {} tokens reach it. Calibrate with {} windows of {} tokens or "
                        "more{}",
                        few.linears, few.widestName, few.widest, few.tokens, few.windows, windows.sequenceLength,
                        damping));
}

} // namespace vernier
