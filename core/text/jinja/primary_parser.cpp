#include "core/text/jinja/expression_parser.h"

#include <charconv>

#include <fmt/format.h>

namespace vernier::jinja {

using Kind = Expression::Kind;

ExpressionPtr ExpressionParser::parsePrimary() {
    switch (m_tokens.peek().kind) {
    case Token::Kind::Name:
        return parseName();
    case Token::Kind::Integer:
    case Token::Kind::Real:
        return parseNumber();
    case Token::Kind::String: {
        Expression constant = start(Kind::Constant);
        std::string text;
        while (m_tokens.at(Token::Kind::String)) // neighbours are one string, as in C
            text += m_tokens.next().text;
        constant.constant = Value(std::move(text));
        return finish(std::move(constant));
    }
    default:
        if (m_tokens.atOperator("("))
            return parseParentheses();
        if (m_tokens.atOperator("["))
            return parseList();
        if (m_tokens.atOperator("{"))
            return parseDict();
        m_tokens.fail("a value is expected");
    }
}

ExpressionPtr ExpressionParser::parseName() {
    Expression expression = start(Kind::Constant);
    const std::string name = m_tokens.next().text;
    if (name == "true" || name == "True")
        expression.constant = Value(true);
    else if (name == "false" || name == "False")
        expression.constant = Value(false);
    else if (name != "none" && name != "None") {
        expression.kind = Kind::Name;
        expression.name = name;
    }
    return finish(std::move(expression));
}

ExpressionPtr ExpressionParser::parseNumber() {
    Expression constant = start(Kind::Constant);
    const Token& token = m_tokens.peek();
    const char *begin = token.text.data(), *end = begin + token.text.size();
    std::from_chars_result result{};
    if (token.kind == Token::Kind::Integer) {
        std::int64_t number = 0;
        result = std::from_chars(begin, end, number);
        constant.constant = Value(number);
    } else {
        double number = 0;
        result = std::from_chars(begin, end, number);
        constant.constant = Value(number);
    }
    if (result.ec != std::errc() || result.ptr != end)
        m_tokens.fail(fmt::format("the number {} is too large", token.text.substr(0, 40)));
    m_tokens.next();
    return finish(std::move(constant));
}

ExpressionPtr ExpressionParser::parseParentheses() {
    m_tokens.expectOperator("(");
    if (m_tokens.takeOperator(")"))
        return make(Kind::TupleLiteral, {});
    ExpressionPtr inner = parse(true);
    m_tokens.expectOperator(")");
    return inner;
}

ExpressionPtr ExpressionParser::parseList() {
    Expression list = start(Kind::ListLiteral);
    m_tokens.expectOperator("[");
    while (!m_tokens.takeOperator("]")) {
        if (!list.operands.empty()) {
            m_tokens.expectOperator(",");
            if (m_tokens.takeOperator("]"))
                break;
        }
        list.operands.push_back(parse());
    }
    return finish(std::move(list));
}

ExpressionPtr ExpressionParser::parseDict() {
    Expression dict = start(Kind::DictLiteral);
    m_tokens.expectOperator("{");
    while (!m_tokens.takeOperator("}")) {
        if (!dict.operands.empty()) {
            m_tokens.expectOperator(",");
            if (m_tokens.takeOperator("}"))
                break;
        }
        dict.operands.push_back(parse());
        m_tokens.expectOperator(":");
        dict.operands.push_back(parse());
    }
    return finish(std::move(dict));
}

ExpressionPtr ExpressionParser::parsePostfix(ExpressionPtr value) {
    while (true) {
        if (m_tokens.takeOperator(".")) {
            if (m_tokens.at(Token::Kind::Integer)) { // a.0 is a[0]
                ExpressionPtr index = parseNumber();
                value = make(Kind::Item, {}, std::move(value), std::move(index));
            } else
                value = make(Kind::Attribute, m_tokens.expectName(), std::move(value));
        } else if (m_tokens.atOperator("["))
            value = parseSubscript(std::move(value));
        else if (m_tokens.atOperator("("))
            value = parseCall(std::move(value));
        else
            return value;
    }
}

ExpressionPtr ExpressionParser::parseCall(ExpressionPtr callee) {
    Expression call = start(Kind::Call);
    call.operands.push_back(std::move(callee));
    parseArguments(call);
    return finish(std::move(call));
}

ExpressionPtr ExpressionParser::parseSubscript(ExpressionPtr value) {
    m_tokens.expectOperator("[");
    ExpressionPtr parts[3];
    int colons = 0;
    while (!m_tokens.atOperator("]")) {
        if (m_tokens.takeOperator(":")) {
            if (++colons > 2)
                m_tokens.fail("a slice has at most two colons");
        } else if (parts[colons]) {
            m_tokens.fail("']' is expected");
        } else
            parts[colons] = parse(colons == 0);
    }
    m_tokens.expectOperator("]");
    if (colons > 0)
        return make(Kind::Slice, {}, std::move(value), std::move(parts[0]), std::move(parts[1]), std::move(parts[2]));
    if (!parts[0])
        m_tokens.fail("an index is expected");
    return make(Kind::Item, {}, std::move(value), std::move(parts[0]));
}

void ExpressionParser::parseArguments(Expression& call) {
    m_tokens.expectOperator("(");
    for (bool first = true; !m_tokens.takeOperator(")"); first = false) {
        if (!first) {
            m_tokens.expectOperator(",");
            if (m_tokens.takeOperator(")"))
                return;
        }
        if (m_tokens.atOperator("*") || m_tokens.atOperator("**"))
            m_tokens.fail("unpacked arguments are not supported", ErrorKind::Unsupported);
        if (m_tokens.at(Token::Kind::Name) && m_tokens.peek(1).is(Token::Kind::Operator, "=")) {
            call.names.push_back(m_tokens.next().text);
            m_tokens.next();
        } else if (!call.names.empty())
            m_tokens.fail("an argument without name stands behind a named one");
        call.operands.push_back(parse());
    }
}

} // namespace vernier::jinja
