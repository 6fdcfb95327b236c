#pragma once

#include "core/text/jinja/value.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace vernier::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

/// Is an expression of a template. What operands and name mean depends on the kind.
struct Expression {
    enum class Kind {
        Constant,     ///< constant
        Name,         ///< name
        ListLiteral,  ///< operands are the items
        TupleLiteral, ///< operands are the items
        DictLiteral,  ///< operands are key, value, key, value, …
        Negate,       ///< -operand
        Plus,         ///< +operand
        Not,          ///< not operand
        Binary,       ///< name is the operator
        And,          ///< two operands
        Or,           ///< two operands
        Compare,      ///< operands a, b, c …; operators between them in names, among them "in" and "not in"
        Condition,    ///< value, condition, else (may be null)
        Attribute,    ///< operand.name
        Item,         ///< operand[operand]
        Slice,        ///< value, begin, end, step; the last three may be null
        Call,         ///< callee, arguments …; named ones at the end, their names in names
        Filter,       ///< value, arguments …
        Test,         ///< value, arguments …
    };

    Kind kind;
    int line = 1;
    int depth = 1;
    Value constant;
    std::string name;
    std::vector<std::string> names;
    std::vector<ExpressionPtr> operands;
};

struct Statement;
using Block = std::vector<Statement>;

/// Is a parameter of a macro with its default, which may be null.
struct Parameter {
    std::string name;
    ExpressionPtr absent;
};

/// Is a statement of a template. Which members it uses depends on the kind.
struct Statement {
    enum class Kind {
        Text,     ///< text
        Print,    ///< value
        If,       ///< value, body, otherwise
        For,      ///< target, value, condition (may be null), body, otherwise
        Set,      ///< target = value
        SetBlock, ///< target = what body prints, through value if it is not null
        Filter,   ///< prints what body prints, through value
        Call,     ///< prints value, a Call, which finds body as the macro "caller" with parameters
        Scope,    ///< body, in a scope of its own with the names of parameters set
        Macro,    ///< text is the name; parameters, body
        Break,
        Continue,
    };

    Kind kind;
    int line = 1;
    std::string text;
    ExpressionPtr target, value, condition;
    std::vector<Parameter> parameters;
    Block body, otherwise;
};

} // namespace vernier::jinja
