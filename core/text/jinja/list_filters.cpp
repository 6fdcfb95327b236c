#include "core/text/jinja/letters.h"
#include "core/text/jinja/operators.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

/// The member that "attribute" names: a path with dots, whose numbers are places in lists.
Value memberAt(Value value, const Value& path, Budget& budget) {
    if (!path.isText())
        return itemOf(value, path, budget);
    const std::string& text = *path.text();
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        const bool place =
            !part.empty() && part.size() < 10 && part.find_first_not_of("0123456789") == std::string::npos;
        value = itemOf(value, place ? Value(std::int64_t{std::stoll(part)}) : Value(part), budget);
        begin = end + 1;
    }
    return value;
}

Value lengthFilter(const Value& value, const Arguments&, Budget& budget) {
    if (value.isText()) {
        budget.step(value.text()->size() / 64);
        return static_cast<std::int64_t>(length(*value.text()));
    }
    if (value.isList())
        return static_cast<std::int64_t>(value.items()->size());
    if (value.dict())
        return static_cast<std::int64_t>(value.dict()->entries().size());
    if (value.isUndefined())
        return std::int64_t{0};
    throw Failure(fmt::format("object of type '{}' has no len()", value.typeName()));
}

Value joinFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    List items = iterate(value, budget);
    if (const Value* attribute = arguments.find(1, "attribute"); attribute && !attribute->isNone())
        for (Value& item : items)
            item = memberAt(item, *attribute, budget);
    const Value* separator = arguments.find(0, "d");
    return joinTexts(items, separator ? toText(*separator) : std::string(), budget);
}

Value firstFilter(const Value& value, const Arguments&, Budget& budget) {
    List items = iterate(value, budget);
    return items.empty() ? Value::undefined("No first item, sequence was empty.") : items.front();
}

Value lastFilter(const Value& value, const Arguments&, Budget& budget) {
    List items = iterate(value, budget);
    return items.empty() ? Value::undefined("No last item, sequence was empty.") : items.back();
}

Value listFilter(const Value& value, const Arguments&, Budget& budget) {
    return Value::list(iterate(value, budget));
}

Value reverseFilter(const Value& value, const Arguments&, Budget& budget) {
    List items = iterate(value, budget);
    std::ranges::reverse(items);
    return value.isText() ? joinTexts(items, {}, budget) : Value::list(std::move(items));
}

Value pairsOf(const Dict& dict) {
    List pairs;
    for (const auto& [key, value] : dict.entries())
        pairs.push_back(Value::tuple({key, value}));
    return Value::list(std::move(pairs));
}

Value itemsFilter(const Value& value, const Arguments&, Budget& budget) {
    if (value.isUndefined())
        return Value::list({});
    if (!value.dict())
        throw Failure("Can only get item pairs from a mapping.");
    budget.step(value.dict()->entries().size());
    return pairsOf(*value.dict());
}

/// The value sorting and comparing look at: texts in lower case unless case counts.
Value sortKey(const Value& value, bool caseCounts) {
    return value.isText() && !caseCounts ? Value(lower(*value.text())) : value;
}

/// Sorts items stably by keys made of them.
template <typename KeyOf>
List sorted(List items, bool reverse, Budget& budget, KeyOf keyOf) {
    std::vector<std::pair<Value, Value>> keyed;
    for (Value& item : items)
        keyed.emplace_back(keyOf(item), std::move(item));
    std::ranges::stable_sort(keyed, [&](const auto& a, const auto& b) {
        return reverse ? less(b.first, a.first, budget) : less(a.first, b.first, budget);
    });
    items.clear();
    for (auto& [key, item] : keyed)
        items.push_back(std::move(item));
    return items;
}

Value sortFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const bool caseCounts = arguments.flag(1, "case_sensitive", false);
    const Value* attribute = arguments.find(2, "attribute");
    return Value::list(
        sorted(iterate(value, budget), arguments.flag(0, "reverse", false), budget, [&](const Value& item) {
            const bool member = attribute && !attribute->isNone();
            return sortKey(member ? memberAt(item, *attribute, budget) : item, caseCounts);
        }));
}

Value dictSortFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    if (!value.dict())
        throw Failure("dictsort wants a mapping");
    const bool caseCounts = arguments.flag(0, "case_sensitive", false);
    const Value* by = arguments.find(1, "by");
    const std::size_t place = by && by->isText() && *by->text() == "value" ? 1 : 0;
    return Value::list(sorted(*pairsOf(*value.dict()).items(), arguments.flag(2, "reverse", false), budget,
                              [&](const Value& pair) { return sortKey((*pair.items())[place], caseCounts); }));
}

Value uniqueFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const bool caseCounts = arguments.flag(0, "case_sensitive", false);
    Dict seen;
    List items;
    for (const Value& item : iterate(value, budget)) {
        const Value key = sortKey(item, caseCounts);
        if (seen.find(key))
            continue;
        seen.set(key, true);
        items.push_back(item);
    }
    return Value::list(std::move(items));
}

template <bool Largest>
Value extremeFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const List items = iterate(value, budget);
    if (items.empty())
        return Value::undefined("No aggregated item, sequence was empty.");
    const bool caseCounts = arguments.flag(0, "case_sensitive", false);
    const Value* best = &items.front();
    for (const Value& item : items) {
        const Value a = sortKey(item, caseCounts), b = sortKey(*best, caseCounts);
        if (Largest ? less(b, a, budget) : less(a, b, budget))
            best = &item;
    }
    return *best;
}

Value sumFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const Value* attribute = arguments.find(0, "attribute");
    const Value* start = arguments.find(1, "start");
    Value sum = start ? *start : Value(std::int64_t{0});
    for (const Value& item : iterate(value, budget))
        sum = applyBinary("+", sum, attribute && !attribute->isNone() ? memberAt(item, *attribute, budget) : item,
                          budget);
    return sum;
}

/// Runs of items, each of the same length but for the last.
Value batchFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const std::int64_t length = arguments.integer(0, "linecount", 0);
    if (length < 1)
        throw Failure("batch wants a length of at least 1");
    const Value* fill = arguments.find(1, "fill_with");
    List batches, batch;
    for (Value& item : iterate(value, budget)) {
        if (std::ssize(batch) == length)
            batches.push_back(Value::list(std::exchange(batch, {})));
        batch.push_back(std::move(item));
    }
    if (!batch.empty()) {
        if (fill && !fill->isNone()) {
            const auto missing = static_cast<std::size_t>(length - std::ssize(batch));
            budget.step(missing);
            budget.allocate(missing * sizeof(Value));
            batch.insert(batch.end(), missing, *fill);
        }
        batches.push_back(Value::list(std::move(batch)));
    }
    return Value::list(std::move(batches));
}

/// Items by a member, in the order of its values; each group is known by the value its first item has.
Value groupByFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const Value* attribute = arguments.find(0, "attribute");
    if (!attribute)
        throw Failure("groupby wants the name of a member");
    const Value* absent = arguments.find(1, "default");
    const bool caseCounts = arguments.flag(2, "case_sensitive", false);
    const auto member = [&](const Value& item) {
        const Value found = memberAt(item, *attribute, budget);
        return found.isUndefined() && absent && !absent->isNone() ? *absent : found;
    };
    const auto keyOf = [&](const Value& item) { return sortKey(member(item), caseCounts); };
    List groups, group;
    const auto close = [&] {
        const Value first = member(group.front());
        groups.push_back(Value::group(first, std::exchange(group, {})));
    };
    for (Value& item : sorted(iterate(value, budget), false, budget, keyOf)) {
        if (!group.empty() && !equal(keyOf(group.front()), keyOf(item), budget))
            close();
        group.push_back(std::move(item));
    }
    if (!group.empty())
        close();
    return Value::list(std::move(groups));
}

Value mapFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    List items = iterate(value, budget);
    const Value* attribute = arguments.positional.empty() ? arguments.find(0, "attribute") : nullptr;
    if (attribute) {
        const Value* absent = arguments.find(99, "default");
        for (Value& item : items) {
            item = memberAt(item, *attribute, budget);
            if (item.isUndefined() && absent)
                item = *absent;
        }
        return Value::list(std::move(items));
    }
    const Filter filter = findFilter(arguments.text(0, "filter"));
    if (!filter)
        throw Failure(fmt::format("No filter named '{}'.", arguments.text(0, "filter")));
    const Arguments rest{{arguments.positional.begin() + 1, arguments.positional.end()}, arguments.named};
    for (Value& item : items)
        item = filter(item, rest, budget);
    return Value::list(std::move(items));
}

/// select, reject, selectattr and rejectattr: keeps the items that pass a test, or those that do not.
template <bool Keeps, bool ByMember>
Value selectFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const std::size_t testPlace = ByMember ? 1 : 0;
    if (ByMember && arguments.positional.empty())
        throw Failure("the name of a member is missing");
    Test test = nullptr;
    Arguments rest{{}, arguments.named};
    if (arguments.positional.size() > testPlace) {
        const std::string& name = arguments.text(testPlace, "test");
        test = findTest(name);
        if (!test)
            throw Failure(fmt::format("No test named '{}'.", name));
        rest.positional.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(testPlace) + 1,
                               arguments.positional.end());
    }
    List kept;
    for (const Value& item : iterate(value, budget)) {
        const Value looked = ByMember ? memberAt(item, arguments.positional[0], budget) : item;
        if ((test ? test(looked, rest, budget) : looked.truth()) == Keeps)
            kept.push_back(item);
    }
    return Value::list(std::move(kept));
}

} // namespace

Filter findListFilter(std::string_view name) {
    static const std::unordered_map<std::string_view, Filter> kFilters = {
        {"length", lengthFilter},
        {"count", lengthFilter},
        {"join", joinFilter},
        {"first", firstFilter},
        {"last", lastFilter},
        {"list", listFilter},
        {"reverse", reverseFilter},
        {"items", itemsFilter},
        {"sort", sortFilter},
        {"dictsort", dictSortFilter},
        {"unique", uniqueFilter},
        {"min", extremeFilter<false>},
        {"max", extremeFilter<true>},
        {"sum", sumFilter},
        {"batch", batchFilter},
        {"groupby", groupByFilter},
        {"map", mapFilter},
        {"select", selectFilter<true, false>},
        {"reject", selectFilter<false, false>},
        {"selectattr", selectFilter<true, true>},
        {"rejectattr", selectFilter<false, true>},
    };
    const auto found = kFilters.find(name);
    return found == kFilters.end() ? nullptr : found->second;
}

} // namespace vernier::jinja
