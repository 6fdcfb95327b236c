#include "core/text/jinja/evaluator.h"

#include "core/text/jinja/evaluator_scope.h"
#include "core/text/jinja/operators.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier::jinja {

using Kind = Statement::Kind;

Evaluator::Evaluator(std::vector<std::pair<std::string, Value>> variables) {
    for (auto& [name, value] : variables)
        m_globals.insert_or_assign(std::move(name), std::move(value));
}

Evaluator::~Evaluator() {
    for (const auto& names : m_namespaces)
        names->members.clear();
}

std::string Evaluator::run(const Block& program) {
    std::string out;
    m_out = &out;
    execute(program);
    return out;
}

void Evaluator::write(std::string_view text) {
    m_budget.allocate(text.size());
    if (m_out->size() + text.size() > Budget::kOutputBytes)
        throw Failure("the template makes too much text");
    m_out->append(text);
}

std::string Evaluator::captureBlock(const Block& block) {
    std::string text;
    const Capture capture(m_out, text);
    execute(block);
    return text;
}

Evaluator::Flow Evaluator::execute(const Block& block) {
    for (const Statement& statement : block)
        if (const Flow flow = execute(statement); flow != Flow::Normal)
            return flow;
    return Flow::Normal;
}

Evaluator::Flow Evaluator::execute(const Statement& statement) {
    const Nesting nesting(m_depth);
    m_budget.step();
    m_line = statement.line;
    switch (statement.kind) {
    case Kind::Text:
        write(statement.text);
        break;
    case Kind::Print:
        write(toText(evaluate(*statement.value)));
        break;
    case Kind::If:
        return execute(evaluate(*statement.value).truth() ? statement.body : statement.otherwise);
    case Kind::For:
        return executeFor(statement);
    case Kind::Set:
        assign(*statement.target, evaluate(*statement.value));
        break;
    case Kind::SetBlock: {
        const Scope scope(*this);
        m_blockInput = captureBlock(statement.body);
        const Value text = statement.value ? evaluate(*statement.value) : m_blockInput;
        scope.leave();
        assign(*statement.target, text);
        break;
    }
    case Kind::Filter: {
        const Scope scope(*this);
        std::string text;
        {
            const Capture capture(m_out, text);
            if (const Flow flow = execute(statement.body); flow != Flow::Normal)
                return flow; // what was to be filtered is lost
        }
        m_blockInput = std::move(text);
        write(toText(evaluate(*statement.value)));
        break;
    }
    case Kind::Call:
        write(toText(call(*statement.value, callerOf(statement))));
        break;
    case Kind::Scope: {
        std::vector<std::pair<std::string, Value>> values;
        for (const Parameter& parameter : statement.parameters)
            values.emplace_back(parameter.name, evaluate(*parameter.absent));
        const Scope scope(*this);
        for (auto& [name, value] : values)
            define(name, std::move(value));
        return execute(statement.body);
    }
    case Kind::Macro:
        defineMacro(statement);
        break;
    case Kind::Break:
        return Flow::Break;
    case Kind::Continue:
        return Flow::Continue;
    }
    return Flow::Normal;
}

Evaluator::Flow Evaluator::executeFor(const Statement& statement) {
    const auto loop = std::make_shared<Loop>();
    loop->depth = m_loopDepth + 1;
    for (Value& item : iterate(evaluate(*statement.value), m_budget)) {
        if (statement.condition) {
            const Scope scope(*this);
            assign(*statement.target, item);
            if (!evaluate(*statement.condition).truth())
                continue;
        }
        loop->items.push_back(std::move(item));
    }
    if (loop->items.empty()) {
        const Scope scope(*this);
        return execute(statement.otherwise);
    }
    const Nesting loops(m_loopDepth);
    for (loop->index = 0; loop->index < loop->items.size(); ++loop->index) {
        const Scope scope(*this);
        define("loop", std::shared_ptr<const Loop>(loop));
        assign(*statement.target, loop->items[loop->index]);
        if (execute(statement.body) == Flow::Break)
            break;
    }
    return Flow::Normal;
}

void Evaluator::defineMacro(const Statement& macro) {
    Function function;
    function.name = macro.text;
    function.call = [this, &macro](const Arguments& arguments) { return callMacro(macro, arguments, {}); };
    define(macro.text, std::make_shared<const Function>(std::move(function)));
}

/// The body of a call block as a function. Unlike a macro it sees the variables where it stands, and keeps them, for it
/// may be called when they are gone.
Value Evaluator::callerOf(const Statement& block) {
    Variables seen(m_variables.begin() + static_cast<std::ptrdiff_t>(m_frame), m_variables.end());
    m_budget.step(seen.size());
    m_budget.allocate(seen.size() * (sizeof(Value) + sizeof(std::string)));
    int depth = 1;
    for (const auto& [name, value] : seen)
        depth = std::max(depth, checkDepth(value.depth() + 1));
    Function function;
    function.name = block.text;
    function.depth = depth;
    function.call = [this, &block, seen = std::move(seen)](const Arguments& arguments) {
        return callMacro(block, arguments, seen);
    };
    return std::make_shared<const Function>(std::move(function));
}

Value Evaluator::callMacro(const Statement& macro, const Arguments& arguments, const Variables& seen) {
    if (arguments.positional.size() > macro.parameters.size())
        throw Failure(
            fmt::format("macro '{}' takes not more than {} argument(s)", macro.text, macro.parameters.size()));
    for (const auto& [name, value] : arguments.named)
        if (name != "caller" && std::ranges::find(macro.parameters, name, &Parameter::name) == macro.parameters.end())
            throw Failure(fmt::format("macro '{}' takes no keyword argument '{}'", macro.text, name));
    const Frame frame(*this);
    m_budget.step(seen.size());
    m_variables.insert(m_variables.end(), seen.begin(), seen.end()); // in the order in which they hide one another
    if (const Value* caller = arguments.find(macro.parameters.size(), "caller"))
        define("caller", *caller);
    for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
        const Parameter& parameter = macro.parameters[i];
        if (const Value* given = arguments.find(i, parameter.name))
            define(parameter.name, *given);
        else if (parameter.absent)
            define(parameter.name, evaluate(*parameter.absent));
        else
            define(parameter.name, Value::undefined(fmt::format("parameter '{}' was not provided", parameter.name)));
    }
    return captureBlock(macro.body);
}

Value Evaluator::lookUp(const std::string& name) {
    m_budget.step((m_variables.size() - m_frame) / 16);
    for (std::size_t i = m_variables.size(); i > m_frame; --i)
        if (m_variables[i - 1].first == name)
            return m_variables[i - 1].second;
    if (const auto found = m_globals.find(name); found != m_globals.end())
        return found->second;
    if (name == "namespace") {
        Function function{name, [this](const Arguments& arguments) { return makeNamespace(arguments); }};
        return std::make_shared<const Function>(std::move(function));
    }
    return globalFunction(name, m_budget);
}

void Evaluator::define(const std::string& name, Value value) {
    if (!m_inInnerScope) {
        m_globals.insert_or_assign(name, std::move(value));
        return;
    }
    for (std::size_t i = m_variables.size(); i > m_scope; --i)
        if (m_variables[i - 1].first == name) {
            m_variables[i - 1].second = std::move(value);
            return;
        }
    m_variables.emplace_back(name, std::move(value));
}

void Evaluator::assign(const Expression& target, const Value& value) {
    m_budget.step();
    if (target.kind == Expression::Kind::Name)
        return define(target.name, value);
    if (target.kind == Expression::Kind::Attribute) {
        const Value owner = evaluate(*target.operands[0]);
        if (!owner.names())
            throw Failure("cannot assign attribute on non-namespace object");
        owner.names()->members.insert_or_assign(target.name, value);
        m_budget.allocate(256);
        return;
    }
    const List items = iterate(value, m_budget);
    if (items.size() != target.operands.size())
        throw Failure(fmt::format("{} values cannot be unpacked into {} names", items.size(), target.operands.size()));
    for (std::size_t i = 0; i < items.size(); ++i)
        assign(*target.operands[i], items[i]);
}

Value Evaluator::makeNamespace(const Arguments& arguments) {
    const auto names = std::make_shared<Namespace>();
    for (const Value& given : arguments.positional) {
        if (!given.dict())
            throw Failure("namespace() takes a mapping or keyword arguments");
        for (const auto& [key, value] : given.dict()->entries())
            names->members.insert_or_assign(toText(key), value);
    }
    for (const auto& [name, value] : arguments.named)
        names->members.insert_or_assign(name, value);
    m_budget.allocate(1024 + 256 * names->members.size()); // lives as long as the rendering
    m_namespaces.push_back(names);
    return names;
}

} // namespace vernier::jinja
