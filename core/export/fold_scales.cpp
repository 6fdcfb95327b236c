#include "core/export/fold_scales.h"

#include "core/base/error.h"
#include "core/model/fold_target.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace vernier {

namespace {

[[noreturn]] void refuse(const std::string& linear, const std::string& problem) {
    throw Error(ErrorKind::Unsupported, linear, problem,
                "make the run with foldable_only (vernier quantize --foldable-only true), or export as fake-quantized");
}

/// The input scales that the linears of a group share; empty for none.
std::vector<float> sharedScales(const ArchitectureSpec& spec, const QuantizedBlock& block, const InputGroup& group) {
    std::vector<float> scales;
    bool first = true;
    for (const LinearSpec& linear : group.linears) {
        const std::string name = spec.linearName(block.block, linear.name);
        const auto found = block.linears.find(name);
        const std::vector<float> own = found == block.linears.end() ? std::vector<float>{} : found->second.inputScales;
        if (!first && own != scales)
            refuse(name, "its input scales differ from those of the linears beside it");
        scales = own;
        first = false;
    }
    return scales;
}

std::uint16_t bf16FromFloat(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

} // namespace

FoldedVectors foldedVectors(const ArchitectureSpec& spec, const QuantizedBlock& block) {
    FoldedVectors folded;
    const auto groups = spec.inputGroups(block.block);
    std::map<std::string, std::vector<float>> dividedRows;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::vector<float> scales = sharedScales(spec, block, groups[g]);
        if (scales.empty())
            continue;
        const std::string first = spec.linearName(block.block, groups[g].linears.front().name);
        const auto target = foldTarget(spec, block.block, g);
        if (!target)
            refuse(first, "its input scales have nowhere to be taken out in this architecture");
        const std::string before = spec.linearName(block.block, target->name);
        if (target->kind == FoldTarget::Kind::Norm) {
            folded[before + ".weight"] = scales;
            if (spec.norm == NormKind::Layer)
                folded[before + ".bias"] = scales;
            continue;
        }
        const auto linear = block.linears.find(before);
        if (linear == block.linears.end())
            refuse(first, fmt::format("its input scales go into {}, which stays in full precision", before));
        std::vector<float> rows(static_cast<std::size_t>(linear->second.out), 1.0f);
        std::ranges::copy(scales, rows.begin() + target->firstRow);
        if (linear->second.outputScales != rows)
            refuse(first, fmt::format("its input scales are not in the rows of {}", before));
        dividedRows[before] = std::move(rows);
    }
    for (const auto& [name, linear] : block.linears)
        if (!linear.outputScales.empty() && !dividedRows.contains(name))
            refuse(name, "its rows are divided by scales that nothing behind it takes up");
    for (const InputGroup& group : groups)
        for (const LinearSpec& linear : group.linears)
            if (const auto rows = dividedRows.find(spec.linearName(block.block, linear.name));
                rows != dividedRows.end() && linear.bias)
                folded[rows->first + ".bias"] = rows->second;
    return folded;
}

std::vector<float> StoredVector::values() const {
    std::vector<float> values(bytes.size() / bytesPerElement(type));
    widen(bytes, type, values);
    return values;
}

StoredVector dividedVector(const Model& model, const std::string& name, const std::vector<float>& factors) {
    const bool plusOne = model.spec.norm == NormKind::RmsPlusOne && name.ends_with("norm.weight");
    const double shift = plusOne ? 1.0 : 0.0;
    std::vector<float> values = model.vector(name, static_cast<Index>(factors.size()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>((shift + double{values[i]}) / double{factors[i]} - shift);
    const DType type = model.checkpoint.find(model.storedName(name))->type;
    return {narrowed(values, type), type};
}

std::vector<std::byte> narrowed(std::span<const float> values, DType type) {
    std::vector<std::byte> bytes(values.size() * bytesPerElement(type));
    if (type == DType::F32) {
        std::memcpy(bytes.data(), values.data(), bytes.size());
        return bytes;
    }
    if (type != DType::F16 && type != DType::BF16)
        throw Error(ErrorKind::Unsupported, std::string(vernier::name(type)), "is no type of weights",
                    "convert the checkpoint to F32, F16 or BF16");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t stored = type == DType::F16 ? f16FromFloat(values[i]) : bf16FromFloat(values[i]);
        std::memcpy(bytes.data() + i * sizeof(stored), &stored, sizeof(stored));
    }
    return bytes;
}

} // namespace vernier
