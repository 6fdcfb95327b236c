#include "core/calibrate/not_finite.h"

#include "core/base/error.h"
#include "core/calibrate/token_place.h"

#include <fmt/format.h>

namespace vernier {

void refuseNotFinite(const std::string& tap, const NotFinite& bad, const TokenWindows& windows,
                     const DocumentName& documentName) {
    const TokenPlace place = placeOf(windows, bad.first.row);
    throw Error(
        ErrorKind::Numeric, tap,
        fmt::format("{} activations are NaN or infinite, the first in channel {} at {}, token {} (id {}) of window {}",
                    bad.count, bad.first.channel,
                    documentName ? documentName(place.document) : fmt::format("document {}", place.document),
                    place.position, place.id, place.window),
        "check the weights; a model stored in F16 may have overflowed");
}

} // namespace vernier
