#include "core/tensor/precision.h"

#include <oneapi/dnnl/dnnl.hpp>

namespace vernier {

std::string_view name(Precision precision) {
    return precision == Precision::BF16 ? "bf16" : "f32";
}

std::optional<Precision> precisionFromName(std::string_view name) {
    for (const Precision precision : {Precision::F32, Precision::BF16})
        if (vernier::name(precision) == name)
            return precision;
    return std::nullopt;
}

bool hasBf16Units() {
    // The library's answer counts, not the processor's: it can be told to stay below an instruction set. Its sets are
    // masks in which a larger set contains the bits of the smaller.
    const auto has = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    const auto needed = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
    return (has & needed) == needed;
}

Precision usablePrecision(Precision wished) {
    return wished == Precision::BF16 && !hasBf16Units() ? Precision::F32 : wished;
}

std::string whyNotPrecision(Precision wished) {
    if (usablePrecision(wished) == wished)
        return {};
    return "this processor has no bfloat16 units (AVX512_BF16 or AMX); computing in f32 instead of bf16";
}

} // namespace vernier
