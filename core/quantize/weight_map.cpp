#include "core/quantize/weight_map.h"

#include "core/base/error.h"
#include "core/quantize/code_usage.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kSamples = 1 << 18; ///< elements that the reach of a quantity is taken from
constexpr double kWithin = 0.999;         ///< share of them that it holds

/// Reads elements of a quantity.
class Reader {
public:
    Reader(const LinearWeights& linear, WeightQuantity quantity) : m_linear(linear), m_quantity(quantity) {
        if (quantity == WeightQuantity::Codes)
            m_values = codeValues(linear.codes->scheme);
    }

    double at(Index row, Index column) const {
        switch (m_quantity) {
        case WeightQuantity::Original:
            return double{m_linear.original(row, column)};
        case WeightQuantity::Dequantized:
            return double{m_linear.dequantized(row, column)};
        case WeightQuantity::Error:
            return double{m_linear.dequantized(row, column)} - double{m_linear.original(row, column)};
        case WeightQuantity::Codes:
            return m_values[m_linear.codes->codes[static_cast<std::size_t>(row * m_linear.codes->in + column)]];
        case WeightQuantity::Scales:
            return double{m_linear.codes->scales[grid(row, column)]};
        case WeightQuantity::Zeros:
            return double(m_linear.codes->zeros[grid(row, column)]);
        case WeightQuantity::Minimums:
            return double{m_linear.codes->minimums[grid(row, column)]};
        }
        return 0;
    }

    /// The value that stands for nothing at a place.
    double nothing(Index row, Index column) const {
        if (m_quantity == WeightQuantity::Zeros)
            return m_linear.codes->scheme.levels() / 2.0;
        if (m_quantity == WeightQuantity::Codes && !hasFloatCodes(m_linear.codes->scheme.format))
            return double(m_linear.codes->zeros[grid(row, m_linear.codes->groupOf(column))]);
        return 0;
    }

private:
    std::size_t grid(Index row, Index group) const {
        return static_cast<std::size_t>(row * m_linear.codes->groups() + group);
    }

    const LinearWeights& m_linear;
    WeightQuantity m_quantity;
    std::array<double, 256> m_values{};
};

void require(const LinearWeights& linear, WeightQuantity quantity) {
    const auto known = quantitiesOf(linear);
    if (std::ranges::find(known, quantity) == known.end())
        throw Error(ErrorKind::Input, "weight", "does not have what was asked for in this format",
                    "look at another quantity");
}

/// The |value| that all but a thousandth of the elements keep, of a sample spread evenly over rows and columns.
double reachOf(const Reader& reader, Index rows, Index columns) {
    const auto elements = static_cast<std::size_t>(rows * columns);
    // A stride that shares no factor with the width, or the sample would see some columns only.
    auto stride = static_cast<Index>(std::max<std::size_t>(1, elements / kSamples));
    while (stride > 1 && columns % stride == 0)
        ++stride;
    std::vector<double> magnitudes;
    magnitudes.reserve(elements / static_cast<std::size_t>(stride) + 1);
    for (Index i = 0; i < static_cast<Index>(elements); i += stride)
        magnitudes.push_back(std::abs(reader.at(i / columns, i % columns)));
    const auto last = static_cast<double>(magnitudes.size() - 1);
    const auto place = magnitudes.begin() + static_cast<std::ptrdiff_t>(std::ceil(last * kWithin));
    std::ranges::nth_element(magnitudes, place);
    return *place;
}

} // namespace

std::vector<WeightQuantity> quantitiesOf(const LinearWeights& linear) {
    std::vector<WeightQuantity> known{WeightQuantity::Original};
    if (!linear.codes)
        return known;
    known.insert(known.end(),
                 {WeightQuantity::Dequantized, WeightQuantity::Error, WeightQuantity::Codes, WeightQuantity::Scales});
    if (!hasFloatCodes(linear.codes->scheme.format) && !linear.codes->scheme.hasMinimums())
        known.push_back(WeightQuantity::Zeros);
    if (!linear.codes->minimums.empty())
        known.push_back(WeightQuantity::Minimums);
    return known;
}

QuantityFacts factsOf(const LinearWeights& linear, WeightQuantity quantity) {
    require(linear, quantity);
    QuantityFacts facts{linear.original.rows(), linear.original.cols(), 0, 0, false};
    if (isOfGroups(quantity))
        facts.columns = linear.codes->groups();
    const auto rangeOf = [&facts](const std::vector<float>& values) {
        const auto [low, high] = std::ranges::minmax(values);
        facts.low = double{low}, facts.high = double{high};
    };
    if (quantity == WeightQuantity::Scales) {
        rangeOf(linear.codes->scales);
    } else if (quantity == WeightQuantity::Minimums) {
        rangeOf(linear.codes->minimums);
    } else if (quantity == WeightQuantity::Zeros ||
               (quantity == WeightQuantity::Codes && !hasFloatCodes(linear.codes->scheme.format))) {
        facts.high = linear.codes->scheme.levels() - 1;
    } else {
        facts.isSigned = true;
        facts.high = quantity == WeightQuantity::Codes ? codeUsage(*linear.codes).levels.back().value
                                                       : reachOf(Reader(linear, quantity), facts.rows, facts.columns);
        facts.low = -facts.high;
    }
    return facts;
}

double valueAt(const LinearWeights& linear, WeightQuantity quantity, Index row, Index column) {
    return Reader(linear, quantity).at(row, column);
}

WeightMap weightMap(const LinearWeights& linear, WeightQuantity quantity, const WeightRegion& region, Index mostCells,
                    const JobContext& job) {
    require(linear, quantity);
    const Index rows = linear.original.rows();
    const Index columns = isOfGroups(quantity) ? linear.codes->groups() : linear.original.cols();
    WeightMap map;
    map.region.firstRow = std::max<Index>(0, region.firstRow);
    map.region.firstColumn = std::max<Index>(0, region.firstColumn);
    map.region.rows = std::min(rows, region.firstRow + region.rows) - map.region.firstRow;
    map.region.columns = std::min(columns, region.firstColumn + region.columns) - map.region.firstColumn;
    if (map.region.rows <= 0 || map.region.columns <= 0)
        throw Error(ErrorKind::Input, "weight",
                    fmt::format("rows from {} and columns from {} are outside of [{}, {}]", region.firstRow,
                                region.firstColumn, rows, columns));
    const auto per = [mostCells](Index count) { return (count + mostCells - 1) / mostCells; };
    const auto cells = [](Index count, Index each) { return (count + each - 1) / each; };
    map.rowsPerCell = per(map.region.rows);
    map.columnsPerCell = per(map.region.columns);
    map.cells = Matrix(cells(map.region.rows, map.rowsPerCell), cells(map.region.columns, map.columnsPerCell));
    const Reader reader(linear, quantity);
    std::vector<double> furthest(static_cast<std::size_t>(map.cells.cols()));
    for (Index cellRow = 0; cellRow < map.cells.rows(); ++cellRow) {
        job.throwIfCancelled();
        std::ranges::fill(furthest, -1.0);
        const Index end = std::min((cellRow + 1) * map.rowsPerCell, map.region.rows);
        for (Index r = cellRow * map.rowsPerCell; r < end; ++r)
            for (Index c = 0; c < map.region.columns; ++c) {
                const Index row = map.region.firstRow + r, column = map.region.firstColumn + c;
                const double value = reader.at(row, column), far = std::abs(value - reader.nothing(row, column));
                const Index cell = c / map.columnsPerCell;
                if (far > furthest[static_cast<std::size_t>(cell)]) {
                    furthest[static_cast<std::size_t>(cell)] = far;
                    map.cells(cellRow, cell) = static_cast<float>(value);
                }
            }
    }
    return map;
}

} // namespace vernier
