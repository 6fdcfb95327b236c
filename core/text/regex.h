#pragma once

#include "core/text/text_span.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Holds what one thread needs to match any Regex: result buffer, step limits, stack. Not thread-safe.
class RegexScratch {
public:
    RegexScratch();
    RegexScratch(RegexScratch&&) noexcept;
    RegexScratch& operator=(RegexScratch&&) noexcept;
    ~RegexScratch();

private:
    friend class Regex;
    struct Buffers;
    std::unique_ptr<Buffers> m_buffers;
};

/// Matches a compiled pattern with Unicode properties against UTF-8 text (PCRE2, compiled to machine code where the
/// system allows it). Immutable; any number of threads may use it, each with its own scratch.
class Regex {
public:
    /// Compiles a pattern in the Oniguruma dialect of tokenizer.json files. Throws Error{Input} naming place when it is
    /// malformed, Error{Unsupported} for Oniguruma's character class arithmetic.
    static Regex oniguruma(std::string_view pattern, const std::string& place);
    /// Compiles a pattern that matches exactly this text.
    static Regex literal(std::string_view text, const std::string& place);

    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    /// Finds the first match that begins at or after from. The text must be valid UTF-8. Throws Error{Input} when the
    /// pattern needs more steps than allowed: a pattern that backtracks without end.
    std::optional<TextSpan> find(std::string_view text, std::size_t from, RegexScratch& scratch) const;

private:
    struct Code;
    Regex(std::string_view pattern, unsigned options, const std::string& place);
    std::unique_ptr<const Code> m_code;
};

/// Rewrites an Oniguruma pattern for PCRE2: \s and \w mean exactly the Unicode sets that Oniguruma gives them. Throws
/// Error{Unsupported} naming place for set intersection (&&), nested sets and \h, which mean something else in PCRE2.
std::string translateOniguruma(std::string_view pattern, const std::string& place);

} // namespace vernier
