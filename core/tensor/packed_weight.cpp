#include "core/tensor/packed_weight.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <utility>

#include <oneapi/dnnl/dnnl.hpp>

namespace vernier {

namespace {

using dnnl::memory;

// Rows of x that one thread multiplies at a time. Fixed, so that every element is summed in the same order however many
// threads there are; large enough to reuse the packed weight from the cache.
constexpr Index kRowBlock = 256;

// One engine for the process is what the library is made for: it holds no state of a computation.
const dnnl::engine& cpu() {
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

memory::desc rowMajor(Index rows, Index cols) {
    return {{rows, cols}, memory::data_type::f32, memory::format_tag::ab};
}

dnnl::matmul::primitive_desc describeProduct(const memory::desc& x, const memory::desc& weight, const memory::desc& y,
                                             bool accumulate) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (accumulate) {
        dnnl::post_ops sum;
        sum.append_sum(1.0f);
        attributes.set_post_ops(sum);
    }
#if DNNL_VERSION_MAJOR >= 3
    return {cpu(), x, weight, y, attributes};
#else
    return {dnnl::matmul::desc(x, weight, y), attributes, cpu()};
#endif
}

// A product is compiled per number of rows; a last block of odd size is padded to the next of a few sizes, so that a
// handful of compiled products serve every length of text.
Index paddedRows(Index rows) {
    return std::min(kRowBlock, static_cast<Index>(std::bit_ceil(static_cast<std::size_t>(std::max<Index>(rows, 16)))));
}

void copyRows(MatrixView<const float> from, MatrixView<float> to) {
    for (Index row = 0; row < from.rows; ++row)
        std::copy_n(from.row(row), from.cols, to.row(row));
}

// A memory object over foreign floats; the library takes mutable pointers for inputs as well.
memory over(const memory::desc& description, const float* data) {
    return memory(description, cpu(), const_cast<float*>(data));
}

} // namespace

struct PackedWeight::Packed {
    Packed(Index in_, Index out_) : in(in_), out(out_) {}

    Index in, out;
    memory weight;

    void run(MatrixView<const float> x, MatrixView<float> y, bool accumulate) {
        const Product& product = this->product(x.rows, accumulate);
        dnnl::stream stream(cpu());
        memory scratch(product.description.scratchpad_desc(), cpu());
        product.primitive.execute(stream, {{DNNL_ARG_SRC, over(product.description.src_desc(), x.data)},
                                           {DNNL_ARG_WEIGHTS, weight},
                                           {DNNL_ARG_DST, over(product.description.dst_desc(), y.data)},
                                           {DNNL_ARG_SCRATCHPAD, scratch}});
        stream.wait();
    }

private:
    /// Everything a product of one shape needs; made once, executed by many threads.
    struct Product {
        dnnl::matmul::primitive_desc description;
        dnnl::matmul primitive;
    };
    using Shape = std::pair<Index, bool>; // rows, accumulate
    std::mutex m_guard;
    std::map<Shape, Product> m_products;

    const Product& product(Index rows, bool accumulate) {
        const std::lock_guard lock(m_guard);
        if (const auto found = m_products.find({rows, accumulate}); found != m_products.end())
            return found->second;
        const auto description =
            describeProduct(rowMajor(rows, in), weight.get_desc(), rowMajor(rows, out), accumulate);
        return m_products.emplace(Shape{rows, accumulate}, Product{description, dnnl::matmul(description)})
            .first->second;
    }
};

PackedWeight::PackedWeight(MatrixView<const float> weight)
    : m_packed(std::make_unique<Packed>(weight.cols, weight.rows)) {
    // The product sees the weight as [in, out]; stored row-major as [out, in] that is a column-major matrix.
    const memory::desc plain({weight.cols, weight.rows}, memory::data_type::f32, memory::dims{1, weight.stride});
    const memory::desc any({weight.cols, weight.rows}, memory::data_type::f32, memory::format_tag::any);
    const auto best = describeProduct(rowMajor(kRowBlock, weight.cols), any, rowMajor(kRowBlock, weight.rows), false);
    m_packed->weight = memory(best.weights_desc(), cpu());
    dnnl::stream stream(cpu());
    memory source = over(plain, weight.data);
    dnnl::reorder(source, m_packed->weight).execute(stream, source, m_packed->weight);
    stream.wait();
}

PackedWeight::PackedWeight() = default;
PackedWeight::PackedWeight(PackedWeight&&) noexcept = default;
PackedWeight& PackedWeight::operator=(PackedWeight&&) noexcept = default;
PackedWeight::~PackedWeight() = default;

Index PackedWeight::in() const {
    return m_packed->in;
}
Index PackedWeight::out() const {
    return m_packed->out;
}

void PackedWeight::multiply(MatrixView<const float> x, MatrixView<float> y, bool accumulate) const {
    if (x.cols != in() || y.cols != out() || x.rows != y.rows)
        throw Error(ErrorKind::Internal, "matrix product", "shapes do not fit");
    parallelFor((x.rows + kRowBlock - 1) / kRowBlock, [&](Index block) {
        const Index first = block * kRowBlock, rows = std::min(kRowBlock, x.rows - first);
        const Index padded = paddedRows(rows);
        // The library's fast products take whole rows only; views into wider matrices are copied out and back.
        if (padded == rows && x.contiguous() && y.contiguous())
            return m_packed->run(x.rowRange(first, rows), y.rowRange(first, rows), accumulate);
        Matrix input(padded, in()), output(padded, out());
        copyRows(x.rowRange(first, rows), input.view());
        if (accumulate)
            copyRows(y.rowRange(first, rows), output.view());
        m_packed->run(input.view(), output.view(), accumulate);
        copyRows(output.view().rowRange(0, rows), y.rowRange(first, rows));
    });
}

} // namespace vernier
