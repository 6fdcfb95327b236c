#include "core/tensor/compiled_product.h"

#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

namespace {

using dnnl::memory;

// One engine for the process is what the library is made for: it holds no state of a computation.
const dnnl::engine& cpu() {
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

memory::data_type elementType(Precision precision) {
    return precision == Precision::BF16 ? memory::data_type::bf16 : memory::data_type::f32;
}

dnnl::matmul::primitive_desc describe(const CompiledProduct::Shape& shape, Precision precision, memory::desc weight) {
    const memory::desc x({shape.rows, shape.in}, elementType(precision), memory::format_tag::ab);
    const memory::desc y({shape.rows, shape.out}, memory::data_type::f32, memory::format_tag::ab);
    if (weight.get_size() == 0)
        weight = memory::desc({shape.in, shape.out}, elementType(precision), memory::format_tag::any);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (shape.accumulate) {
        dnnl::post_ops sum;
        sum.append_sum(1.0f);
        attributes.set_post_ops(sum);
    }
    const OneThread alone;
#if DNNL_VERSION_MAJOR >= 3
    return {cpu(), x, weight, y, attributes};
#else
    return {dnnl::matmul::desc(x, weight, y), attributes, cpu()};
#endif
}

dnnl::matmul compile(const dnnl::matmul::primitive_desc& description) {
    const OneThread alone;
    return dnnl::matmul(description);
}

// A memory object over foreign elements; the library takes mutable pointers for inputs as well.
memory over(const memory::desc& description, const void* data) {
    return memory(description, cpu(), const_cast<void*>(data));
}

// Smaller pieces are slower to pack; of this size a piece takes a few dozen milliseconds. The layouts of all products
// divide it.
constexpr Index kPieceElements = Index{1} << 24, kPieceAlignment = 1024;

} // namespace

CompiledProduct::CompiledProduct(const Shape& shape, Precision precision, const memory::desc& weight)
    : m_description(describe(shape, precision, weight)), m_primitive(compile(m_description)) {}

void CompiledProduct::run(const void* x, const memory& weight, float* y) const {
    dnnl::stream stream(cpu());
    memory scratch(m_description.scratchpad_desc(), cpu());
    m_primitive.execute(stream, {{DNNL_ARG_SRC, over(m_description.src_desc(), x)},
                                 {DNNL_ARG_WEIGHTS, weight},
                                 {DNNL_ARG_DST, over(m_description.dst_desc(), y)},
                                 {DNNL_ARG_SCRATCHPAD, scratch}});
    stream.wait();
}

memory allocate(const memory::desc& layout) {
    return memory(layout, cpu());
}

void pack(MatrixView<const float> from, bool transposed, memory& to) {
    const memory::dims shape = transposed ? memory::dims{from.cols, from.rows} : memory::dims{from.rows, from.cols};
    const memory::dims strides = transposed ? memory::dims{1, from.stride} : memory::dims{from.stride, 1};
    memory source = over({shape, memory::data_type::f32, strides}, from.data);
    dnnl::stream stream(cpu());
    dnnl::reorder(source, to).execute(stream, source, to);
    stream.wait();
}

void packWeight(MatrixView<const float> weight, memory& to, const JobContext& job) {
    const Index piece = std::max(kPieceElements / weight.cols / kPieceAlignment, Index{1}) * kPieceAlignment;
    if (weight.rows <= piece)
        return pack(weight, true, to);
    for (Index first = 0; first < weight.rows; first += piece) {
        job.throwIfCancelled();
        const Index rows = std::min(piece, weight.rows - first);
        memory part(to.get_desc().submemory_desc({weight.cols, rows}, {0, first}), cpu(), to.get_data_handle());
        pack(weight.rowRange(first, rows), true, part);
    }
}

} // namespace vernier
