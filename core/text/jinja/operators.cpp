#include "core/text/jinja/operators.h"

#include "core/text/jinja/percent_format.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

[[noreturn]] void unsupportedOperands(std::string_view sign, const Value& a, const Value& b) {
    throw Failure(fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", sign, a.typeName(), b.typeName()));
}

[[noreturn]] void tooLarge() {
    throw Failure("an integer does not fit into 64 bits");
}

std::int64_t floorDivide(std::int64_t a, std::int64_t b) {
    if (b == -1 && a == std::numeric_limits<std::int64_t>::min())
        tooLarge();
    return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

Value power(std::int64_t base, std::int64_t exponent) {
    if (exponent < 0)
        return std::pow(static_cast<double>(base), static_cast<double>(exponent));
    std::int64_t result = 1;
    for (; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result))
            tooLarge();
        if (exponent > 1 && __builtin_mul_overflow(base, base, &base))
            tooLarge();
    }
    return result;
}

Value integers(std::string_view sign, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    bool overflow = false;
    if (sign == "+")
        overflow = __builtin_add_overflow(a, b, &result);
    else if (sign == "-")
        overflow = __builtin_sub_overflow(a, b, &result);
    else if (sign == "*")
        overflow = __builtin_mul_overflow(a, b, &result);
    else if (sign == "**")
        return power(a, b);
    else {
        if (b == 0)
            throw Failure("division by zero");
        if (sign == "/")
            return static_cast<double>(a) / static_cast<double>(b);
        const std::int64_t quotient = floorDivide(a, b);
        result = sign == "//" ? quotient : a - quotient * b;
    }
    if (overflow)
        tooLarge();
    return result;
}

Value reals(std::string_view sign, double a, double b) {
    if (sign == "+")
        return a + b;
    if (sign == "-")
        return a - b;
    if (sign == "*")
        return a * b;
    if (sign == "**")
        return std::pow(a, b);
    if (b == 0)
        throw Failure("float division by zero");
    if (sign == "/")
        return a / b;
    const double quotient = std::floor(a / b);
    return sign == "//" ? quotient : a - quotient * b;
}

Value repeat(const Value& value, std::int64_t count, Budget& budget) {
    const auto times = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
    const std::size_t size = value.isText() ? value.text()->size() : value.items()->size() * sizeof(Value);
    if (size > 0 && times > Budget::kOutputBytes / size)
        throw Failure("the template makes too much text");
    budget.allocate(size * times);
    if (value.isText()) {
        std::string text;
        for (std::size_t i = 0; size > 0 && i < times; ++i)
            text += *value.text();
        return text;
    }
    List items;
    for (std::size_t i = 0; size > 0 && i < times; ++i)
        items.insert(items.end(), value.items()->begin(), value.items()->end());
    return value.isTuple() ? Value::tuple(std::move(items)) : Value::list(std::move(items));
}

Value add(const Value& left, const Value& right, Budget& budget) {
    if (left.isText() && right.isText()) {
        budget.allocate(left.text()->size() + right.text()->size());
        return *left.text() + *right.text();
    }
    if (left.isText())
        throw Failure(fmt::format("can only concatenate str (not \"{}\") to str", right.typeName()));
    if (left.isList() && right.isList() && left.isTuple() == right.isTuple()) {
        List items = *left.items();
        items.insert(items.end(), right.items()->begin(), right.items()->end());
        budget.allocate(items.size() * sizeof(Value));
        return left.isTuple() ? Value::tuple(std::move(items)) : Value::list(std::move(items));
    }
    unsupportedOperands("+", left, right);
}

bool isWhole(const Value& value) {
    return value.isInteger() || value.isBoolean();
}

} // namespace

Value applyBinary(std::string_view sign, const Value& left, const Value& right, Budget& budget) {
    if (sign == "~") {
        std::string text = toText(left) + toText(right);
        budget.allocate(text.size());
        return text;
    }
    left.requireDefined();
    right.requireDefined();
    if (left.isNumber() && right.isNumber()) {
        const bool whole = !left.isReal() && !right.isReal();
        return whole ? integers(sign, left.integer(), right.integer()) : reals(sign, left.real(), right.real());
    }
    if (sign == "+")
        return add(left, right, budget);
    if (sign == "*" && (left.isText() || left.isList()) && isWhole(right))
        return repeat(left, right.integer(), budget);
    if (sign == "*" && (right.isText() || right.isList()) && isWhole(left))
        return repeat(right, left.integer(), budget);
    if (sign == "%" && left.isText())
        return percentFormat(*left.text(), right.isTuple() ? *right.items() : List{right}, right.dict(), budget);
    unsupportedOperands(sign, left, right);
}

Value negate(const Value& value) {
    value.requireDefined();
    if (value.isReal())
        return -value.real();
    if (!value.isNumber())
        throw Failure(fmt::format("bad operand type for unary -: '{}'", value.typeName()));
    return integers("-", 0, value.integer());
}

namespace {

Value loopMember(const Value& value, const std::string& name) {
    const Loop& loop = *value.loop();
    const auto number = [](std::size_t n) { return Value(static_cast<std::int64_t>(n)); };
    const std::size_t count = loop.items.size(), index = loop.index;
    if (name == "index")
        return number(index + 1);
    if (name == "index0")
        return number(index);
    if (name == "revindex")
        return number(count - index);
    if (name == "revindex0")
        return number(count - index - 1);
    if (name == "first")
        return index == 0;
    if (name == "last")
        return index + 1 == count;
    if (name == "length")
        return number(count);
    if (name == "depth")
        return static_cast<std::int64_t>(loop.depth);
    if (name == "depth0")
        return static_cast<std::int64_t>(loop.depth - 1);
    if (name == "previtem")
        return index > 0 ? loop.items[index - 1] : Value::undefined("there is no previous item");
    if (name == "nextitem")
        return index + 1 < count ? loop.items[index + 1] : Value::undefined("there is no next item");
    return Value::undefined(fmt::format("'LoopContext object' has no attribute '{}'", name));
}

std::string objectName(const Value& value) {
    return value.isNone() ? "None" : fmt::format("{} object", value.typeName());
}

/// Turns a Python index into a place; false when it is outside.
bool resolveIndex(std::int64_t index, std::size_t size, std::size_t& place) {
    const auto count = static_cast<std::int64_t>(size);
    if (index < -count || index >= count)
        return false;
    place = static_cast<std::size_t>(index < 0 ? index + count : index);
    return true;
}

std::vector<std::string_view> characters(const std::string& text) {
    std::vector<std::string_view> result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        nextCodePoint(text, at);
        result.push_back(std::string_view(text).substr(begin, at - begin));
    }
    return result;
}

} // namespace

Value attributeOf(const Value& value, const std::string& name, Budget& budget) {
    value.requireDefined();
    if (value.loop()) {
        Value method = methodOf(value, name, budget);
        return method.isUndefined() ? loopMember(value, name) : method;
    }
    if (value.names()) {
        const auto found = value.names()->members.find(name);
        if (found != value.names()->members.end())
            return found->second;
    } else {
        Value method = methodOf(value, name, budget);
        if (!method.isUndefined())
            return method;
        if (value.dict())
            if (const Value* member = value.dict()->find(std::string_view(name)))
                return *member;
        if (value.isGroup() && (name == "grouper" || name == "list"))
            return (*value.items())[name == "list" ? 1 : 0];
    }
    return Value::undefined(fmt::format("'{}' has no attribute '{}'", objectName(value), name));
}

Value itemOf(const Value& value, const Value& key, Budget& budget) {
    value.requireDefined();
    if (value.dict())
        if (const Value* member = value.dict()->find(key))
            return *member;
    if (isWhole(key)) {
        std::size_t place = 0;
        if (value.isList() && resolveIndex(key.integer(), value.items()->size(), place))
            return (*value.items())[place];
        if (value.isText()) {
            budget.step(value.text()->size() / 16);
            const auto letters = characters(*value.text());
            if (resolveIndex(key.integer(), letters.size(), place))
                return letters[place];
        }
    }
    if (key.isText() && !value.dict())
        return attributeOf(value, *key.text(), budget);
    if (key.isText()) {
        Value method = methodOf(value, *key.text(), budget);
        if (!method.isUndefined())
            return method;
        return Value::undefined(fmt::format("'{}' has no attribute '{}'", objectName(value), *key.text()));
    }
    std::string shown;
    print(key, true, shown);
    return Value::undefined(fmt::format("{} has no element {}", objectName(value), shown));
}

namespace {

std::int64_t bound(const Value& value, std::int64_t absent) {
    if (value.isUndefined() || value.isNone())
        return absent;
    if (!isWhole(value))
        throw Failure("slice indices must be integers or None");
    return value.integer();
}

/// The places a Python slice visits.
std::vector<std::size_t> slicePlaces(std::size_t size, const Value& begin, const Value& end, const Value& step) {
    const auto count = static_cast<std::int64_t>(size);
    const std::int64_t stride = bound(step, 1);
    if (stride == 0)
        throw Failure("slice step cannot be zero");
    const bool forward = stride > 0;
    const auto clamp = [&](const Value& value, std::int64_t absent) {
        if (value.isUndefined() || value.isNone())
            return absent;
        std::int64_t at = bound(value, 0);
        if (at < 0)
            at = at < -count ? (forward ? 0 : -1) : at + count;
        return std::min(at, forward ? count : count - 1);
    };
    const std::int64_t from = clamp(begin, forward ? 0 : count - 1);
    const std::int64_t to = clamp(end, forward ? count : -1);
    std::vector<std::size_t> places;
    for (std::int64_t at = from; forward ? at < to : at > to;) {
        places.push_back(static_cast<std::size_t>(at));
        if (__builtin_add_overflow(at, stride, &at))
            break;
    }
    return places;
}

} // namespace

Value sliceOf(const Value& value, const Value& begin, const Value& end, const Value& step, Budget& budget) {
    value.requireDefined();
    if (value.isText()) {
        const auto letters = characters(*value.text());
        budget.step(letters.size() / 16);
        budget.allocate(value.text()->size());
        std::string text;
        for (const std::size_t place : slicePlaces(letters.size(), begin, end, step))
            text += letters[place];
        return text;
    }
    if (!value.isList())
        throw Failure(fmt::format("'{}' object is not subscriptable", value.typeName()));
    List items;
    for (const std::size_t place : slicePlaces(value.items()->size(), begin, end, step))
        items.push_back((*value.items())[place]);
    budget.step(items.size());
    return value.isTuple() ? Value::tuple(std::move(items)) : Value::list(std::move(items));
}

} // namespace vernier::jinja
