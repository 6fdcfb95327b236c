#pragma once

#include "core/text/jinja/lexer.h"
#include "core/text/jinja/syntax_failure.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vernier::jinja {

/// Hands out tokens one by one to the parsers.
class TokenStream {
public:
    explicit TokenStream(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

    const Token& peek(std::size_t ahead = 0) const {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)]; // the last one is End
    }
    const Token& next() {
        const Token& token = peek();
        if (m_at + 1 < m_tokens.size())
            ++m_at;
        return token;
    }

    bool at(Token::Kind kind) const { return peek().kind == kind; }
    bool atOperator(std::string_view text) const { return peek().is(Token::Kind::Operator, text); }
    bool atName(std::string_view text) const { return peek().is(Token::Kind::Name, text); }

    bool takeOperator(std::string_view text) {
        const bool here = atOperator(text);
        if (here)
            next();
        return here;
    }
    bool takeName(std::string_view text) {
        const bool here = atName(text);
        if (here)
            next();
        return here;
    }

    void expectOperator(std::string_view text) {
        if (!takeOperator(text))
            fail(fmt::format("'{}' is expected, not {}", text, described()));
    }
    std::string expectName() {
        if (!at(Token::Kind::Name))
            fail(fmt::format("a name is expected, not {}", described()));
        return next().text;
    }
    void expect(Token::Kind kind, const char* what) {
        if (!at(kind))
            fail(fmt::format("{} is expected, not {}", what, described()));
        next();
    }

    int line() const { return peek().line; }
    [[noreturn]] void fail(const std::string& problem, ErrorKind kind = ErrorKind::Input) const {
        throw SyntaxFailure(problem, line(), kind);
    }

private:
    std::string described() const {
        switch (peek().kind) {
        case Token::Kind::End:
            return "the end of the template";
        case Token::Kind::BlockEnd:
        case Token::Kind::PrintEnd:
            return "the end of the tag";
        default:
            return fmt::format("'{}'", peek().text.substr(0, 40));
        }
    }

    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
};

} // namespace vernier::jinja
