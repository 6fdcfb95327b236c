#include "core/text/jinja/value.h"

#include "core/base/utf8.h"

#include <cmath>

#include <fmt/format.h>
#include <utf8proc.h>

namespace vernier::jinja {

namespace {

bool printable(char32_t c) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_ZS:
        return c == ' ';
    default:
        return true;
    }
}

/// Writes a text as Python's repr() does.
void quote(const std::string& text, std::string& out) {
    const bool twice = text.find('\'') != std::string::npos && text.find('"') == std::string::npos;
    const char mark = twice ? '"' : '\'';
    out += mark;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = nextCodePoint(text, at);
        if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\\' || c == static_cast<char32_t>(mark))
            out += {'\\', static_cast<char>(c)};
        else if (printable(c))
            appendUtf8(out, c);
        else if (c < 0x100)
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
        else if (c < 0x10000)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += fmt::format("\\U{:08x}", static_cast<unsigned>(c));
    }
    out += mark;
}

std::string realText(double value) {
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos)
        text += ".0";
    return text;
}

void printList(const Value& value, std::string& out) {
    const List& items = *value.items();
    out += value.isTuple() ? '(' : '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            out += ", ";
        print(items[i], true, out);
    }
    if (value.isTuple() && items.size() == 1)
        out += ',';
    out += value.isTuple() ? ')' : ']';
}

void printDict(const Dict& dict, std::string& out) {
    out += '{';
    const char* between = "";
    for (const auto& [key, value] : dict.entries()) {
        out += between;
        print(key, true, out);
        out += ": ";
        print(value, true, out);
        between = ", ";
    }
    out += '}';
}

} // namespace

void print(const Value& value, bool quoted, std::string& out) {
    if (out.size() > Budget::kOutputBytes)
        throw Failure("the template makes too much text");
    if (value.isUndefined())
        out += quoted ? "Undefined" : "";
    else if (value.isNone())
        out += "None";
    else if (value.isBoolean())
        out += value.truth() ? "True" : "False";
    else if (value.isInteger())
        out += fmt::format("{}", value.integer());
    else if (value.isReal())
        out += realText(value.real());
    else if (value.isText() && quoted)
        quote(*value.text(), out);
    else if (value.isText())
        out += *value.text();
    else if (value.isList())
        printList(value, out);
    else if (value.dict())
        printDict(*value.dict(), out);
    else
        out += fmt::format("<{}>", value.typeName());
}

std::string toText(const Value& value) {
    std::string text;
    print(value, false, text);
    return text;
}

} // namespace vernier::jinja
