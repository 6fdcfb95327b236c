#include "core/text/jinja/letters.h"
#include "core/text/jinja/operators.h"

#include <unordered_map>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

const Value& operand(const Arguments& arguments) {
    const Value* value = arguments.find(0, "other");
    if (!value)
        throw Failure("the test lacks its argument");
    return *value;
}

std::int64_t whole(const Value& value) {
    value.requireDefined();
    if (!value.isInteger() && !value.isBoolean())
        throw Failure(fmt::format("the test wants an integer, not a {}", value.typeName()));
    return value.integer();
}

bool divisible(const Value& value, const Arguments& arguments, Budget&) {
    const std::int64_t divisor = whole(operand(arguments));
    if (divisor == 0)
        throw Failure("integer modulo by zero");
    return divisor == -1 || whole(value) % divisor == 0;
}

bool iterable(const Value& value, const Arguments&, Budget&) {
    return value.isText() || value.isList() || value.dict() || value.isUndefined();
}

/// Says whether a text has letters with case, all of that one.
bool hasCase(const Value& value, std::string (*change)(std::string_view)) {
    const std::string text = toText(value);
    return text == change(text) && upper(text) != lower(text);
}

} // namespace

Test findTest(std::string_view name) {
    using A = const Arguments&;
    using V = const Value&;
    static const std::unordered_map<std::string_view, Test> kTests = [] {
        std::unordered_map<std::string_view, Test> tests = {
            {"defined", [](V v, A, Budget&) { return !v.isUndefined(); }},
            {"undefined", [](V v, A, Budget&) { return v.isUndefined(); }},
            {"none", [](V v, A, Budget&) { return v.isNone(); }},
            {"string", [](V v, A, Budget&) { return v.isText(); }},
            {"mapping", [](V v, A, Budget&) { return v.dict() != nullptr; }},
            {"sequence", [](V v, A, Budget&) { return v.isText() || v.isList() || v.dict() || v.isUndefined(); }},
            {"iterable", iterable},
            {"number", [](V v, A, Budget&) { return v.isNumber(); }},
            {"integer", [](V v, A, Budget&) { return v.isInteger(); }},
            {"float", [](V v, A, Budget&) { return v.isReal(); }},
            {"boolean", [](V v, A, Budget&) { return v.isBoolean(); }},
            {"true", [](V v, A, Budget&) { return v.isBoolean() && v.truth(); }},
            {"false", [](V v, A, Budget&) { return v.isBoolean() && !v.truth(); }},
            {"callable", [](V v, A, Budget&) { return v.function() != nullptr; }},
            {"escaped", [](V, A, Budget&) { return false; }},
            {"even", [](V v, A, Budget&) { return whole(v) % 2 == 0; }},
            {"odd", [](V v, A, Budget&) { return whole(v) % 2 != 0; }},
            {"divisibleby", divisible},
            {"upper", [](V v, A, Budget&) { return hasCase(v, upper); }},
            {"lower", [](V v, A, Budget&) { return hasCase(v, lower); }},
            {"eq", [](V v, A a, Budget& b) { return equal(v, operand(a), b); }},
            {"ne", [](V v, A a, Budget& b) { return !equal(v, operand(a), b); }},
            {"lt", [](V v, A a, Budget& b) { return less(v, operand(a), b); }},
            {"gt", [](V v, A a, Budget& b) { return less(operand(a), v, b); }},
            {"le", [](V v, A a, Budget& b) { return !less(operand(a), v, b); }},
            {"ge", [](V v, A a, Budget& b) { return !less(v, operand(a), b); }},
            {"in", [](V v, A a, Budget& b) { return contains(operand(a), v, b); }},
            {"filter", [](V v, A, Budget&) { return v.isText() && isFilter(*v.text()); }},
            {"test", [](V v, A, Budget&) { return v.isText() && isTest(*v.text()); }},
        };
        tests["equalto"] = tests["=="] = tests["eq"];
        tests["!="] = tests["ne"];
        tests["lessthan"] = tests["<"] = tests["lt"];
        tests["greaterthan"] = tests[">"] = tests["gt"];
        tests["<="] = tests["le"];
        tests[">="] = tests["ge"];
        tests["sameas"] = tests["eq"];
        return tests;
    }();
    const auto found = kTests.find(name);
    return found == kTests.end() ? nullptr : found->second;
}

} // namespace vernier::jinja
