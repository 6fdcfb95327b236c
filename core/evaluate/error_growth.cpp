#include "core/evaluate/error_growth.h"

#include "core/model/rows.h"

#include <algorithm>

namespace vernier {

namespace {

double squaredNorm(const float* x, Index n) {
    double sum = 0;
    for (Index i = 0; i < n; ++i)
        sum += double{x[i]} * double{x[i]};
    return sum;
}

double squaredDistance(const float* x, const float* y, Index n) {
    double sum = 0;
    for (Index i = 0; i < n; ++i) {
        const double difference = double{x[i]} - double{y[i]};
        sum += difference * difference;
    }
    return sum;
}

/// Sums of(row) over the rows that are no padding, row by row, so that the order is always the same.
template <class Of>
double sumOverTokens(const TokenWindows& windows, Index firstToken, Index rows, const Of& of) {
    std::vector<double> perRow(static_cast<std::size_t>(rows));
    forEachRow(rows, [&](Index row) {
        if (!windows.isPadding(firstToken + row))
            perRow[static_cast<std::size_t>(row)] = of(row);
    });
    double sum = 0;
    for (const double value : perRow)
        sum += value;
    return sum;
}

/// A copy of hidden states that a block may run over.
class Working {
public:
    MatrixView<float> copy(MatrixView<const float> states) {
        if (m_rows.rows() < states.rows)
            m_rows = Matrix(states.rows, states.cols);
        const auto rows = m_rows.view().rowRange(0, states.rows);
        std::copy_n(states.data, states.rows * states.cols, rows.data);
        return rows;
    }

private:
    Matrix m_rows;
};

} // namespace

std::vector<BlockErrors> errorGrowth(const Model& model, const TokenWindows& windows, const ModelChanges& changes,
                                     const HiddenPlace& place, JobContext& job, Precision precision) {
    requirePositions(model, windows);
    job.beginStage("error growth", static_cast<std::uint64_t>(model.spec.blocks));
    const auto states = [&] {
        HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength,
                            {place.inMemory, place.folder});
        embedWindows(model, windows, hidden, job);
        return hidden;
    };
    HiddenStates exact = states(), changed = states();
    const Index length = windows.sequenceLength, width = model.spec.hiddenSize;
    std::vector<BlockErrors> growth;
    Working working;
    Matrix buffer;
    for (int index = 0; index < model.spec.blocks; ++index) {
        const Block full(model, index, {}, precision, job), quantized(model, index, changes, precision, job);
        BlockErrors errors;
        const auto distance = [&](Index first, MatrixView<const float> a, MatrixView<const float> b) {
            return sumOverTokens(windows, first, a.rows,
                                 [&](Index row) { return squaredDistance(a.row(row), b.row(row), width); });
        };
        Index chunk = 0;
        exact.update(
            [&](Index first, MatrixView<float> rows) {
                const auto ran = working.copy(rows);
                full.forward(rows, length, job);
                errors.signal += sumOverTokens(windows, first, rows.rows,
                                               [&](Index row) { return squaredNorm(rows.row(row), width); });
                quantized.forward(ran, length, job);
                errors.own += distance(first, ran, rows);
                const auto inherited = working.copy(changed.read(chunk++, buffer));
                full.forward(inherited, length, job);
                errors.inherited += distance(first, inherited, rows);
            },
            job);
        chunk = 0;
        changed.update(
            [&](Index first, MatrixView<float> rows) {
                quantized.forward(rows, length, job);
                errors.total += distance(first, rows, exact.read(chunk++, buffer));
            },
            job);
        growth.push_back(errors);
        job.advance();
    }
    return growth;
}

} // namespace vernier
