#include "core/text/regex.h"

#include "core/base/error.h"

namespace vernier {

namespace {

// Oniguruma's \s is Unicode White_Space; PCRE2's also holds U+180E. Its \w also holds marks and connectors.
constexpr std::string_view kSpace = "\\p{Z}\\t-\\r\\x{85}";
constexpr std::string_view kWord = "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}";

[[noreturn]] void unsupported(const std::string& place, const char* what) {
    throw Error(ErrorKind::Unsupported, place, std::string("the pattern uses ") + what,
                "use a tokenizer whose pattern does without");
}

} // namespace

std::string translateOniguruma(std::string_view pattern, const std::string& place) {
    std::string out;
    bool inClass = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char escaped = pattern[++i];
            const bool space = escaped == 's' || escaped == 'S';
            if (space || escaped == 'w' || escaped == 'W') {
                const bool negated = escaped == 'S' || escaped == 'W';
                if (negated && inClass) {
                    out += {'\\', escaped};
                    continue;
                }
                const std::string_view set = space ? kSpace : kWord;
                out += inClass ? std::string(set) : (negated ? "[^" : "[") + std::string(set) + "]";
            } else if (escaped == 'h' || escaped == 'H') {
                unsupported(place, "\\h");
            } else {
                out += {'\\', escaped};
            }
        } else if (inClass) {
            if (c == '[' && i + 1 < pattern.size() && pattern[i + 1] != ':')
                unsupported(place, "a character class inside a character class");
            if (c == '&' && i + 1 < pattern.size() && pattern[i + 1] == '&')
                unsupported(place, "an intersection of character classes (&&)");
            if (c == '[') { // [:name:], whose closing bracket does not close the class
                const std::size_t end = pattern.find(":]", i + 2);
                if (end == std::string_view::npos)
                    unsupported(place, "a character class inside a character class");
                out += pattern.substr(i, end + 2 - i);
                i = end + 1;
                continue;
            }
            inClass = c != ']';
            out += c;
        } else {
            out += c;
            if (c != '[')
                continue;
            inClass = true;
            if (i + 1 < pattern.size() && pattern[i + 1] == '^')
                out += pattern[++i];
            if (i + 1 < pattern.size() && pattern[i + 1] == ']') // a bracket in first place is a member
                out += pattern[++i];
        }
    }
    return out;
}

} // namespace vernier
