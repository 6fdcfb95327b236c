#pragma once

#include "core/dataset/token_windows.h"

#include <cstdint>

namespace vernier {

/// Says where a token of a calibration stands.
struct TokenPlace {
    std::int64_t window = 0;
    int position = 0;           ///< in the window
    std::uint32_t document = 0; ///< position in the list that was packed
    std::int32_t id = 0;
};

/// Finds the token that a row of a pass belongs to, rows counted over all windows. Throws Error{Internal} when there
/// is no such row.
TokenPlace placeOf(const TokenWindows& windows, std::uint64_t row);

} // namespace vernier
