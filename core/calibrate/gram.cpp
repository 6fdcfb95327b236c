#include "core/calibrate/gram.h"

#include "core/base/error.h"
#include "core/tensor/gemm.h"
#include "core/tensor/vector_math.h"

namespace vernier {

void Gram::observe(MatrixView<const float> x) {
    if (x.cols != in())
        throw Error(ErrorKind::Internal, "Gram", "input width differs");
    accumulateLowerGram(x, m_sum.view());
    mirrorLower(m_sum.view());
    m_tokens += static_cast<std::uint64_t>(x.rows);
}

void Gram::merge(const Gram& other) {
    if (other.in() != in())
        throw Error(ErrorKind::Internal, "Gram", "merged widths differ");
    addTo(m_sum.data(), other.m_sum.data(), in() * in());
    m_tokens += other.m_tokens;
}

} // namespace vernier
