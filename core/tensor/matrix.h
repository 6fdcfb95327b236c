#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace vernier {

using Index = std::ptrdiff_t;

/// Views a row-major matrix that somebody else owns; rows are stride elements apart.
template <class T>
struct MatrixView {
    T* data = nullptr;
    Index rows = 0;
    Index cols = 0;
    Index stride = 0;

    MatrixView() = default;
    MatrixView(T* data_, Index rows_, Index cols_) : MatrixView(data_, rows_, cols_, cols_) {}
    MatrixView(T* data_, Index rows_, Index cols_, Index stride_)
        : data(data_), rows(rows_), cols(cols_), stride(stride_) {}
    /// A view of mutable elements serves where one of constant elements is wanted.
    template <class U, class = std::enable_if_t<std::is_const_v<T> && std::is_same_v<U, std::remove_const_t<T>>>>
    MatrixView(const MatrixView<U>& other) : MatrixView(other.data, other.rows, other.cols, other.stride) {}

    T* row(Index i) const { return data + i * stride; }
    T& operator()(Index i, Index j) const { return data[i * stride + j]; }
    MatrixView rowRange(Index first, Index count) const { return {row(first), count, cols, stride}; }
    MatrixView colRange(Index first, Index count) const { return {data + first, rows, count, stride}; }
    bool contiguous() const { return stride == cols || rows <= 1; }
};

/// Owns a row-major matrix of floats, zero at first, aligned to 64 bytes. Movable; copies are made with clone().
class Matrix {
public:
    Matrix() = default;
    Matrix(Index rows, Index cols);
    Matrix(Matrix&&) noexcept = default;
    Matrix& operator=(Matrix&&) noexcept = default;

    Index rows() const { return m_rows; }
    Index cols() const { return m_cols; }
    bool empty() const { return m_rows * m_cols == 0; }
    float* data() { return m_data.get(); }
    const float* data() const { return m_data.get(); }
    float& operator()(Index i, Index j) { return m_data[static_cast<std::size_t>(i * m_cols + j)]; }
    float operator()(Index i, Index j) const { return m_data[static_cast<std::size_t>(i * m_cols + j)]; }
    MatrixView<float> view() { return {data(), m_rows, m_cols}; }
    MatrixView<const float> view() const { return {data(), m_rows, m_cols}; }
    std::span<const float> values() const { return {data(), static_cast<std::size_t>(m_rows * m_cols)}; }
    Matrix clone() const;

private:
    struct Free {
        void operator()(float* data) const;
    };
    Index m_rows = 0, m_cols = 0;
    std::unique_ptr<float[], Free> m_data;
};

} // namespace vernier
