#pragma once

#include "core/calibrate/gram.h"

#include <vector>

namespace vernier {

/// The mean square of each channel of the inputs that a Gram saw: the diagonal of the mean Gram, [in]. Zeros when it
/// saw none.
inline std::vector<double> meanSquares(const Gram& gram) {
    std::vector<double> diagonal(static_cast<std::size_t>(gram.in()));
    for (std::size_t i = 0; gram.tokens() > 0 && i < diagonal.size(); ++i)
        diagonal[i] = static_cast<double>(gram.sum()(static_cast<Index>(i), static_cast<Index>(i))) /
                      static_cast<double>(gram.tokens());
    return diagonal;
}

} // namespace vernier
