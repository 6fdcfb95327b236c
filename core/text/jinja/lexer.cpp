#include "core/text/jinja/lexer.h"

#include "core/text/jinja/budget.h"
#include "core/text/jinja/letters.h"
#include "core/text/jinja/syntax_failure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

constexpr std::size_t kSourceLimit = 1u << 20;

/// Walks once over the source; every tag is handled where it is met.
class Lexer {
public:
    explicit Lexer(std::string_view source) : m_source(withPlainNewlines(source)) {}

    std::vector<Token> run() {
        while (m_at < m_source.size())
            readText();
        push(Token::Kind::End, {});
        return std::move(m_tokens);
    }

private:
    static std::string withPlainNewlines(std::string_view source) {
        std::string text;
        text.reserve(source.size());
        for (std::size_t i = 0; i < source.size(); ++i) {
            if (source[i] == '\r' && i + 1 < source.size() && source[i + 1] == '\n')
                continue;
            text += source[i] == '\r' ? '\n' : source[i];
        }
        if (text.ends_with('\n')) // Jinja drops one newline at the very end
            text.pop_back();
        return text;
    }

    bool atTag(std::size_t at) const {
        return m_source[at] == '{' && at + 1 < m_source.size() &&
               (m_source[at + 1] == '{' || m_source[at + 1] == '%' || m_source[at + 1] == '#');
    }

    void readText() {
        const std::size_t begin = m_at;
        while (m_at < m_source.size() && !atTag(m_at))
            ++m_at;
        std::string_view text = view(begin, m_at);
        if (m_at == m_source.size())
            return pushText(text);
        const char kind = m_source[m_at + 1];
        const char sign = m_at + 2 < m_source.size() ? m_source[m_at + 2] : '\0';
        if (sign == '-')
            text = stripEnd(text);
        else if (sign != '+' && kind != '{')
            text = withoutIndentation(text);
        pushText(text);
        m_at += sign == '-' || sign == '+' ? 3 : 2;
        if (kind == '#')
            skipComment();
        else if (kind == '%' && !readRaw())
            readTag(Token::Kind::BlockBegin, Token::Kind::BlockEnd, "%}");
        else if (kind == '{')
            readTag(Token::Kind::PrintBegin, Token::Kind::PrintEnd, "}}");
    }

    /// lstrip_blocks: blanks between the start of the line and a tag vanish.
    std::string_view withoutIndentation(std::string_view text) const {
        const std::size_t newline = text.rfind('\n');
        const std::size_t lineStart = newline == std::string_view::npos ? 0 : newline + 1;
        if (newline == std::string_view::npos && !m_atLineStart)
            return text;
        return strip(text.substr(lineStart)).empty() ? text.substr(0, lineStart) : text;
    }

    /// Passes the end of a tag; trims says that a newline behind it vanishes as well (trim_blocks).
    void finishTag(std::size_t length, char sign, bool trims) {
        m_at += length;
        m_atLineStart = false;
        if (sign == '-') {
            const std::string_view rest = std::string_view(m_source).substr(m_at);
            const std::size_t blanks = rest.size() - stripStart(rest).size();
            m_atLineStart = blanks > 0 && rest[blanks - 1] == '\n';
            m_at += blanks;
        } else if (sign != '+' && trims && m_at < m_source.size() && m_source[m_at] == '\n') {
            ++m_at;
            m_atLineStart = true;
        }
    }

    void skipComment() {
        const std::size_t end = m_source.find("#}", m_at);
        if (end == std::string::npos)
            fail("a comment does not end");
        const char sign = end > m_at ? m_source[end - 1] : '\0';
        m_at = end;
        finishTag(2, sign, true);
    }

    /// Reads {% raw %} … {% endraw %}, when that is what stands here.
    bool readRaw() {
        std::size_t at = m_at;
        if (!skipWord(at, "raw"))
            return false;
        char sign = '\0';
        if (!skipTagEnd(at, sign))
            return false;
        m_at = at;
        finishTag(0, sign, true);
        const std::size_t begin = m_at;
        for (std::size_t tag = m_source.find("{%", begin); tag != std::string::npos;
             tag = m_source.find("{%", tag + 2)) {
            std::size_t end = tag + 2;
            const char before = end < m_source.size() ? m_source[end] : '\0';
            if (before == '-' || before == '+')
                ++end;
            if (!skipWord(end, "endraw") || !skipTagEnd(end, sign))
                continue;
            std::string_view text = view(begin, tag);
            if (before == '-')
                text = stripEnd(text);
            else if (before != '+')
                text = withoutIndentation(text);
            pushText(text);
            m_at = end;
            finishTag(0, sign, true);
            return true;
        }
        fail("a raw block does not end");
    }

    bool skipWord(std::size_t& at, std::string_view word) const {
        while (at < m_source.size() && isBlank(m_source[at]))
            ++at;
        if (view(at, at + word.size()) != word)
            return false;
        at += word.size();
        return true;
    }

    bool skipTagEnd(std::size_t& at, char& sign) const {
        while (at < m_source.size() && isBlank(m_source[at]))
            ++at;
        sign = at < m_source.size() && (m_source[at] == '-' || m_source[at] == '+') ? m_source[at++] : '\0';
        if (view(at, at + 2) != "%}")
            return false;
        at += 2;
        return true;
    }

    void readTag(Token::Kind begin, Token::Kind end, std::string_view close) {
        push(begin, {});
        for (std::size_t open = 0; m_at < m_source.size();) {
            const char c = m_source[m_at];
            if (open == 0) {
                const bool sign = (c == '-' || c == '+') && view(m_at + 1, m_at + 3) == close;
                if (sign || view(m_at, m_at + 2) == close) {
                    push(end, {});
                    return finishTag(sign ? 3 : 2, sign ? c : '\0', end == Token::Kind::BlockEnd);
                }
            }
            if (isBlank(c))
                ++m_at;
            else if (isDigit(c))
                readNumber();
            else if (isNameStart(c))
                readName();
            else if (c == '"' || c == '\'')
                readString();
            else
                readOperator(open);
        }
        fail("a tag does not end");
    }

    void readName() {
        const std::size_t begin = m_at;
        while (m_at < m_source.size() && (isNameStart(m_source[m_at]) || isDigit(m_source[m_at])))
            ++m_at;
        push(Token::Kind::Name, view(begin, m_at));
    }

    void readNumber() {
        const std::size_t begin = m_at;
        const auto digits = [&] {
            while (m_at < m_source.size() && (isDigit(m_source[m_at]) || m_source[m_at] == '_'))
                ++m_at;
        };
        if (view(m_at, m_at + 1) == "0" && readPrefixedNumber())
            return;
        const auto digitAt = [&](std::size_t at) { return at < m_source.size() && isDigit(m_source[at]); };
        digits();
        bool real = false;
        if (m_at < m_source.size() && m_source[m_at] == '.' && digitAt(m_at + 1)) {
            real = true;
            ++m_at;
            digits();
        }
        if (m_at < m_source.size() && (m_source[m_at] == 'e' || m_source[m_at] == 'E')) {
            const bool sign = m_at + 1 < m_source.size() && (m_source[m_at + 1] == '-' || m_source[m_at + 1] == '+');
            if (digitAt(m_at + (sign ? 2 : 1))) {
                real = true;
                m_at += sign ? 2 : 1;
                digits();
            }
        }
        std::string number(view(begin, m_at));
        std::erase(number, '_');
        push(real ? Token::Kind::Real : Token::Kind::Integer, number);
    }

    /// Reads 0x…, 0o… or 0b…, when that is what stands here.
    bool readPrefixedNumber() {
        const char letter = m_at + 1 < m_source.size() ? static_cast<char>(m_source[m_at + 1] | 0x20) : '\0';
        const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        std::int64_t number = 0;
        const char* end = m_source.data() + m_source.size();
        const char* begin = std::min<const char*>(m_source.data() + m_at + 2, end);
        const auto [stop, failure] = base ? std::from_chars(begin, end, number, base)
                                          : std::from_chars_result{begin, std::errc::invalid_argument};
        if (failure != std::errc() || stop == begin || *begin == '-')
            return false;
        push(Token::Kind::Integer, fmt::format("{}", number));
        m_at += 2 + static_cast<std::size_t>(stop - begin);
        return true;
    }

    void readString() {
        const char mark = m_source[m_at];
        const std::size_t begin = ++m_at;
        while (m_at < m_source.size() && m_source[m_at] != mark)
            m_at += m_source[m_at] == '\\' ? 2 : 1;
        if (m_at >= m_source.size())
            fail("a string does not end");
        push(Token::Kind::String, unescape(view(begin, m_at)));
        ++m_at;
    }

    void readOperator(std::size_t& open) {
        constexpr std::array kTwo = {"==", "!=", ">=", "<=", "//", "**"};
        constexpr std::string_view kOne = "+-*/%~[](){}<>=.:|,;";
        std::string_view found = view(m_at, m_at + 2);
        if (std::ranges::find(kTwo, found) == kTwo.end())
            found = found.substr(0, 1);
        if (found.size() == 1 && kOne.find(found[0]) == std::string_view::npos)
            fail(fmt::format("the character '{}' has no meaning here", found));
        if (found == "(" || found == "[" || found == "{")
            ++open;
        else if (found == ")" || found == "]" || found == "}") {
            if (open == 0)
                fail(fmt::format("'{}' closes nothing", found));
            --open;
        }
        push(Token::Kind::Operator, found);
        m_at += found.size();
    }

    static bool isBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
    static bool isDigit(char c) { return c >= '0' && c <= '9'; }
    static bool isNameStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    }

    std::string_view view(std::size_t begin, std::size_t end) const {
        begin = std::min(begin, m_source.size());
        return std::string_view(m_source).substr(begin, std::min(end, m_source.size()) - begin);
    }

    void pushText(std::string_view text) {
        if (!text.empty())
            push(Token::Kind::Text, text);
    }

    void push(Token::Kind kind, std::string_view text) { m_tokens.push_back({kind, std::string(text), line()}); }

    [[noreturn]] void fail(const std::string& problem) { throw SyntaxFailure(problem, line()); }

    int line() {
        const std::size_t at = std::min(m_at, m_source.size());
        if (at > m_counted) {
            m_line += static_cast<int>(std::count(m_source.begin() + static_cast<std::ptrdiff_t>(m_counted),
                                                  m_source.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
            m_counted = at;
        }
        return m_line;
    }

    std::string m_source;
    std::size_t m_at = 0;
    bool m_atLineStart = true; ///< the last tag took a newline along
    std::size_t m_counted = 0;
    int m_line = 1;
    std::vector<Token> m_tokens;
};

} // namespace

std::vector<Token> tokenize(std::string_view source) {
    if (source.size() > kSourceLimit)
        throw SyntaxFailure("the template is larger than 1 MB", 1);
    return Lexer(source).run();
}

} // namespace vernier::jinja
