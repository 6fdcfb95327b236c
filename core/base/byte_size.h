#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vernier {

/// Reads a number of bytes as people write it: "20GB", "1.5 G", "512 MiB", "4096". K, M, G, T count in thousands, with
/// an i ("GiB") in 1024s; the B may be left out. Throws Error{Input} with `what` as place for anything else.
std::uint64_t parseByteSize(std::string_view text, std::string_view what);

/// "3.42 GB", "980.0 MB", "12 kB"
std::string byteSizeText(std::uint64_t bytes);

} // namespace vernier
