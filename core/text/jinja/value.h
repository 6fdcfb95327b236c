#pragma once

#include "core/text/jinja/budget.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace vernier::jinja {

class Value;
class Dict;
struct Sequence;
struct Namespace;
struct Loop;
struct Function;
using List = std::vector<Value>;

/// Is the value of a name or member that is not there: empty, false, and an error as soon as it is worked with.
struct Undefined {
    std::shared_ptr<const std::string> message;
};

/// Is any value of a template. Cheap to copy: texts and containers are shared and never change, namespaces excepted.
class Value {
public:
    Value() : m_data(nullptr) {}
    Value(bool value) : m_data(value) {}
    Value(std::int64_t value) : m_data(value) {}
    Value(double value) : m_data(value) {}
    Value(std::string value) : m_data(std::make_shared<const std::string>(std::move(value))) {}
    Value(std::string_view value) : Value(std::string(value)) {}
    Value(const char* value) : Value(std::string(value)) {}
    Value(std::shared_ptr<const Dict> dict) : m_data(std::move(dict)) {}
    Value(std::shared_ptr<Namespace> names) : m_data(std::move(names)) {}
    Value(std::shared_ptr<const Loop> loop) : m_data(std::move(loop)) {}
    Value(std::shared_ptr<const Function> function) : m_data(std::move(function)) {}

    static Value undefined(std::string message);
    static Value list(List items);
    static Value tuple(List items);
    static Value group(Value grouper, List items); ///< a tuple of both, which also have names

    bool isUndefined() const { return std::holds_alternative<Undefined>(m_data); }
    bool isNone() const { return std::holds_alternative<std::nullptr_t>(m_data); }
    bool isBoolean() const { return std::holds_alternative<bool>(m_data); }
    bool isInteger() const { return std::holds_alternative<std::int64_t>(m_data); }
    bool isReal() const { return std::holds_alternative<double>(m_data); }
    bool isNumber() const { return isBoolean() || isInteger() || isReal(); } ///< as in Python, booleans are numbers
    bool isText() const { return get<std::shared_ptr<const std::string>>() != nullptr; }
    bool isList() const { return get<std::shared_ptr<const Sequence>>() != nullptr; } ///< a list or a tuple
    bool isTuple() const;
    bool isGroup() const;

    // The null pointer, or what the value is.
    const std::string* text() const { return pointee<const std::string>(); }
    const List* items() const;
    const Dict* dict() const { return pointee<const Dict>(); }
    Namespace* names() const { return pointee<Namespace>(); }
    const Loop* loop() const { return pointee<const Loop>(); }
    const Function* function() const { return pointee<const Function>(); }

    std::int64_t integer() const; ///< of a boolean or integer
    double real() const;          ///< of any number
    bool truth() const;
    /// Throws Failure when this is undefined; called before a value is worked with.
    void requireDefined() const;

    /// Name of the type for messages, Python's.
    const char* typeName() const;
    /// How deep containers are nested; bounded, so that recursion over values ends.
    int depth() const;

private:
    using Data = std::variant<Undefined, std::nullptr_t, bool, std::int64_t, double, std::shared_ptr<const std::string>,
                              std::shared_ptr<const Sequence>, std::shared_ptr<const Dict>, std::shared_ptr<Namespace>,
                              std::shared_ptr<const Loop>, std::shared_ptr<const Function>>;

    template <typename T>
    const T* get() const {
        return std::get_if<T>(&m_data);
    }
    template <typename T>
    T* pointee() const {
        const auto* shared = get<std::shared_ptr<T>>();
        return shared ? shared->get() : nullptr;
    }

    Data m_data;
};

/// Throws Failure when containers would be nested deeper than the limit; returns depth.
int checkDepth(int depth);

struct Sequence {
    List items;
    bool tuple = false;
    int depth = 0;
    bool group = false; ///< made by groupby: members "grouper" and "list"
};

/// Maps keys to values and keeps the order of their first entry.
class Dict {
public:
    /// Enters or replaces; keys are texts, numbers, booleans or none.
    void set(const Value& key, Value value);
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;

    const std::vector<std::pair<Value, Value>>& entries() const { return m_entries; }
    int depth() const { return m_depth; }

private:
    std::vector<std::pair<Value, Value>> m_entries;
    std::unordered_map<std::string, std::size_t> m_index; ///< key, with its kind in front, to place in m_entries
    int m_depth = 1;
};

/// Is what namespace() makes: the only value whose members a template can set.
struct Namespace {
    std::unordered_map<std::string, Value> members;
};

/// Is the state of a running for loop, "loop" inside its body.
struct Loop {
    List items;
    std::size_t index = 0;
    int depth = 1; ///< of loops inside one another, from 1
};

/// Is what a call is given.
struct Arguments {
    List positional;
    std::vector<std::pair<std::string, Value>> named;

    /// The argument at a place or of that name; null when it was not given.
    const Value* find(std::size_t place, std::string_view name) const;
    bool flag(std::size_t place, std::string_view name, bool absent) const;
    std::int64_t integer(std::size_t place, std::string_view name, std::int64_t absent) const;
    /// The argument, which must be given and be text.
    const std::string& text(std::size_t place, std::string_view name) const;
};

/// Is anything that can be called: a macro, a global function, a method of a value.
struct Function {
    std::string name;
    std::function<Value(const Arguments&)> call;
    int depth = 1;
};

/// Appends the text a value prints as; quoted is Python's repr(). Throws Failure when out would pass the output limit.
void print(const Value& value, bool quoted, std::string& out);
std::string toText(const Value& value);

/// Compares as Python's == does.
bool equal(const Value& a, const Value& b, Budget& budget);
/// Compares as Python's < does. Throws Failure for values that have no order.
bool less(const Value& a, const Value& b, Budget& budget);
/// Says whether item is in container, as Python's "in" does.
bool contains(const Value& container, const Value& item, Budget& budget);
/// The elements that a loop over value visits. Throws Failure when it cannot be iterated.
List iterate(const Value& value, Budget& budget);

} // namespace vernier::jinja
