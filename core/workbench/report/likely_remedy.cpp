#include "core/workbench/report/likely_remedy.h"

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr int kFineGroup = 64; // below it, scales and zero points of yet smaller groups cost half a bit and more

} // namespace

std::string likelyRemedy(const LinearReport& linear, const QuantizeSettings& settings, std::int64_t tokens) {
    if (linear.how.find("no token") != std::string::npos)
        return "no calibration token reached it: text that does, or skip";
    if (linear.dampHistory.size() > 1)
        return fmt::format("its Gram was damped {} times, up to {:g}: more windows", linear.dampHistory.size() - 1,
                           linear.dampPercent);
    if (linear.deadColumns > 0)
        return fmt::format("{} of its inputs were zero for all {} tokens: more varied text", linear.deadColumns,
                           tokens);
    const LinearSettings own = settingsFor(settings, linear.name);
    if (own.method == Method::Rtn)
        return "its codes were only rounded: method gptq or awq, at the same size";
    const bool isInteger = own.scheme.format == NumberFormat::Integer;
    if (isInteger && (own.scheme.groupSize <= 0 || own.scheme.groupSize > kFineGroup))
        return fmt::format("group:{}", own.scheme.groupSize <= 0 ? 2 * kFineGroup : own.scheme.groupSize / 2);
    if (isInteger && own.scheme.bits < 8)
        return fmt::format("bits:{}, for about a quarter of the error", own.scheme.bits + 1);
    return "skip: keep it in full precision";
}

} // namespace vernier
