#include "core/text/jinja/letters.h"
#include "core/text/jinja/operators.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

using Method = Value (*)(const Value& self, const Arguments& arguments, Budget& budget);
using Methods = std::unordered_map<std::string_view, Method>;

template <bool Start, bool End>
Value stripMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    budget.allocate(self.text()->size());
    const Value* characters = arguments.find(0, "chars");
    if (characters && !characters->isNone())
        return stripCharacters(*self.text(), arguments.text(0, "chars"), Start, End);
    const std::string_view text = Start ? stripStart(*self.text()) : std::string_view(*self.text());
    return End ? stripEnd(text) : text;
}

template <std::string (*Change)(std::string_view)>
Value changeMethod(const Value& self, const Arguments&, Budget& budget) {
    budget.allocate(self.text()->size());
    budget.step(self.text()->size() / 16);
    return Change(*self.text());
}

template <bool Start>
Value affixMethod(const Value& self, const Arguments& arguments, Budget&) {
    const Value* given = arguments.find(0, "prefix");
    const List affixes = given && given->isTuple() ? *given->items() : List{Value(arguments.text(0, "prefix"))};
    return std::ranges::any_of(affixes, [&](const Value& affix) {
        if (!affix.isText())
            throw Failure("startswith and endswith want texts");
        return Start ? self.text()->starts_with(*affix.text()) : self.text()->ends_with(*affix.text());
    });
}

template <bool Start>
Value removeAffixMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    const std::string &text = *self.text(), &affix = arguments.text(0, "affix");
    budget.allocate(text.size());
    if (Start ? !text.starts_with(affix) : !text.ends_with(affix))
        return text;
    return text.substr(Start ? affix.size() : 0, text.size() - affix.size());
}

Value replaceMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    return replaceText(*self.text(), arguments.text(0, "old"), arguments.text(1, "new"),
                       arguments.integer(2, "count", -1), budget);
}

/// Splits at runs of white space, from the front, or from the back in reverse order.
std::vector<std::string_view> splitAtSpace(std::string_view text, std::size_t limit, bool fromEnd) {
    std::vector<std::string_view> parts;
    const auto spaceAt = [&](std::size_t at) { return isSpace(nextCodePoint(text, at)); };
    for (text = strip(text); !text.empty(); text = fromEnd ? stripEnd(text) : stripStart(text)) {
        std::size_t cut = fromEnd ? 0 : text.size();
        if (parts.size() < limit && !fromEnd) {
            for (cut = 0; cut < text.size() && !spaceAt(cut);)
                nextCodePoint(text, cut);
        } else if (parts.size() < limit) {
            for (cut = text.size(); cut > 0;) {
                std::size_t before = cut - 1;
                while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80)
                    --before;
                if (spaceAt(before))
                    break;
                cut = before;
            }
        }
        parts.push_back(fromEnd ? text.substr(cut) : text.substr(0, cut));
        text = fromEnd ? text.substr(0, cut) : text.substr(cut);
    }
    return parts;
}

std::vector<std::string_view> splitAt(std::string_view text, std::string_view separator, std::size_t limit,
                                      bool fromEnd) {
    std::vector<std::string_view> parts;
    while (parts.size() < limit) {
        const std::size_t at = fromEnd ? text.rfind(separator) : text.find(separator);
        if (at == std::string_view::npos)
            break;
        parts.push_back(fromEnd ? text.substr(at + separator.size()) : text.substr(0, at));
        text = fromEnd ? text.substr(0, at) : text.substr(at + separator.size());
    }
    parts.push_back(text);
    return parts;
}

template <bool FromEnd>
Value splitMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    const std::int64_t most = arguments.integer(1, "maxsplit", -1);
    const std::size_t limit = most < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(most);
    const Value* separator = arguments.find(0, "sep");
    std::vector<std::string_view> parts;
    if (separator && !separator->isNone()) {
        if (arguments.text(0, "sep").empty())
            throw Failure("empty separator");
        parts = splitAt(*self.text(), arguments.text(0, "sep"), limit, FromEnd);
    } else
        parts = splitAtSpace(*self.text(), limit, FromEnd);
    if (FromEnd)
        std::ranges::reverse(parts);
    budget.step(parts.size() + self.text()->size() / 16);
    budget.allocate(self.text()->size() + parts.size() * 64);
    return Value::list(List(parts.begin(), parts.end()));
}

Value splitLinesMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    const bool keeps = arguments.flag(0, "keepends", false);
    const std::string& text = *self.text();
    List lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of("\n\r\v\f\x1c\x1d\x1e", begin), text.size());
        std::size_t next = std::min(end + 1, text.size());
        if (next < text.size() && text[end] == '\r' && text[next] == '\n')
            ++next;
        lines.emplace_back(text.substr(begin, (keeps ? next : end) - begin));
        begin = next;
    }
    budget.step(lines.size() + text.size() / 16);
    budget.allocate(text.size() + lines.size() * 64);
    return Value::list(std::move(lines));
}

template <bool FromEnd>
Value findMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    const std::string &text = *self.text(), &wanted = arguments.text(0, "sub");
    budget.step(text.size() / 16);
    const std::size_t at = FromEnd ? text.rfind(wanted) : text.find(wanted);
    return at == std::string::npos ? std::int64_t{-1}
                                   : static_cast<std::int64_t>(length(std::string_view(text).substr(0, at)));
}

Value countMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    const std::string &text = *self.text(), &wanted = arguments.text(0, "sub");
    budget.step(text.size() / 16);
    if (wanted.empty())
        return static_cast<std::int64_t>(length(text)) + 1;
    std::int64_t count = 0;
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size()))
        ++count;
    return count;
}

Value joinMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    const Value* given = arguments.find(0, "iterable");
    if (!given)
        throw Failure("join() wants a list");
    const List items = iterate(*given, budget);
    for (const Value& item : items)
        if (!item.isText())
            throw Failure(fmt::format("join() wants texts, not {}", item.typeName()));
    return joinTexts(items, *self.text(), budget);
}

template <bool (*Is)(char32_t)>
Value allMethod(const Value& self, const Arguments&, Budget& budget) {
    const std::string& text = *self.text();
    budget.step(text.size() / 16);
    for (std::size_t at = 0; at < text.size();)
        if (!Is(nextCodePoint(text, at)))
            return false;
    return !text.empty();
}

bool isLetterOrDigit(char32_t c) {
    return isLetter(c) || isDigitCharacter(c);
}

template <std::string (*Change)(std::string_view)>
Value caseMethod(const Value& self, const Arguments&, Budget&) {
    return *self.text() == Change(*self.text()) && upper(*self.text()) != lower(*self.text());
}

Value entriesOf(const Value& self, Budget& budget, bool keys, bool values) {
    List list;
    for (const auto& [key, value] : self.dict()->entries())
        list.push_back(keys && values ? Value::tuple({key, value}) : keys ? key : value);
    budget.step(list.size());
    return Value::list(std::move(list));
}

Value getMethod(const Value& self, const Arguments& arguments, Budget&) {
    if (arguments.positional.empty())
        throw Failure("get() wants a key");
    const Value* found = self.dict()->find(arguments.positional[0]);
    const Value* absent = arguments.find(1, "default");
    return found ? *found : absent ? *absent : Value();
}

Value indexMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    if (arguments.positional.empty())
        throw Failure("index() wants a value");
    const List& items = *self.items();
    for (std::size_t i = 0; i < items.size(); ++i)
        if (equal(items[i], arguments.positional[0], budget))
            return static_cast<std::int64_t>(i);
    throw Failure("the value is not in the list");
}

Value countItemsMethod(const Value& self, const Arguments& arguments, Budget& budget) {
    if (arguments.positional.empty())
        throw Failure("count() wants a value");
    return static_cast<std::int64_t>(std::ranges::count_if(
        *self.items(), [&](const Value& item) { return equal(item, arguments.positional[0], budget); }));
}

Value cycleMethod(const Value& self, const Arguments& arguments, Budget&) {
    if (arguments.positional.empty())
        throw Failure("no items for cycling given");
    return arguments.positional[self.loop()->index % arguments.positional.size()];
}

const Methods& methodsFor(const Value& value) {
    static const Methods kNone, kTexts = {{"strip", stripMethod<true, true>},
                                          {"lstrip", stripMethod<true, false>},
                                          {"rstrip", stripMethod<false, true>},
                                          {"upper", changeMethod<upper>},
                                          {"lower", changeMethod<lower>},
                                          {"title", changeMethod<title>},
                                          {"capitalize", changeMethod<capitalize>},
                                          {"startswith", affixMethod<true>},
                                          {"endswith", affixMethod<false>},
                                          {"removeprefix", removeAffixMethod<true>},
                                          {"removesuffix", removeAffixMethod<false>},
                                          {"replace", replaceMethod},
                                          {"split", splitMethod<false>},
                                          {"rsplit", splitMethod<true>},
                                          {"splitlines", splitLinesMethod},
                                          {"find", findMethod<false>},
                                          {"rfind", findMethod<true>},
                                          {"count", countMethod},
                                          {"join", joinMethod},
                                          {"isspace", allMethod<isSpace>},
                                          {"isalpha", allMethod<isLetter>},
                                          {"isdigit", allMethod<isDigitCharacter>},
                                          {"isalnum", allMethod<isLetterOrDigit>},
                                          {"isupper", caseMethod<upper>},
                                          {"islower", caseMethod<lower>}};
    static const Methods kDicts = {
        {"items", [](const Value& self, const Arguments&, Budget& b) { return entriesOf(self, b, true, true); }},
        {"keys", [](const Value& self, const Arguments&, Budget& b) { return entriesOf(self, b, true, false); }},
        {"values", [](const Value& self, const Arguments&, Budget& b) { return entriesOf(self, b, false, true); }},
        {"get", getMethod},
        {"copy", [](const Value& self, const Arguments&, Budget&) { return self; }}};
    static const Methods kLists = {{"index", indexMethod},
                                   {"count", countItemsMethod},
                                   {"copy", [](const Value& self, const Arguments&, Budget&) { return self; }}};
    static const Methods kLoops = {{"cycle", cycleMethod}};
    return value.isText() ? kTexts : value.dict() ? kDicts : value.isList() ? kLists : value.loop() ? kLoops : kNone;
}

} // namespace

Value methodOf(const Value& value, const std::string& name, Budget& budget) {
    const Methods& methods = methodsFor(value);
    const auto found = methods.find(name);
    if (found == methods.end())
        return Value::undefined(fmt::format("there is no method '{}'", name));
    Function bound{name,
                   [method = found->second, value, &budget](const Arguments& arguments) {
                       return method(value, arguments, budget);
                   },
                   checkDepth(value.depth() + 1)};
    return std::make_shared<const Function>(std::move(bound));
}

Value replaceText(const std::string& text, const std::string& from, const std::string& to, std::int64_t count,
                  Budget& budget) {
    std::string out;
    std::size_t copied = 0, at = 0;
    std::int64_t done = 0;
    for (; count < 0 || done < count; ++done) {
        if (from.empty() ? at > text.size() : (at = text.find(from, at)) == std::string::npos)
            break;
        out.append(text, copied, at - copied).append(to);
        budget.step();
        if (out.size() > Budget::kOutputBytes)
            throw Failure("the template makes too much text");
        copied = at;
        if (!from.empty())
            copied = at += from.size();
        else if (at < text.size()) // an empty text stands between any two characters
            nextCodePoint(text, at);
        else
            ++at;
    }
    if (copied < text.size())
        out.append(text, copied);
    budget.allocate(out.size());
    return out;
}

Value joinTexts(const List& items, const std::string& separator, Budget& budget) {
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            out += separator;
        print(items[i], false, out);
        if (out.size() > Budget::kOutputBytes)
            throw Failure("the template makes too much text");
    }
    budget.allocate(out.size());
    return out;
}

} // namespace vernier::jinja
