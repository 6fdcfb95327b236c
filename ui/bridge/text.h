#pragma once

#include <QString>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vernier::ui {

std::filesystem::path toPath(const QString& path);
QString fromPath(const std::filesystem::path& path);
QString fromUtf8(std::string_view text);

/// "awq+gptq" as people write it: "AWQ + GPTQ".
QString methodTitle(std::string_view name);

/// Numbers as the tables and labels write them, in the user's locale.
QString formatCount(std::uint64_t count); ///< "12,345"
/// "1 document", "12,345 documents"; many has %1 in the number's place.
QString formatCount(std::uint64_t count, const QString& one, const QString& many);
QString formatBytes(std::uint64_t bytes);                   ///< "1.25 MB", powers of 1000
QString formatSeconds(double seconds);                      ///< as formatDuration()
QString formatDuration(std::chrono::milliseconds duration); ///< "0.4 s", "12 s", "3 min 05 s", "1 h 02 min"
QString formatFixed(double value, int digits);              ///< "7.123"
QString formatSignificant(double value, int digits = 3);    ///< "0.0123", "1.23e-05"
QString formatPercent(double share, int digits = 2);        ///< 0.0123 as "1.23 %"

} // namespace vernier::ui
