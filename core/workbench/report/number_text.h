#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vernier {

// How a report writes numbers: with a true minus sign, and a dash where there is none.

std::string plain(double value, int decimals);                       ///< "2.1157"
std::string plain(const std::optional<double>& value, int decimals); ///< likewise, or "–"
std::string signedText(double value, int decimals);                  ///< "+0.0113", "−0.0113"; "0.0000" for none
std::string scientific(double value);                                ///< "1.29e−2"
/// Nats of a divergence: five decimals, or as a power of ten where these would not show two digits.
std::string nats(double value);
std::string nats(const std::optional<double>& value);
std::string megabyteText(double bytes);                  ///< "2.72 MB"; kB and GB where they fit better
std::string secondsText(double seconds);                 ///< "1.4 s", "12 min 5 s"
std::string countText(std::uint64_t count);              ///< "12 345", with narrow spaces
std::string percentText(double share, int decimals = 1); ///< "12.3 %"

} // namespace vernier
