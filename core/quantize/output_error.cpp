#include "core/quantize/output_error.h"

#include "core/base/error.h"
#include "core/quantize/gram_form.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace vernier {

double OutputError::sqnrDb() const {
    return error > 0 ? 10.0 * std::log10(signal / error) : std::numeric_limits<double>::infinity();
}

OutputError outputError(MatrixView<const float> original, MatrixView<const float> changed, const Gram& gram,
                        const JobContext& job) {
    if (original.rows != changed.rows || original.cols != changed.cols || original.cols != gram.in())
        throw Error(ErrorKind::Internal, "output error", "the weights and the Gram differ in shape");
    if (gram.tokens() == 0)
        return {};
    const Index tasks = (original.rows + kGramFormRows - 1) / kGramFormRows;
    std::vector<OutputError> parts(static_cast<std::size_t>(tasks));
    parallelFor(tasks, [&](Index task) {
        const Index first = task * kGramFormRows, rows = std::min(kGramFormRows, original.rows - first);
        Matrix difference(rows, original.cols);
        for (Index row = 0; row < rows; ++row)
            std::transform(changed.row(first + row), changed.row(first + row) + original.cols,
                           original.row(first + row), difference.view().row(row), std::minus<>());
        parts[static_cast<std::size_t>(task)] = {gramForm(difference.view(), gram.sum(), job),
                                                 gramForm(original.rowRange(first, rows), gram.sum(), job)};
    });
    OutputError total;
    for (const OutputError& part : parts) {
        total.error += part.error;
        total.signal += part.signal;
    }
    // Rounding can push the error of an almost unchanged weight below zero.
    const auto tokens = static_cast<double>(gram.tokens());
    return {std::max(total.error, 0.0) / tokens, std::max(total.signal, 0.0) / tokens};
}

} // namespace vernier
