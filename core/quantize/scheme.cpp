#include "core/quantize/scheme.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

namespace {

/// Throws when a format fixes a field to another value.
void requireFixed(NumberFormat format, const char* field, int wanted, int fixed) {
    if (wanted != fixed)
        throw Error(ErrorKind::Input, field, fmt::format("{} does not go with {}", wanted, name(format)),
                    fmt::format("{} fixes it at {}", name(format), fixed));
}

std::string groupText(int groupSize) {
    if (groupSize == 0)
        return "one group for the tensor";
    return groupSize < 0 ? std::string("one group per row") : fmt::format("groups of {}", groupSize);
}

} // namespace

Scheme Scheme::of(NumberFormat format) {
    const FormatFacts& fixed = facts(format);
    Scheme scheme;
    scheme.format = format;
    scheme.bits = fixed.bits ? fixed.bits : 4;
    scheme.groupSize = fixed.groupSize ? fixed.groupSize : -1;
    scheme.symmetric = fixed.symmetric;
    return scheme;
}

void Scheme::validate() const {
    const FormatFacts& fixed = facts(format);
    if (fixed.bits)
        requireFixed(format, "bits", bits, fixed.bits);
    if (fixed.groupSize)
        requireFixed(format, "group_size", groupSize, fixed.groupSize);
    if (fixed.bits && symmetric != fixed.symmetric)
        throw Error(ErrorKind::Input, "symmetric",
                    fmt::format("{} is {}", name(format), fixed.symmetric ? "symmetric" : "not symmetric"));
    if (bits < 2 || bits > 8)
        throw Error(ErrorKind::Input, "bits", fmt::format("{} is not in 2 to 8", bits),
                    "common choices are 4, 3 and 8");
    if (groupSize < -1)
        throw Error(ErrorKind::Input, "group_size", fmt::format("{} is neither -1, 0 nor at least 1", groupSize),
                    "give -1 for one group per row, 0 for one of the whole tensor, or a width such as 128");
}

int Scheme::gridBits() const {
    if (const int fixed = facts(format).scaleBits)
        return fixed;
    return (scaleType == ScaleType::F32 && hasFloatCodes(format) ? 32 : 16) + (symmetric ? 0 : bits);
}

std::string Scheme::text() const {
    if (format == NumberFormat::Integer)
        return fmt::format("{} bits, {}, {}", bits, groupText(groupSize), symmetric ? "symmetric" : "asymmetric");
    if (format == NumberFormat::Fp8E4M3)
        return fmt::format("fp8, {}", groupText(groupSize));
    return name(format);
}

} // namespace vernier
