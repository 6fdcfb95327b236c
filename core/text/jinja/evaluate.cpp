#include "core/text/jinja/evaluator.h"

#include "core/text/jinja/evaluator_scope.h"
#include "core/text/jinja/operators.h"

#include <fmt/format.h>

namespace vernier::jinja {

using Kind = Expression::Kind;

Value Evaluator::evaluateOptional(const ExpressionPtr& expression) {
    return expression ? evaluate(*expression) : Value();
}

Value Evaluator::evaluate(const Expression& expression) {
    const Nesting nesting(m_depth);
    m_budget.step();
    m_line = expression.line;
    const auto operand = [&](std::size_t i) { return evaluate(*expression.operands[i]); };
    switch (expression.kind) {
    case Kind::Constant:
        return expression.constant;
    case Kind::Name:
        return lookUp(expression.name);
    case Kind::ListLiteral:
    case Kind::TupleLiteral: {
        List items;
        for (std::size_t i = 0; i < expression.operands.size(); ++i)
            items.push_back(operand(i));
        m_budget.allocate(items.size() * sizeof(Value));
        return expression.kind == Kind::ListLiteral ? Value::list(std::move(items)) : Value::tuple(std::move(items));
    }
    case Kind::DictLiteral:
        return makeDict(expression);
    case Kind::Negate:
        return negate(operand(0));
    case Kind::Plus:
        return negate(negate(operand(0)));
    case Kind::Not:
        return !operand(0).truth();
    case Kind::And: {
        Value left = operand(0);
        return left.truth() ? operand(1) : left;
    }
    case Kind::Or: {
        Value left = operand(0);
        return left.truth() ? left : operand(1);
    }
    case Kind::Binary: {
        const Value left = operand(0), right = operand(1);
        return applyBinary(expression.name, left, right, m_budget);
    }
    case Kind::Compare:
        return compare(expression);
    case Kind::Condition:
        if (operand(1).truth())
            return operand(0);
        return expression.operands[2]
                   ? operand(2)
                   : Value::undefined("the inline if-expression evaluated to false and no else section was defined.");
    case Kind::Attribute:
        return attributeOf(operand(0), expression.name, m_budget);
    case Kind::Item: {
        const Value owner = operand(0), key = operand(1);
        return itemOf(owner, key, m_budget);
    }
    case Kind::Slice: {
        const Value owner = operand(0), begin = evaluateOptional(expression.operands[1]),
                    end = evaluateOptional(expression.operands[2]), step = evaluateOptional(expression.operands[3]);
        return sliceOf(owner, begin, end, step, m_budget);
    }
    case Kind::Call:
        return call(expression);
    case Kind::Filter: {
        const Value input = expression.operands[0] ? operand(0) : m_blockInput;
        const Arguments arguments = argumentsOf(expression);
        return findFilter(expression.name)(input, arguments, m_budget);
    }
    case Kind::Test: {
        const Value input = operand(0);
        const Arguments arguments = argumentsOf(expression);
        return findTest(expression.name)(input, arguments, m_budget);
    }
    }
    throw Failure("an expression of unknown kind", ErrorKind::Internal);
}

Arguments Evaluator::argumentsOf(const Expression& expression) {
    Arguments arguments;
    const std::size_t positional = expression.operands.size() - 1 - expression.names.size();
    for (std::size_t i = 0; i + 1 < expression.operands.size(); ++i) {
        Value value = evaluate(*expression.operands[i + 1]);
        if (i < positional)
            arguments.positional.push_back(std::move(value));
        else
            arguments.named.emplace_back(expression.names[i - positional], std::move(value));
    }
    return arguments;
}

Value Evaluator::call(const Expression& expression, const Value& caller) {
    const Value callee = evaluate(*expression.operands[0]);
    callee.requireDefined();
    if (!callee.function())
        throw Failure(fmt::format("'{}' object is not callable", callee.typeName()));
    Arguments arguments = argumentsOf(expression);
    if (!caller.isUndefined())
        arguments.named.emplace_back("caller", caller);
    m_line = expression.line;
    return callee.function()->call(arguments);
}

Value Evaluator::makeDict(const Expression& expression) {
    const auto dict = std::make_shared<Dict>();
    for (std::size_t i = 0; i + 1 < expression.operands.size(); i += 2) {
        const Value key = evaluate(*expression.operands[i]);
        dict->set(key, evaluate(*expression.operands[i + 1]));
    }
    m_budget.allocate(dict->entries().size() * 3 * sizeof(Value));
    return std::shared_ptr<const Dict>(dict);
}

bool Evaluator::compare(const Expression& chain) {
    Value left = evaluate(*chain.operands[0]);
    for (std::size_t i = 0; i < chain.names.size(); ++i) {
        Value right = evaluate(*chain.operands[i + 1]);
        if (!compareTwo(chain.names[i], left, right))
            return false;
        left = std::move(right);
    }
    return true;
}

bool Evaluator::compareTwo(const std::string& sign, const Value& left, const Value& right) {
    if (sign == "==")
        return equal(left, right, m_budget);
    if (sign == "!=")
        return !equal(left, right, m_budget);
    if (sign == "in")
        return contains(right, left, m_budget);
    if (sign == "not in")
        return !contains(right, left, m_budget);
    if (sign == "<")
        return less(left, right, m_budget);
    if (sign == ">")
        return less(right, left, m_budget);
    return sign == "<=" ? !less(right, left, m_budget) : !less(left, right, m_budget);
}

} // namespace vernier::jinja
