#pragma once

#include "core/calibrate/tap_statistics.h"
#include "core/dataset/token_windows.h"

#include <cstdint>
#include <functional>
#include <string>

namespace vernier {

/// Says what a document is called, by its place in the list that was packed (TokenWindows::documents).
using DocumentName = std::function<std::string(std::uint32_t document)>;

/// Throws Error{Numeric} that names the tap, and the channel, document and token where the first NaN or infinite value
/// came from.
[[noreturn]] void refuseNotFinite(const std::string& tap, const NotFinite& bad, const TokenWindows& windows,
                                  const DocumentName& documentName);

} // namespace vernier
