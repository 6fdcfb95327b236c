#include "core/tensor/packed_weight.h"

#include "core/base/error.h"
#include "core/tensor/compiled_product.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <utility>

namespace vernier {

namespace {

// Rows of x that one thread multiplies at a time. Fixed, so that every element is summed in the same order however many
// threads there are; large enough to reuse the packed weight from the cache.
constexpr Index kRowBlock = 256;

// A product is compiled per number of rows; a last block of odd size is padded to the next of a few sizes, so that a
// handful of compiled products serve every length of text.
Index paddedRows(Index rows) {
    return std::min(kRowBlock, static_cast<Index>(std::bit_ceil(static_cast<std::size_t>(std::max<Index>(rows, 16)))));
}

void copyRows(MatrixView<const float> from, MatrixView<float> to) {
    for (Index row = 0; row < from.rows; ++row)
        std::copy_n(from.row(row), from.cols, to.row(row));
}

} // namespace

struct PackedWeight::Packed {
    Packed(MatrixView<const float> from, Precision precision_, const JobContext& job)
        : in(from.cols), out(from.rows), precision(precision_),
          weight(allocate(CompiledProduct({kRowBlock, in, out}, precision).weightLayout())) {
        packWeight(from, weight, job); // the product sees the weight as [in, out]
    }

    Index in, out;
    Precision precision;
    dnnl::memory weight;

    /// x and y have whole rows only, as the library's fast products want them.
    void run(MatrixView<const float> x, MatrixView<float> y, bool accumulate) {
        const CompiledProduct& product = this->product(x.rows, accumulate);
        if (precision == Precision::F32)
            return product.run(x.data, weight, y.data);
        dnnl::memory rounded = allocate(product.inputLayout());
        pack(x, false, rounded);
        product.run(rounded.get_data_handle(), weight, y.data);
    }

private:
    std::mutex m_guard;
    std::map<std::pair<Index, bool>, CompiledProduct> m_products; ///< by rows and accumulate

    const CompiledProduct& product(Index rows, bool accumulate) {
        const std::lock_guard lock(m_guard);
        const std::pair key{rows, accumulate};
        if (const auto found = m_products.find(key); found != m_products.end())
            return found->second;
        CompiledProduct product({rows, in, out, accumulate}, precision, weight.get_desc());
        return m_products.emplace(key, std::move(product)).first->second;
    }
};

PackedWeight::PackedWeight(MatrixView<const float> weight, Precision precision, const JobContext& job)
    : m_packed(std::make_unique<Packed>(weight, precision, job)) {}

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
Precision PackedWeight::precision() const {
    return m_packed->precision;
}

void PackedWeight::multiply(MatrixView<const float> x, MatrixView<float> y, bool accumulate) const {
    if (x.cols != in() || y.cols != out() || x.rows != y.rows)
        throw Error(ErrorKind::Internal, "matrix product", "shapes do not fit");
    parallelFor((x.rows + kRowBlock - 1) / kRowBlock, [&](Index block) {
        const Index first = block * kRowBlock, rows = std::min(kRowBlock, x.rows - first);
        const Index padded = paddedRows(rows);
        if (padded == rows && x.contiguous() && y.contiguous())
            return m_packed->run(x.rowRange(first, rows), y.rowRange(first, rows), accumulate);
        // Views into wider matrices and odd numbers of rows are copied out and back.
        Matrix input(padded, in()), output(padded, out());
        copyRows(x.rowRange(first, rows), input.view());
        if (accumulate)
            copyRows(y.rowRange(first, rows), output.view());
        m_packed->run(input.view(), output.view(), accumulate);
        copyRows(output.view().rowRange(0, rows), y.rowRange(first, rows));
    });
}

} // namespace vernier
