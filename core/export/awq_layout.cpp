#include "core/export/awq_layout.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"

#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::size_t, 8> kColumnOfNibble = {0, 2, 4, 6, 1, 3, 5, 7};

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

/// codes [out, n] as words [n, out/8].
std::vector<std::uint32_t> packAlongOut(std::span<const std::uint8_t> codes, Index out, Index n) {
    std::vector<std::uint32_t> words(at(n * (out / 8)));
    parallelFor(out / 8, [&](Index word) {
        std::array<std::uint8_t, 8> column{};
        for (Index i = 0; i < n; ++i) {
            for (Index k = 0; k < 8; ++k)
                column[at(k)] = codes[at((word * 8 + k) * n + i)];
            words[at(i * (out / 8) + word)] = awqWord(column);
        }
    });
    return words;
}

std::vector<std::uint8_t> unpackAlongOut(std::span<const std::uint32_t> words, Index out, Index n) {
    std::vector<std::uint8_t> codes(at(out * n));
    parallelFor(out / 8, [&](Index word) {
        std::array<std::uint8_t, 8> column{};
        for (Index i = 0; i < n; ++i) {
            awqCodes(words[at(i * (out / 8) + word)], column);
            for (Index k = 0; k < 8; ++k)
                codes[at((word * 8 + k) * n + i)] = column[at(k)];
        }
    });
    return codes;
}

} // namespace

std::uint32_t awqWord(std::span<const std::uint8_t, 8> codes) {
    std::uint32_t word = 0;
    for (std::size_t nibble = 0; nibble < 8; ++nibble)
        word |= std::uint32_t{codes[kColumnOfNibble[nibble]]} << (4 * nibble);
    return word;
}

void awqCodes(std::uint32_t word, std::span<std::uint8_t, 8> codes) {
    for (std::size_t nibble = 0; nibble < 8; ++nibble)
        codes[kColumnOfNibble[nibble]] = static_cast<std::uint8_t>(word >> (4 * nibble) & 15);
}

std::vector<TensorBytes> awqTensors(const std::string& module, const QuantizedLinear& linear) {
    const Index out = linear.out, in = linear.in, groups = linear.groups();
    std::vector<TensorBytes> tensors;
    tensors.push_back(
        tensorOf<std::uint32_t>(module + ".qweight", DType::I32, {in, out / 8}, packAlongOut(linear.codes, out, in)));
    tensors.push_back(tensorOf<std::uint32_t>(module + ".qzeros", DType::I32, {groups, out / 8},
                                              packAlongOut(linear.zeros, out, groups)));
    tensors.push_back(
        tensorOf<std::uint16_t>(module + ".scales", DType::F16, {groups, out},
                                transposed<std::uint16_t>(scalesAs(linear, module, DType::F16), out, groups)));
    return tensors;
}

QuantizedLinear readAwqLinear(const Checkpoint& checkpoint, const std::string& module, Index out, Index in,
                              const JobContext& job) {
    if (out % 8 != 0)
        throw Error(ErrorKind::Input, module, fmt::format("its {} rows are no multiple of 8", out));
    const Index groups = storedShape(checkpoint, module + ".scales").first;
    QuantizedLinear linear = linearFromFile(module, out, in, groups, 4);
    linear.codes = unpackAlongOut(
        storedValues<std::uint32_t>(checkpoint, module + ".qweight", DType::I32, {in, out / 8}, job), out, in);
    linear.zeros = unpackAlongOut(
        storedValues<std::uint32_t>(checkpoint, module + ".qzeros", DType::I32, {groups, out / 8}, job), out, groups);
    linear.scales = transposed<float>(storedScales(checkpoint, module + ".scales", {groups, out}, job), groups, out);
    return linear;
}

} // namespace vernier
