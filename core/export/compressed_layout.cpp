#include "core/export/compressed_layout.h"

#include "core/base/error.h"
#include "core/export/code_words.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

/// codes [rows, cols] as words [rows, cols·bits/32].
std::vector<std::uint32_t> packRows(std::span<const std::uint8_t> codes, Index rows, Index cols, int bits) {
    const auto words = static_cast<Index>(wordsFor(at(cols), bits));
    std::vector<std::uint32_t> packed(at(rows * words));
    parallelFor(rows, [&](Index row) {
        packWords(codes.subspan(at(row * cols), at(cols)), bits, {packed.data() + row * words, at(words)});
    });
    return packed;
}

std::vector<std::uint8_t> unpackRows(std::span<const std::uint32_t> packed, Index rows, Index cols, int bits) {
    const auto words = static_cast<Index>(wordsFor(at(cols), bits));
    std::vector<std::uint8_t> codes(at(rows * cols));
    parallelFor(rows, [&](Index row) {
        unpackWords(packed.subspan(at(row * words), at(words)), bits, {codes.data() + row * cols, at(cols)});
    });
    return codes;
}

TensorBytes scaleTensor(const std::string& module, const QuantizedLinear& linear, DType type) {
    return tensorOf<std::uint16_t>(module + ".weight_scale", type, {linear.out, linear.groups()},
                                   scalesAs(linear, module, type));
}

} // namespace

std::vector<TensorBytes> packQuantizedTensors(const std::string& module, const QuantizedLinear& linear, DType scales) {
    const int bits = linear.scheme.bits;
    const Index out = linear.out, in = linear.in, groups = linear.groups();
    std::vector<TensorBytes> tensors;
    tensors.push_back(tensorOf<std::uint32_t>(module + ".weight_packed", DType::I32,
                                              {out, static_cast<std::int64_t>(wordsFor(at(in), bits))},
                                              packRows(linear.codes, out, in, bits)));
    tensors.push_back(scaleTensor(module, linear, scales));
    if (!linear.scheme.symmetric) {
        const auto words = static_cast<Index>(wordsFor(at(out), bits));
        const auto packed = packRows(transposed<std::uint8_t>(linear.zeros, out, groups), groups, out, bits);
        tensors.push_back(tensorOf<std::uint32_t>(module + ".weight_zero_point", DType::I32, {words, groups},
                                                  transposed<std::uint32_t>(packed, groups, words)));
    }
    const std::array<std::int64_t, 2> shape = {out, in};
    tensors.push_back(tensorOf<std::int64_t>(module + ".weight_shape", DType::I64, {2}, shape));
    if (!linear.groupIndex.empty())
        tensors.push_back(tensorOf<std::int32_t>(module + ".weight_g_idx", DType::I32, {in}, linear.groupIndex));
    return tensors;
}

std::vector<TensorBytes> intQuantizedTensors(const std::string& module, const QuantizedLinear& linear, DType scales,
                                             std::optional<float> inputScale) {
    std::vector<std::int8_t> values(linear.codes.size());
    std::ranges::transform(linear.codes, values.begin(), [](int code) { return static_cast<std::int8_t>(code - 128); });
    std::vector<TensorBytes> tensors;
    tensors.push_back(tensorOf<std::int8_t>(module + ".weight", DType::I8, {linear.out, linear.in}, values));
    tensors.push_back(scaleTensor(module, linear, scales));
    if (inputScale)
        tensors.push_back(tensorOf<float>(module + ".input_scale", DType::F32, {1}, std::array{*inputScale}));
    return tensors;
}

QuantizedLinear readCompressedLinear(const Checkpoint& checkpoint, const std::string& module, Index out, Index in,
                                     int bits, const JobContext& job) {
    const Index groups = storedShape(checkpoint, module + ".weight_scale").second;
    QuantizedLinear linear = linearFromFile(module, out, in, groups, bits);
    linear.scales = storedScales(checkpoint, module + ".weight_scale", {out, groups}, job);
    std::ranges::fill(linear.zeros, static_cast<std::uint8_t>(1 << (bits - 1)));
    if (!checkpoint.find(module + ".weight_packed")) {
        if (bits != 8)
            throw Error(ErrorKind::Input, module, fmt::format("holds int8 where {} bits are announced", bits));
        const auto values = storedValues<std::int8_t>(checkpoint, module + ".weight", DType::I8, {out, in}, job);
        std::ranges::transform(values, linear.codes.begin(),
                               [](int value) { return static_cast<std::uint8_t>(value + 128); });
        return linear;
    }
    const auto shape = storedValues<std::int64_t>(checkpoint, module + ".weight_shape", DType::I64, {2}, job);
    if (shape[0] != out || shape[1] != in)
        throw Error(ErrorKind::Input, module + ".weight_shape",
                    fmt::format("says [{}, {}] where the model has [{}, {}]", shape[0], shape[1], out, in));
    const auto words = static_cast<Index>(wordsFor(at(in), bits));
    linear.codes =
        unpackRows(storedValues<std::uint32_t>(checkpoint, module + ".weight_packed", DType::I32, {out, words}, job),
                   out, in, bits);
    if (checkpoint.find(module + ".weight_zero_point")) {
        const auto zeroWords = static_cast<Index>(wordsFor(at(out), bits));
        const auto packed = storedValues<std::uint32_t>(checkpoint, module + ".weight_zero_point", DType::I32,
                                                        {zeroWords, groups}, job);
        linear.zeros = transposed<std::uint8_t>(
            unpackRows(transposed<std::uint32_t>(packed, zeroWords, groups), groups, out, bits), groups, out);
    }
    if (checkpoint.find(module + ".weight_g_idx"))
        linear.groupIndex = storedGroupIndex(checkpoint, module + ".weight_g_idx", in, groups, job);
    return linear;
}

} // namespace vernier
