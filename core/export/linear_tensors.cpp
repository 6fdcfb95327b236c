#include "core/export/linear_tensors.h"

#include "core/base/error.h"

#include <bit>

#include <fmt/format.h>

namespace vernier {

std::vector<std::uint16_t> scalesAs(const QuantizedLinear& linear, std::string_view module, DType type) {
    std::vector<std::uint16_t> result(linear.scales.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        const float scale = linear.scales[i];
        const auto upper = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(scale) >> 16);
        result[i] = type == DType::F16 ? f16FromFloat(scale) : upper;
        if ((type == DType::F16 ? floatFromF16(result[i]) : floatFromBf16(result[i])) != scale) {
            const auto groups = static_cast<std::size_t>(linear.groups());
            throw Error(ErrorKind::Unsupported, std::string(module),
                        fmt::format("the scale {} of row {}, group {} is no {} number", scale, i / groups, i % groups,
                                    vernier::name(type)),
                        "make the run with scale_type f16 (vernier quantize --scale-type f16)");
        }
    }
    return result;
}

template <class T>
std::vector<T> storedValues(const Checkpoint& checkpoint, const std::string& name, DType type,
                            const std::vector<std::int64_t>& shape, const JobContext& job) {
    const TensorReader reader = checkpoint.reader(name, shape);
    if (reader.tensor().type != type)
        throw Error(ErrorKind::Input, name,
                    fmt::format("is {} where {} is expected", reader.tensor().text(), vernier::name(type)));
    std::vector<T> values(static_cast<std::size_t>(reader.tensor().elements()));
    reader.readBytes(0, std::as_writable_bytes(std::span(values)), job);
    return values;
}

template std::vector<std::uint32_t> storedValues(const Checkpoint&, const std::string&, DType,
                                                 const std::vector<std::int64_t>&, const JobContext&);
template std::vector<std::int32_t> storedValues(const Checkpoint&, const std::string&, DType,
                                                const std::vector<std::int64_t>&, const JobContext&);
template std::vector<std::int64_t> storedValues(const Checkpoint&, const std::string&, DType,
                                                const std::vector<std::int64_t>&, const JobContext&);
template std::vector<std::int8_t> storedValues(const Checkpoint&, const std::string&, DType,
                                               const std::vector<std::int64_t>&, const JobContext&);

std::vector<float> storedScales(const Checkpoint& checkpoint, const std::string& name,
                                const std::vector<std::int64_t>& shape, const JobContext& job) {
    const TensorReader reader = checkpoint.reader(name, shape);
    std::vector<float> values(static_cast<std::size_t>(reader.tensor().elements()));
    reader.read(0, values, job);
    return values;
}

std::pair<Index, Index> storedShape(const Checkpoint& checkpoint, const std::string& name) {
    const StoredTensor* tensor = checkpoint.find(name);
    if (!tensor || tensor->shape.size() != 2)
        throw Error(ErrorKind::Input, name, tensor ? "is " + tensor->text() + ", not a matrix" : "is missing",
                    "export or download the checkpoint again");
    return {static_cast<Index>(tensor->shape[0]), static_cast<Index>(tensor->shape[1])};
}

std::vector<std::int32_t> storedGroupIndex(const Checkpoint& checkpoint, const std::string& name, Index in,
                                           Index groups, const JobContext& job) {
    auto index = storedValues<std::int32_t>(checkpoint, name, DType::I32, {in}, job);
    bool trivial = true;
    for (Index column = 0; column < in; ++column) {
        const std::int32_t group = index[static_cast<std::size_t>(column)];
        if (group < 0 || group >= groups)
            throw Error(ErrorKind::Input, name,
                        fmt::format("puts column {} into group {} of {}", column, group, groups));
        trivial = trivial && group == column * groups / in;
    }
    if (trivial)
        index.clear();
    return index;
}

QuantizedLinear linearFromFile(const std::string& module, Index out, Index in, Index groups, int bits) {
    if (groups < 1 || groups > in || in % groups != 0 || bits < 2 || bits > 8)
        throw Error(ErrorKind::Input, module,
                    fmt::format("has {} groups of {} columns at {} bits, which is no layout", groups, in, bits));
    Scheme scheme;
    scheme.bits = bits;
    scheme.groupSize = groups == 1 ? -1 : static_cast<int>(in / groups);
    scheme.scaleType = ScaleType::F16;
    return emptyLinear(scheme, out, in);
}

} // namespace vernier
