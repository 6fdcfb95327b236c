#include "core/calibrate/token_place.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

TokenPlace placeOf(const TokenWindows& windows, std::uint64_t row) {
    if (row >= windows.ids.size() || windows.sequenceLength < 1)
        throw Error(ErrorKind::Internal, "calibration windows", fmt::format("have no token {}", row));
    const auto length = static_cast<std::uint64_t>(windows.sequenceLength), at = row;
    return {static_cast<std::int64_t>(at / length), static_cast<int>(at % length),
            at < windows.documents.size() ? windows.documents[at] : 0, windows.ids[at]};
}

} // namespace vernier
