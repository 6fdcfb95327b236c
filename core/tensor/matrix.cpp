#include "core/tensor/matrix.h"

#include "core/base/huge_pages.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

namespace vernier {

void Matrix::Free::operator()(float* data) const {
    std::free(data);
}

Matrix::Matrix(Index rows, Index cols) : m_rows(rows), m_cols(cols) {
    if (rows < 0 || cols < 0 ||
        (cols > 0 && rows > std::numeric_limits<Index>::max() / static_cast<Index>(sizeof(float)) / cols))
        throw std::bad_alloc();
    const auto count = static_cast<std::size_t>(rows * cols);
    const std::size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    m_data.reset(static_cast<float*>(std::aligned_alloc(64, std::max<std::size_t>(bytes, 64))));
    if (!m_data)
        throw std::bad_alloc();
    adviseHugePages(m_data.get(), bytes);
    std::fill_n(m_data.get(), count, 0.0f);
}

Matrix Matrix::clone() const {
    Matrix copy(m_rows, m_cols);
    std::copy_n(data(), m_rows * m_cols, copy.data());
    return copy;
}

} // namespace vernier
