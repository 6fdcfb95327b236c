#include "core/text/jinja/value.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

constexpr int kDepthLimit = 100;

/// A text that differs for different keys, with equal numbers of different types alike, as in Python.
std::string indexKey(const Value& key) {
    if (key.isText())
        return fmt::format("t{}", *key.text());
    if (key.isUndefined())
        return "u";
    if (key.isNone())
        return "n";
    if (key.isBoolean() || key.isInteger())
        return fmt::format("i{}", key.integer());
    if (key.isReal()) {
        const double real = key.real();
        const bool whole =
            real >= -9e15 && real <= 9e15 && real == static_cast<double>(static_cast<std::int64_t>(real));
        return whole ? fmt::format("i{}", static_cast<std::int64_t>(real)) : fmt::format("r{}", real);
    }
    if (key.isTuple()) {
        std::string text;
        print(key, true, text);
        return fmt::format("s{}", text);
    }
    throw Failure(fmt::format("unhashable type: '{}'", key.typeName()));
}

int depthOf(const List& items) {
    int depth = 0;
    for (const Value& item : items)
        depth = std::max(depth, item.depth());
    return checkDepth(depth + 1);
}

} // namespace

int checkDepth(int depth) {
    if (depth > kDepthLimit)
        throw Failure(fmt::format("values are nested more than {} deep", kDepthLimit));
    return depth;
}

Value Value::undefined(std::string message) {
    Value value;
    value.m_data = Undefined{std::make_shared<const std::string>(std::move(message))};
    return value;
}

Value Value::list(List items) {
    Value value;
    const int depth = depthOf(items);
    value.m_data = std::make_shared<const Sequence>(Sequence{std::move(items), false, depth, false});
    return value;
}

Value Value::tuple(List items) {
    Value value;
    const int depth = depthOf(items);
    value.m_data = std::make_shared<const Sequence>(Sequence{std::move(items), true, depth, false});
    return value;
}

Value Value::group(Value grouper, List items) {
    List both{std::move(grouper), list(std::move(items))};
    Value value;
    const int depth = depthOf(both);
    value.m_data = std::make_shared<const Sequence>(Sequence{std::move(both), true, depth, true});
    return value;
}

bool Value::isGroup() const {
    const auto* sequence = pointee<const Sequence>();
    return sequence && sequence->group;
}

bool Value::isTuple() const {
    const auto* sequence = pointee<const Sequence>();
    return sequence && sequence->tuple;
}

const List* Value::items() const {
    const auto* sequence = pointee<const Sequence>();
    return sequence ? &sequence->items : nullptr;
}

std::int64_t Value::integer() const {
    return isBoolean() ? std::get<bool>(m_data) : std::get<std::int64_t>(m_data);
}

double Value::real() const {
    return isReal() ? std::get<double>(m_data) : static_cast<double>(integer());
}

bool Value::truth() const {
    if (isUndefined() || isNone())
        return false;
    if (isReal())
        return real() != 0;
    if (isNumber())
        return integer() != 0;
    if (isText())
        return !text()->empty();
    if (isList())
        return !items()->empty();
    if (dict())
        return !dict()->entries().empty();
    return true;
}

void Value::requireDefined() const {
    if (isUndefined())
        throw Failure(*std::get<Undefined>(m_data).message);
}

const char* Value::typeName() const {
    constexpr const char* kNames[] = {"Undefined", "NoneType", "bool",      "int",         "float",   "str",
                                      "list",      "dict",     "Namespace", "LoopContext", "function"};
    return isTuple() ? "tuple" : kNames[m_data.index()];
}

int Value::depth() const {
    if (const auto* sequence = pointee<const Sequence>())
        return sequence->depth;
    if (dict())
        return dict()->depth();
    if (const auto* callable = function())
        return callable->depth;
    if (const auto* running = loop())
        return depthOf(running->items);
    return 0;
}

void Dict::set(const Value& key, Value value) {
    m_depth = std::max(m_depth, checkDepth(std::max(key.depth(), value.depth()) + 1));
    const auto [place, isNew] = m_index.try_emplace(indexKey(key), m_entries.size());
    if (isNew)
        m_entries.emplace_back(key, std::move(value));
    else
        m_entries[place->second].second = std::move(value);
}

const Value* Dict::find(const Value& key) const {
    const auto found = m_index.find(indexKey(key));
    return found == m_index.end() ? nullptr : &m_entries[found->second].second;
}

const Value* Dict::find(std::string_view key) const {
    const auto found = m_index.find(fmt::format("t{}", key));
    return found == m_index.end() ? nullptr : &m_entries[found->second].second;
}

const Value* Arguments::find(std::size_t place, std::string_view name) const {
    if (place < positional.size())
        return &positional[place];
    const auto found = std::ranges::find(named, name, &std::pair<std::string, Value>::first);
    return found == named.end() ? nullptr : &found->second;
}

bool Arguments::flag(std::size_t place, std::string_view name, bool absent) const {
    const Value* value = find(place, name);
    return value ? value->truth() : absent;
}

std::int64_t Arguments::integer(std::size_t place, std::string_view name, std::int64_t absent) const {
    const Value* value = find(place, name);
    if (!value || value->isNone())
        return absent;
    value->requireDefined();
    if (!value->isInteger() && !value->isBoolean())
        throw Failure(fmt::format("{} is a {}, not an integer", name, value->typeName()));
    return value->integer();
}

const std::string& Arguments::text(std::size_t place, std::string_view name) const {
    const Value* value = find(place, name);
    if (!value)
        throw Failure(fmt::format("the argument {} is missing", name));
    value->requireDefined();
    if (!value->isText())
        throw Failure(fmt::format("{} is a {}, not a text", name, value->typeName()));
    return *value->text();
}

} // namespace vernier::jinja
