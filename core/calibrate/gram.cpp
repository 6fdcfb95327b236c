#include "core/calibrate/gram.h"

#include "core/base/error.h"
#include "core/tensor/gram_product.h"
#include "core/tensor/vector_math.h"

#include <utility>

namespace vernier {

void Gram::observe(MatrixView<const float> x, Precision precision, const JobContext& job) {
    if (x.cols != in())
        throw Error(ErrorKind::Internal, "Gram", "input width differs");
    accumulateLowerGram(x, m_sum.view(), precision, job);
    m_upper->stale = true;
    m_tokens += static_cast<std::uint64_t>(x.rows);
}

void Gram::merge(const Gram& other) {
    if (other.in() != in())
        throw Error(ErrorKind::Internal, "Gram", "merged widths differ");
    addTo(m_sum.data(), other.sum().data, in() * in());
    m_tokens += other.m_tokens;
}

MatrixView<const float> Gram::sum() const {
    const std::lock_guard lock(m_upper->guard);
    if (m_upper->stale)
        mirrorLower(m_sum.view());
    m_upper->stale = false;
    return std::as_const(m_sum).view();
}

} // namespace vernier
