#include "core/quantize/weight_numbers.h"

#include <algorithm>
#include <cmath>

namespace vernier {

namespace {

template <class T>
NumberRange rangeOf(const std::vector<T>& values) {
    const auto [low, high] = std::ranges::minmax(values);
    return {static_cast<double>(low), static_cast<double>(high)};
}

} // namespace

WeightNumbers weightNumbers(const LinearWeights& linear, const JobContext& job) {
    WeightNumbers numbers;
    numbers.out = linear.original.rows();
    numbers.in = linear.original.cols();
    double weightSquares = 0, errorSquares = 0;
    for (Index row = 0; row < numbers.out; ++row) {
        job.throwIfCancelled();
        double rowWeight = 0, rowError = 0;
        for (Index column = 0; column < numbers.in; ++column) {
            const double w = double{linear.original(row, column)};
            rowWeight += w * w;
            numbers.largest = std::max(numbers.largest, std::abs(w));
            if (!linear.codes)
                continue;
            const double error = double{linear.dequantized(row, column)} - w;
            rowError += error * error;
            if (std::abs(error) > numbers.largestError) {
                numbers.largestError = std::abs(error);
                numbers.worstRow = row, numbers.worstColumn = column;
            }
        }
        weightSquares += rowWeight;
        errorSquares += rowError;
    }
    numbers.rms = std::sqrt(weightSquares / static_cast<double>(std::max<Index>(1, numbers.out * numbers.in)));
    if (!linear.codes)
        return numbers;
    const QuantizedLinear& codes = *linear.codes;
    numbers.relativeError = errorSquares / weightSquares;
    numbers.sqnrDb = -10 * std::log10(numbers.relativeError);
    numbers.groups = codes.groups();
    numbers.usage = codeUsage(codes);
    numbers.scales = rangeOf(codes.scales);
    if (!codes.minimums.empty())
        numbers.minimums = rangeOf(codes.minimums);
    else if (!hasFloatCodes(codes.scheme.format))
        numbers.zeros = rangeOf(codes.zeros);
    return numbers;
}

} // namespace vernier
