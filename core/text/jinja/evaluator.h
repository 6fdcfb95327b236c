#pragma once

#include "core/text/jinja/syntax.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vernier::jinja {

/// Runs a template once. Its state dies with it; the template stays as it is.
class Evaluator {
public:
    /// variables are what the template finds by name at the start.
    explicit Evaluator(std::vector<std::pair<std::string, Value>> variables);
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    /// What the template prints. Throws Failure; line() then says where.
    std::string run(const Block& program);

    /// Line of the statement or expression that was worked on last.
    int line() const { return m_line; }

private:
    enum class Flow { Normal, Break, Continue };
    using Variables = std::vector<std::pair<std::string, Value>>;
    class Nesting;
    class Scope;
    class Frame;
    class Capture;

    Flow execute(const Block& block);
    Flow execute(const Statement& statement);
    Flow executeFor(const Statement& statement);
    void defineMacro(const Statement& macro);
    Value callMacro(const Statement& macro, const Arguments& arguments, const Variables& seen);
    Value callerOf(const Statement& call);
    std::string captureBlock(const Block& block);
    void write(std::string_view text);

    Value evaluate(const Expression& expression);
    Value evaluateOptional(const ExpressionPtr& expression);
    bool compare(const Expression& chain);
    bool compareTwo(const std::string& sign, const Value& left, const Value& right);
    /// caller, unless it is undefined, is given on as the named argument of that name.
    Value call(const Expression& expression, const Value& caller = Value::undefined({}));
    Arguments argumentsOf(const Expression& expression);
    Value makeDict(const Expression& expression);
    Value makeNamespace(const Arguments& arguments);

    Value lookUp(const std::string& name);
    void assign(const Expression& target, const Value& value);
    void define(const std::string& name, Value value);

    Budget m_budget;
    std::unordered_map<std::string, Value> m_globals;       ///< of the outermost scope
    std::vector<std::pair<std::string, Value>> m_variables; ///< of all inner scopes, the innermost at the end
    std::size_t m_scope = 0;                                ///< where the innermost scope begins in m_variables
    std::size_t m_frame = 0; ///< where the variables begin that the running macro sees beside the outermost ones
    bool m_inInnerScope = false;
    std::vector<std::shared_ptr<Namespace>> m_namespaces; ///< emptied at the end, for they may hold one another
    std::string* m_out = nullptr;
    Value m_blockInput; ///< what the first filter of a block assignment works on
    int m_line = 1;
    int m_depth = 0;
    int m_loopDepth = 0;
};

} // namespace vernier::jinja
