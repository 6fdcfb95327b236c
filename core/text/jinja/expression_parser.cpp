#include "core/text/jinja/expression_parser.h"

#include "core/text/jinja/operators.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace vernier::jinja {

using Kind = Expression::Kind;

namespace {

// Deeper trees would let the evaluator and the destructor run out of stack.
constexpr int kDepthLimit = 300;
constexpr int kNestingLimit = 200;

} // namespace

/// Counts how deep the parser calls itself.
class ExpressionParser::Nesting {
public:
    explicit Nesting(ExpressionParser& parser) : m_parser(parser) {
        if (++m_parser.m_nesting > kNestingLimit)
            m_parser.m_tokens.fail("the expression is nested too deeply");
    }
    ~Nesting() { --m_parser.m_nesting; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

private:
    ExpressionParser& m_parser;
};

Expression ExpressionParser::start(Kind kind, std::string name) const {
    Expression expression;
    expression.kind = kind;
    expression.line = m_tokens.line();
    expression.name = std::move(name);
    return expression;
}

ExpressionPtr ExpressionParser::finish(Expression expression) const {
    for (const auto& operand : expression.operands)
        if (operand)
            expression.depth = std::max(expression.depth, operand->depth + 1);
    if (expression.depth > kDepthLimit)
        m_tokens.fail("the expression is too long");
    return std::make_unique<const Expression>(std::move(expression));
}

ExpressionPtr ExpressionParser::parse(bool several, bool withCondition) {
    const auto one = [&] { return withCondition ? parseCondition() : parseOr(); };
    ExpressionPtr first = one();
    if (!several || !m_tokens.atOperator(","))
        return first;
    Expression tuple = start(Kind::TupleLiteral);
    tuple.operands.push_back(std::move(first));
    while (m_tokens.takeOperator(",")) {
        if (m_tokens.at(Token::Kind::PrintEnd) || m_tokens.at(Token::Kind::BlockEnd) || m_tokens.atOperator(")"))
            break;
        tuple.operands.push_back(one());
    }
    return finish(std::move(tuple));
}

ExpressionPtr ExpressionParser::parseTarget(bool withMember) {
    const auto one = [&]() -> ExpressionPtr {
        if (m_tokens.takeOperator("(")) {
            ExpressionPtr inner = parseTarget(false);
            m_tokens.expectOperator(")");
            return inner;
        }
        ExpressionPtr name = make(Kind::Name, m_tokens.expectName());
        if (withMember && m_tokens.takeOperator("."))
            return make(Kind::Attribute, m_tokens.expectName(), std::move(name));
        return name;
    };
    const Nesting nesting(*this);
    ExpressionPtr first = one();
    if (!m_tokens.atOperator(","))
        return first;
    Expression tuple = start(Kind::TupleLiteral);
    tuple.operands.push_back(std::move(first));
    while (m_tokens.takeOperator(",") && (m_tokens.at(Token::Kind::Name) || m_tokens.atOperator("(")) &&
           !m_tokens.atName("in"))
        tuple.operands.push_back(one());
    return finish(std::move(tuple));
}

ExpressionPtr ExpressionParser::parseCondition() {
    const Nesting nesting(*this);
    ExpressionPtr value = parseOr();
    while (m_tokens.takeName("if")) {
        ExpressionPtr condition = parseOr();
        ExpressionPtr otherwise = m_tokens.takeName("else") ? parseCondition() : nullptr;
        value = make(Kind::Condition, {}, std::move(value), std::move(condition), std::move(otherwise));
    }
    return value;
}

ExpressionPtr ExpressionParser::parseOr() {
    ExpressionPtr left = parseAnd();
    while (m_tokens.takeName("or"))
        left = make(Kind::Or, {}, std::move(left), parseAnd());
    return left;
}

ExpressionPtr ExpressionParser::parseAnd() {
    ExpressionPtr left = parseNot();
    while (m_tokens.takeName("and"))
        left = make(Kind::And, {}, std::move(left), parseNot());
    return left;
}

ExpressionPtr ExpressionParser::parseNot() {
    const Nesting nesting(*this);
    if (m_tokens.takeName("not"))
        return make(Kind::Not, {}, parseNot());
    return parseCompare();
}

ExpressionPtr ExpressionParser::parseCompare() {
    constexpr std::array kOperators = {"==", "!=", "<", "<=", ">", ">="};
    ExpressionPtr left = parseSum();
    Expression chain = start(Kind::Compare);
    while (true) {
        const Token& token = m_tokens.peek();
        if (token.kind == Token::Kind::Operator && std::ranges::find(kOperators, token.text) != kOperators.end()) {
            chain.names.push_back(m_tokens.next().text);
        } else if (m_tokens.takeName("in")) {
            chain.names.emplace_back("in");
        } else if (m_tokens.atName("not") && m_tokens.peek(1).is(Token::Kind::Name, "in")) {
            m_tokens.next();
            m_tokens.next();
            chain.names.emplace_back("not in");
        } else
            break;
        chain.operands.push_back(parseSum());
    }
    if (chain.names.empty())
        return left;
    chain.operands.insert(chain.operands.begin(), std::move(left));
    return finish(std::move(chain));
}

ExpressionPtr ExpressionParser::parseSum() {
    ExpressionPtr left = parseConcatenation();
    while (m_tokens.atOperator("+") || m_tokens.atOperator("-")) {
        const std::string sign = m_tokens.next().text;
        left = make(Kind::Binary, sign, std::move(left), parseConcatenation());
    }
    return left;
}

ExpressionPtr ExpressionParser::parseConcatenation() {
    ExpressionPtr left = parseProduct();
    while (m_tokens.takeOperator("~"))
        left = make(Kind::Binary, "~", std::move(left), parseProduct());
    return left;
}

ExpressionPtr ExpressionParser::parseProduct() {
    ExpressionPtr left = parsePower();
    while (m_tokens.atOperator("*") || m_tokens.atOperator("/") || m_tokens.atOperator("//") ||
           m_tokens.atOperator("%")) {
        const std::string sign = m_tokens.next().text;
        left = make(Kind::Binary, sign, std::move(left), parsePower());
    }
    return left;
}

ExpressionPtr ExpressionParser::parsePower() {
    ExpressionPtr left = parseUnary(true);
    while (m_tokens.takeOperator("**"))
        left = make(Kind::Binary, "**", std::move(left), parseUnary(true));
    return left;
}

ExpressionPtr ExpressionParser::parseUnary(bool withFilters) {
    const Nesting nesting(*this);
    ExpressionPtr value;
    if (m_tokens.takeOperator("-"))
        value = make(Kind::Negate, {}, parseUnary(false));
    else if (m_tokens.takeOperator("+"))
        value = make(Kind::Plus, {}, parseUnary(false));
    else
        value = parsePrimary();
    value = parsePostfix(std::move(value));
    return withFilters ? parseFiltersAndTests(std::move(value)) : std::move(value);
}

ExpressionPtr ExpressionParser::parseFiltersAndTests(ExpressionPtr value) {
    while (true) {
        if (m_tokens.atOperator("|"))
            value = parseFilter(std::move(value));
        else if (m_tokens.atName("is"))
            value = parseTest(std::move(value));
        else if (m_tokens.atOperator("("))
            value = parseCall(std::move(value));
        else
            return value;
    }
}

ExpressionPtr ExpressionParser::parseFilters(ExpressionPtr value) {
    while (m_tokens.atOperator("|"))
        value = parseFilter(std::move(value));
    return value;
}

ExpressionPtr ExpressionParser::parseFilter(ExpressionPtr value) {
    m_tokens.expectOperator("|");
    return parseFilterName(std::move(value));
}

ExpressionPtr ExpressionParser::parseBlockFilters() {
    return parseFilters(parseFilterName(nullptr));
}

ExpressionPtr ExpressionParser::parseFilterName(ExpressionPtr value) {
    const std::string name = m_tokens.expectName();
    if (!isFilter(name))
        m_tokens.fail(fmt::format("the filter '{}' is not supported", name), ErrorKind::Unsupported);
    Expression filter = start(Kind::Filter, name);
    filter.operands.push_back(std::move(value));
    if (m_tokens.atOperator("("))
        parseArguments(filter);
    return finish(std::move(filter));
}

ExpressionPtr ExpressionParser::parseTest(ExpressionPtr value) {
    m_tokens.next(); // is
    const bool negated = m_tokens.takeName("not");
    const std::string name = m_tokens.expectName();
    if (!isTest(name))
        m_tokens.fail(fmt::format("the test '{}' is not supported", name), ErrorKind::Unsupported);
    Expression test = start(Kind::Test, name);
    test.operands.push_back(std::move(value));
    const Token& token = m_tokens.peek();
    if (m_tokens.atOperator("("))
        parseArguments(test);
    else if (token.kind == Token::Kind::String || token.kind == Token::Kind::Integer ||
             token.kind == Token::Kind::Real || m_tokens.atOperator("[") || m_tokens.atOperator("{") ||
             (token.kind == Token::Kind::Name && token.text != "else" && token.text != "or" && token.text != "and" &&
              token.text != "if" && token.text != "is" && token.text != "not" && token.text != "in"))
        test.operands.push_back(parsePostfix(parsePrimary()));
    ExpressionPtr result = finish(std::move(test));
    return negated ? make(Kind::Not, {}, std::move(result)) : std::move(result);
}

} // namespace vernier::jinja
