#include "core/quantize/size_plan.h"

#include "core/quantize/quantized_linear.h"

#include <array>

namespace vernier {

namespace {

constexpr std::array kBits = {8, 6, 5, 4, 3, 2};
constexpr std::array kGroups = {32, 64, 128, -1};

} // namespace

double SizePlan::bitsPerWeight() const {
    return parameters > 0 ? 8.0 * static_cast<double>(storedBytes) / static_cast<double>(parameters) : 0.0;
}

SizePlan plannedSize(const ArchitectureSpec& spec, const QuantizeSettings& settings) {
    settings.validate();
    SizePlan plan;
    for (int block = 0; block < spec.blocks; ++block)
        for (const InputGroup& group : spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears) {
                const LinearSettings own = settingsFor(settings, spec.linearName(block, linear.name));
                // The columns of a group lie scattered.
                const bool keepsIndex = usesGptq(own.method) && settings.order == ColumnOrder::Activation &&
                                        !settings.staticGroups && own.scheme.groupWidth(linear.in) < linear.in;
                plan.parameters += linear.out * linear.in;
                plan.storedBytes += own.skip ? 2 * static_cast<std::uint64_t>(linear.out * linear.in)
                                             : storedBytes(own.scheme, linear.out, linear.in, keepsIndex);
            }
    return plan;
}

std::optional<QuantizeSettings> largestUnder(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                                             std::uint64_t bytes) {
    for (const int bits : kBits)
        for (const int groupSize : kGroups) {
            QuantizeSettings tried = settings;
            tried.scheme.format = NumberFormat::Integer;
            tried.scheme.bits = bits;
            tried.scheme.groupSize = groupSize;
            if (plannedSize(spec, tried).storedBytes <= bytes)
                return tried;
        }
    return std::nullopt;
}

} // namespace vernier
