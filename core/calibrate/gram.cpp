#include "core/calibrate/gram.h"

#include "core/base/error.h"
#include "core/tensor/gram_product.h"
#include "core/tensor/vector_math.h"

namespace vernier {

Gram::Gram(Index in, const std::filesystem::path& folder)
    : m_in(in), m_file(folder, sizeof(float) * static_cast<std::uint64_t>(in * in)) {}

MatrixView<float> Gram::all() const {
    if (m_file.data())
        return {reinterpret_cast<float*>(m_file.data()), m_in, m_in};
    return m_memory.view();
}

void Gram::observe(MatrixView<const float> x, Precision precision, const JobContext& job) {
    if (x.cols != in())
        throw Error(ErrorKind::Internal, "Gram", "input width differs");
    accumulateLowerGram(x, all(), precision, job);
    m_upper->stale = true;
    m_tokens += static_cast<std::uint64_t>(x.rows);
}

void Gram::merge(const Gram& other) {
    if (other.in() != in())
        throw Error(ErrorKind::Internal, "Gram", "merged widths differ");
    addTo(all().data, other.sum().data, in() * in());
    m_tokens += other.m_tokens;
}

MatrixView<const float> Gram::sum() const {
    const std::lock_guard lock(m_upper->guard);
    if (m_upper->stale)
        mirrorLower(all());
    m_upper->stale = false;
    return all();
}

} // namespace vernier
