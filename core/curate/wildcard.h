#pragma once

#include <string>
#include <string_view>

namespace vernier {

/// Compares whole names with a pattern in which * stands for any characters and ? for one, whatever the case of
/// letters.
class Wildcard {
public:
    explicit Wildcard(std::string_view pattern);

    bool matches(std::string_view name) const;

private:
    std::string m_pattern; ///< case folded
};

} // namespace vernier
