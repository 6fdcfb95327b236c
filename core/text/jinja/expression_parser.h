#pragma once

#include "core/text/jinja/syntax.h"
#include "core/text/jinja/token_stream.h"

namespace vernier::jinja {

/// Reads expressions by Jinja's grammar, which binds filters and tests tighter than any operator. Throws SyntaxFailure;
/// unknown filters and tests are Unsupported.
class ExpressionParser {
public:
    explicit ExpressionParser(TokenStream& tokens) : m_tokens(tokens) {}

    /// An expression; with several, "a, b" is a tuple.
    ExpressionPtr parse(bool several = false, bool withCondition = true);
    /// What a loop or assignment gives values to: names, tuples of them, or a member of a namespace.
    ExpressionPtr parseTarget(bool withMember);
    /// Filters behind a value: | name(…) | …
    ExpressionPtr parseFilters(ExpressionPtr value);
    /// Filters of a block, whose text is their value: name(…) | …
    ExpressionPtr parseBlockFilters();

private:
    class Nesting;

    ExpressionPtr parseCondition();
    ExpressionPtr parseOr();
    ExpressionPtr parseAnd();
    ExpressionPtr parseNot();
    ExpressionPtr parseCompare();
    ExpressionPtr parseSum();
    ExpressionPtr parseConcatenation();
    ExpressionPtr parseProduct();
    ExpressionPtr parsePower();
    ExpressionPtr parseUnary(bool withFilters);
    ExpressionPtr parsePrimary();
    ExpressionPtr parseName();
    ExpressionPtr parseNumber();
    ExpressionPtr parseParentheses();
    ExpressionPtr parseList();
    ExpressionPtr parseDict();
    ExpressionPtr parsePostfix(ExpressionPtr value);
    ExpressionPtr parseCall(ExpressionPtr callee);
    ExpressionPtr parseSubscript(ExpressionPtr value);
    ExpressionPtr parseFiltersAndTests(ExpressionPtr value);
    ExpressionPtr parseFilter(ExpressionPtr value);
    ExpressionPtr parseFilterName(ExpressionPtr value);
    ExpressionPtr parseTest(ExpressionPtr value);
    void parseArguments(Expression& call);

    Expression start(Expression::Kind kind, std::string name = {}) const;
    ExpressionPtr finish(Expression expression) const;
    template <typename... Operands>
    ExpressionPtr make(Expression::Kind kind, std::string name, Operands... operands) const {
        Expression expression = start(kind, std::move(name));
        (expression.operands.push_back(std::move(operands)), ...);
        return finish(std::move(expression));
    }

    TokenStream& m_tokens;
    int m_nesting = 0;
};

} // namespace vernier::jinja
