#include "core/text/jinja/value.h"

#include "core/base/utf8.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

bool equalDicts(const Dict& a, const Dict& b, Budget& budget) {
    if (a.entries().size() != b.entries().size())
        return false;
    return std::ranges::all_of(a.entries(), [&](const auto& entry) {
        const Value* other = b.find(entry.first);
        return other && equal(entry.second, *other, budget);
    });
}

} // namespace

bool equal(const Value& a, const Value& b, Budget& budget) {
    budget.step();
    if (a.isNumber() && b.isNumber())
        return a.isReal() || b.isReal() ? a.real() == b.real() : a.integer() == b.integer();
    if (a.isText() && b.isText()) {
        budget.step(std::min(a.text()->size(), b.text()->size()) / 64);
        return *a.text() == *b.text();
    }
    if (a.isList() && b.isList() && a.isTuple() == b.isTuple())
        return a.items() == b.items() ||
               std::ranges::equal(*a.items(), *b.items(),
                                  [&](const Value& x, const Value& y) { return equal(x, y, budget); });
    if (a.dict() && b.dict())
        return a.dict() == b.dict() || equalDicts(*a.dict(), *b.dict(), budget);
    if (a.names() || a.loop() || a.function())
        return a.names() == b.names() && a.loop() == b.loop() && a.function() == b.function();
    return (a.isNone() && b.isNone()) || (a.isUndefined() && b.isUndefined());
}

bool less(const Value& a, const Value& b, Budget& budget) {
    budget.step();
    a.requireDefined();
    b.requireDefined();
    if (a.isNumber() && b.isNumber())
        return a.isReal() || b.isReal() ? a.real() < b.real() : a.integer() < b.integer();
    if (a.isText() && b.isText()) {
        budget.step(std::min(a.text()->size(), b.text()->size()) / 64);
        return *a.text() < *b.text(); // UTF-8 keeps the order of code points
    }
    if (a.isList() && b.isList() && a.isTuple() == b.isTuple()) {
        const List &x = *a.items(), &y = *b.items();
        for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
            if (!equal(x[i], y[i], budget))
                return less(x[i], y[i], budget);
        return x.size() < y.size();
    }
    throw Failure(fmt::format("'<' not supported between instances of '{}' and '{}'", a.typeName(), b.typeName()));
}

bool contains(const Value& container, const Value& item, Budget& budget) {
    if (container.isText()) {
        if (!item.isText()) {
            item.requireDefined();
            throw Failure(fmt::format("'in <string>' requires string as left operand, not {}", item.typeName()));
        }
        budget.step(container.text()->size() / 64);
        return container.text()->find(*item.text()) != std::string::npos;
    }
    if (container.dict())
        return container.dict()->find(item) != nullptr;
    if (container.isList())
        return std::ranges::any_of(*container.items(),
                                   [&](const Value& element) { return equal(element, item, budget); });
    if (container.isUndefined())
        return false;
    throw Failure(fmt::format("argument of type '{}' is not iterable", container.typeName()));
}

List iterate(const Value& value, Budget& budget) {
    List items;
    if (value.isList())
        items = *value.items();
    else if (value.dict())
        for (const auto& entry : value.dict()->entries())
            items.push_back(entry.first);
    else if (value.isText())
        for (std::size_t at = 0; at < value.text()->size();) {
            budget.step();
            const std::size_t begin = at;
            nextCodePoint(*value.text(), at);
            items.emplace_back(value.text()->substr(begin, at - begin));
        }
    else if (!value.isUndefined())
        throw Failure(fmt::format("'{}' object is not iterable", value.typeName()));
    budget.step(items.size());
    return items;
}

} // namespace vernier::jinja
