#include "core/export/gptq_layout.h"

#include "core/base/error.h"
#include "core/export/code_words.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr Index kRowsAtOnce = 16; // words of so many rows fill a cache line of qweight

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

std::vector<std::uint32_t> packAlongIn(const QuantizedLinear& linear) {
    const int bits = linear.scheme.bits;
    const Index words = linear.in * bits / 32;
    std::vector<std::uint32_t> packed(at(words * linear.out));
    parallelFor((linear.out + kRowsAtOnce - 1) / kRowsAtOnce, [&](Index tile) {
        const Index first = tile * kRowsAtOnce, rows = std::min(kRowsAtOnce, linear.out - first);
        std::vector<std::uint32_t> lines(at(rows * words));
        for (Index row = 0; row < rows; ++row)
            packWords({linear.codes.data() + (first + row) * linear.in, at(linear.in)}, bits,
                      {lines.data() + row * words, at(words)});
        for (Index word = 0; word < words; ++word)
            for (Index row = 0; row < rows; ++row)
                packed[at(word * linear.out + first + row)] = lines[at(row * words + word)];
    });
    return packed;
}

std::vector<std::int32_t> groupIndexOf(const QuantizedLinear& linear) {
    std::vector<std::int32_t> index(at(linear.in));
    for (Index column = 0; column < linear.in; ++column)
        index[at(column)] = static_cast<std::int32_t>(linear.groupOf(column));
    return index;
}

} // namespace

std::vector<TensorBytes> gptqTensors(const std::string& module, const QuantizedLinear& linear, GptqVersion version) {
    const int bits = linear.scheme.bits;
    const Index groups = linear.groups(), out = linear.out, zeroWords = out * bits / 32;
    const int offset = version == GptqVersion::V1 ? 1 : 0, mask = linear.scheme.levels() - 1;
    const auto scales = transposed<std::uint16_t>(scalesAs(linear, module, DType::F16), out, groups);
    auto zeros = transposed<std::uint8_t>(linear.zeros, out, groups);
    std::ranges::transform(zeros, zeros.begin(),
                           [&](int zero) { return static_cast<std::uint8_t>((zero - offset) & mask); });
    std::vector<std::uint32_t> packedZeros(at(groups * zeroWords));
    for (Index group = 0; group < groups; ++group)
        packWords({zeros.data() + group * out, at(out)}, bits, {packedZeros.data() + group * zeroWords, at(zeroWords)});
    std::vector<TensorBytes> tensors;
    tensors.push_back(
        tensorOf<std::uint32_t>(module + ".qweight", DType::I32, {linear.in * bits / 32, out}, packAlongIn(linear)));
    tensors.push_back(tensorOf<std::uint32_t>(module + ".qzeros", DType::I32, {groups, zeroWords}, packedZeros));
    tensors.push_back(tensorOf<std::uint16_t>(module + ".scales", DType::F16, {groups, out}, scales));
    tensors.push_back(tensorOf<std::int32_t>(module + ".g_idx", DType::I32, {linear.in}, groupIndexOf(linear)));
    return tensors;
}

void requireGptqZeros(const std::string& module, const QuantizedLinear& linear) {
    const auto zero = std::ranges::find(linear.zeros, 0);
    if (zero == linear.zeros.end())
        return;
    const Index place = zero - linear.zeros.begin();
    throw Error(
        ErrorKind::Unsupported, module,
        fmt::format("row {}, group {} has the zero point 0, which the first version of the format, storing zero "
                    "- 1, cannot hold",
                    place / linear.groups(), place % linear.groups()),
        "export as gptq-v2, or make a symmetric run");
}

QuantizedLinear readGptqLinear(const Checkpoint& checkpoint, const std::string& module, Index out, Index in,
                               GptqVersion version, const JobContext& job) {
    const auto packedShape = storedShape(checkpoint, module + ".qweight");
    const Index words = packedShape.first, columns = packedShape.second;
    const auto [groups, scaleColumns] = storedShape(checkpoint, module + ".scales");
    constexpr std::array kBits = {2, 3, 4, 8};
    const auto bits = std::ranges::find_if(kBits, [&](int b) { return words * 32 == in * b; });
    if (bits == kBits.end() || columns != out || scaleColumns != out || out * *bits % 32 != 0)
        throw Error(
            ErrorKind::Input, module + ".qweight",
            fmt::format("is [{}, {}], which no linear [{}, {}] of 2, 3, 4 or 8 bits has", words, columns, out, in));
    QuantizedLinear linear = linearFromFile(module, out, in, groups, *bits);
    const Index zeroWords = out * *bits / 32;
    const auto packed = transposed<std::uint32_t>(
        storedValues<std::uint32_t>(checkpoint, module + ".qweight", DType::I32, {words, out}, job), words, out);
    parallelFor(out, [&](Index row) {
        unpackWords({packed.data() + row * words, at(words)}, *bits, {linear.codes.data() + row * in, at(in)});
    });
    const auto packedZeros =
        storedValues<std::uint32_t>(checkpoint, module + ".qzeros", DType::I32, {groups, zeroWords}, job);
    std::vector<std::uint8_t> zeros(at(groups * out));
    for (Index group = 0; group < groups; ++group)
        unpackWords({packedZeros.data() + group * zeroWords, at(zeroWords)}, *bits,
                    {zeros.data() + group * out, at(out)});
    const int offset = version == GptqVersion::V1 ? 1 : 0, mask = linear.scheme.levels() - 1;
    std::ranges::transform(zeros, zeros.begin(),
                           [&](int zero) { return static_cast<std::uint8_t>((zero + offset) & mask); });
    linear.zeros = transposed<std::uint8_t>(zeros, groups, out);
    linear.scales = transposed<float>(storedScales(checkpoint, module + ".scales", {groups, out}, job), groups, out);
    linear.groupIndex = storedGroupIndex(checkpoint, module + ".g_idx", in, groups, job);
    return linear;
}

} // namespace vernier
