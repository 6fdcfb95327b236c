#pragma once

#include "core/base/job.h"
#include "core/base/mapped_scratch.h"
#include "core/tensor/matrix.h"
#include "core/tensor/precision.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

namespace vernier {

/// Sums the outer products of a linear's inputs: H = Σ x xᵀ over tokens, [in, in], in float32 as a plain sum (divide by
/// tokens for the mean). Shared by the linears that read the same input. Mergeable.
///
/// Of a pass in bf16 the x summed are the inputs rounded to bfloat16, as the linears of that pass see them: for a
/// change D of a weight, tr(D H Dᵀ) is then the error of that linear's own output, not of one it never computed. A
/// product of two bfloat16 numbers is exact in float32, so the sums carry no more rounding than those of a float32
/// pass.
class Gram {
public:
    Gram() = default;
    explicit Gram(Index in) : Gram(Matrix(in, in), 0) {}
    /// Keeps the sum in a file of the folder (MappedScratch) instead of in memory; the numbers are the same. Throws
    /// Error{Io}.
    Gram(Index in, const std::filesystem::path& folder);
    /// Takes a full symmetric sum, for example one read from the cache.
    Gram(Matrix sum, std::uint64_t tokens) : m_in(sum.rows()), m_memory(std::move(sum)), m_tokens(tokens) {}

    /// Adds the rows of x [tokens, in] in the precision of the linears that read them. Throws Cancelled, after which
    /// the sum is of no use.
    void observe(MatrixView<const float> x, Precision precision = Precision::F32, const JobContext& job = {});
    /// Adds what another Gram saw; same size.
    void merge(const Gram& other);

    Index in() const { return m_in; }
    std::uint64_t tokens() const { return m_tokens; }
    /// The full symmetric sum [in, in]. Observing computes the lower triangle only; the upper one is filled in when it
    /// is first read after that. Any number of threads may read at once.
    MatrixView<const float> sum() const;
    /// The same, of which only entries with column <= row are to be read.
    MatrixView<const float> lower() const { return all(); }

private:
    MatrixView<float> all() const;

    /// Says whether the upper triangle lags behind; guarded, because filling it in is no change to a reader.
    struct Upper {
        std::mutex guard;
        bool stale = false;
    };
    Index m_in = 0;
    mutable Matrix m_memory; ///< empty when the sum is in a file
    MappedScratch m_file;
    std::uint64_t m_tokens = 0;
    std::unique_ptr<Upper> m_upper = std::make_unique<Upper>();
};

} // namespace vernier
