#include "core/text/jinja/json.h"
#include "core/text/jinja/letters.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/percent_format.h"

#include <charconv>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

/// A filter that looks at the text of its value and nothing else.
template <std::string (*Change)(std::string_view)>
Value textFilter(const Value& value, const Arguments&, Budget& budget) {
    const std::string text = toText(value);
    budget.step(text.size() / 16);
    budget.allocate(text.size());
    return Change(text);
}

Value trimFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const std::string text = toText(value);
    budget.allocate(text.size());
    const Value* characters = arguments.find(0, "chars");
    if (!characters || characters->isNone())
        return strip(text);
    return stripCharacters(text, arguments.text(0, "chars"), true, true);
}

Value stringFilter(const Value& value, const Arguments&, Budget& budget) {
    std::string text = toText(value);
    budget.allocate(text.size());
    return text;
}

Value escapeFilter(const Value& value, const Arguments&, Budget& budget) {
    std::string escaped;
    for (const char c : toText(value)) {
        constexpr std::string_view kSpecial = "&<>'\"";
        constexpr const char* kNames[] = {"&amp;", "&lt;", "&gt;", "&#39;", "&#34;"};
        const std::size_t found = kSpecial.find(c);
        if (found == std::string_view::npos)
            escaped += c;
        else
            escaped += kNames[found];
    }
    budget.allocate(escaped.size());
    return escaped;
}

Value replaceFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    return replaceText(toText(value), arguments.text(0, "old"), arguments.text(1, "new"),
                       arguments.integer(2, "count", -1), budget);
}

Value indentFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    const Value* width = arguments.find(0, "width");
    const std::string margin =
        width && width->isText()
            ? *width->text()
            : std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(arguments.integer(0, "width", 4), 0, 1000)),
                          ' ');
    const bool first = arguments.flag(1, "first", false), blank = arguments.flag(2, "blank", false);
    const std::string text = toText(value);
    std::string out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const bool indents = begin == 0 ? first : blank || end > begin;
        if (indents)
            out += margin;
        out.append(text, begin, end - begin);
        if (end < text.size())
            out += '\n';
        if (out.size() > Budget::kOutputBytes)
            throw Failure("the template makes too much text");
        begin = end + 1;
    }
    budget.allocate(out.size());
    return out;
}

Value toJsonFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    // The order of arguments is that of transformers: tojson(ensure_ascii, indent, separators, sort_keys).
    JsonStyle style;
    style.asciiOnly = arguments.flag(0, "ensure_ascii", false);
    style.indent = static_cast<int>(std::clamp<std::int64_t>(arguments.integer(1, "indent", -1), -1, 100));
    if (style.indent >= 0)
        style.itemSeparator.pop_back(); // no blank before the line break
    if (const Value* separators = arguments.find(2, "separators"); separators && !separators->isNone()) {
        const List* both = separators->items();
        if (!both || both->size() != 2 || !(*both)[0].isText() || !(*both)[1].isText())
            throw Failure("separators is not a pair of texts");
        style.itemSeparator = *(*both)[0].text();
        style.keySeparator = *(*both)[1].text();
    }
    style.sortKeys = arguments.flag(3, "sort_keys", false);
    std::string json = toJson(value, style);
    budget.allocate(json.size());
    budget.step(json.size() / 16);
    return json;
}

/// Reads a whole text as a number; false when it is none.
template <typename Number>
bool readNumber(const std::string& text, Number& number) {
    std::string_view digits = strip(text);
    if (digits.starts_with('+'))
        digits.remove_prefix(1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return failure == std::errc() && end == digits.data() + digits.size();
}

Value intFilter(const Value& value, const Arguments& arguments, Budget&) {
    const Value* given = arguments.find(0, "default");
    const auto absent = [&] { return given ? *given : Value(std::int64_t{0}); };
    if (value.isInteger() || value.isBoolean())
        return value.integer();
    double real = 0;
    std::int64_t whole = 0;
    if (value.isText() && readNumber(*value.text(), whole))
        return whole;
    if (value.isReal())
        real = value.real();
    else if (!value.isText() || !readNumber(*value.text(), real))
        return absent();
    return std::abs(real) < 9e18 ? Value(static_cast<std::int64_t>(real)) : absent();
}

Value floatFilter(const Value& value, const Arguments& arguments, Budget&) {
    const Value* given = arguments.find(0, "default");
    if (value.isNumber())
        return value.real();
    double real = 0;
    if (value.isText() && readNumber(*value.text(), real))
        return real;
    return given ? *given : Value(0.0);
}

Value absFilter(const Value& value, const Arguments&, Budget&) {
    value.requireDefined();
    if (value.isReal())
        return std::abs(value.real());
    if (!value.isNumber())
        throw Failure(fmt::format("bad operand type for abs(): '{}'", value.typeName()));
    return value.integer() < 0 ? negate(value) : Value(value.integer());
}

Value roundFilter(const Value& value, const Arguments& arguments, Budget&) {
    value.requireDefined();
    if (!value.isNumber())
        throw Failure(fmt::format("type {} cannot be rounded", value.typeName()));
    const double scale =
        std::pow(10.0, static_cast<double>(std::clamp<std::int64_t>(arguments.integer(0, "precision", 0), -300, 300)));
    const Value* named = arguments.find(1, "method");
    const std::string method = named && named->isText() ? *named->text() : "common";
    const double scaled = value.real() * scale;
    if (method != "common" && method != "ceil" && method != "floor")
        throw Failure("method must be common, ceil or floor");
    // nearbyint rounds half to even, as Python does.
    return (method == "ceil"    ? std::ceil(scaled)
            : method == "floor" ? std::floor(scaled)
                                : std::nearbyint(scaled)) /
           scale;
}

Value defaultFilter(const Value& value, const Arguments& arguments, Budget&) {
    const bool falseToo = arguments.flag(1, "boolean", false);
    if (!value.isUndefined() && (!falseToo || value.truth()))
        return value;
    const Value* given = arguments.find(0, "default_value");
    return given ? *given : Value("");
}

Value formatFilter(const Value& value, const Arguments& arguments, Budget& budget) {
    if (arguments.named.empty())
        return percentFormat(toText(value), arguments.positional, nullptr, budget);
    if (!arguments.positional.empty())
        throw Failure("can't handle positional and keyword arguments at the same time");
    Dict names;
    for (const auto& [name, given] : arguments.named)
        names.set(name, given);
    return percentFormat(toText(value), {}, &names, budget);
}

} // namespace

Filter findTextFilter(std::string_view name) {
    static const std::unordered_map<std::string_view, Filter> kFilters = {
        {"trim", trimFilter},
        {"string", stringFilter},
        {"safe", stringFilter},
        {"escape", escapeFilter},
        {"e", escapeFilter},
        {"upper", textFilter<upper>},
        {"lower", textFilter<lower>},
        {"title", textFilter<titleOfWords>},
        {"capitalize", textFilter<capitalize>},
        {"replace", replaceFilter},
        {"format", formatFilter},
        {"indent", indentFilter},
        {"tojson", toJsonFilter},
        {"int", intFilter},
        {"float", floatFilter},
        {"abs", absFilter},
        {"round", roundFilter},
        {"default", defaultFilter},
        {"d", defaultFilter},
    };
    const auto found = kFilters.find(name);
    return found == kFilters.end() ? nullptr : found->second;
}

Filter findFilter(std::string_view name) {
    const Filter filter = findTextFilter(name);
    return filter ? filter : findListFilter(name);
}

} // namespace vernier::jinja
