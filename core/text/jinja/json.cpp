#include "core/text/jinja/json.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::jinja {

namespace {

template <typename Json>
Value convert(const Json& json, int depth) {
    checkDepth(depth);
    switch (json.type()) {
    case Json::value_t::boolean:
        return json.template get<bool>();
    case Json::value_t::number_integer:
        return json.template get<std::int64_t>();
    case Json::value_t::number_unsigned: {
        const auto number = json.template get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return static_cast<double>(number);
        return static_cast<std::int64_t>(number);
    }
    case Json::value_t::number_float:
        return json.template get<double>();
    case Json::value_t::string:
        return repairUtf8(json.template get_ref<const std::string&>()).text;
    case Json::value_t::array: {
        List items;
        items.reserve(json.size());
        for (const Json& item : json)
            items.push_back(convert(item, depth + 1));
        return Value::list(std::move(items));
    }
    case Json::value_t::object: {
        const auto dict = std::make_shared<Dict>();
        for (const auto& [key, value] : json.items())
            dict->set(repairUtf8(key).text, convert(value, depth + 1));
        return std::shared_ptr<const Dict>(dict);
    }
    default:
        return {};
    }
}

/// Writes JSON into a text of bounded size.
class JsonWriter {
public:
    JsonWriter(const JsonStyle& style, std::string& out) : m_style(style), m_out(out) {}

    void write(const Value& value, int level) {
        if (m_out.size() > Budget::kOutputBytes)
            throw Failure("the template makes too much text");
        if (value.isText())
            writeText(*value.text());
        else if (value.isList())
            writeList(*value.items(), level);
        else if (value.dict())
            writeDict(*value.dict(), level);
        else
            m_out += scalar(value);
    }

private:
    static std::string scalar(const Value& value) {
        if (value.isNone())
            return "null";
        if (value.isBoolean())
            return value.truth() ? "true" : "false";
        if (value.isReal() && std::isnan(value.real()))
            return "NaN";
        if (value.isReal() && std::isinf(value.real()))
            return value.real() < 0 ? "-Infinity" : "Infinity";
        if (value.isNumber())
            return toText(value);
        throw Failure(fmt::format("Object of type {} is not JSON serializable", value.typeName()));
    }

    void writeText(const std::string& text) {
        m_out += '"';
        for (std::size_t at = 0; at < text.size();) {
            const char32_t c = nextCodePoint(text, at);
            constexpr std::string_view kNamed = "\"\\\n\r\t\b\f", kLetters = "\"\\nrtbf";
            const std::size_t named = c < 0x80 ? kNamed.find(static_cast<char>(c)) : std::string_view::npos;
            if (named != std::string_view::npos)
                m_out += {'\\', kLetters[named]};
            else if (c < 0x20 || (m_style.asciiOnly && c >= 0x7F && c < 0x10000 && c != 0x7F))
                m_out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            else if (m_style.asciiOnly && c >= 0x10000)
                m_out += fmt::format("\\u{:04x}\\u{:04x}", 0xD7C0 + (static_cast<unsigned>(c) >> 10),
                                     0xDC00 + (static_cast<unsigned>(c) & 0x3FF));
            else
                appendUtf8(m_out, c);
        }
        m_out += '"';
    }

    void writeList(const List& items, int level) {
        m_out += '[';
        for (std::size_t i = 0; i < items.size(); ++i) {
            separate(i > 0, level + 1);
            write(items[i], level + 1);
        }
        close(items.empty(), level, ']');
    }

    void writeDict(const Dict& dict, int level) {
        auto entries = dict.entries();
        if (m_style.sortKeys) {
            Budget budget;
            std::ranges::stable_sort(entries,
                                     [&](const auto& a, const auto& b) { return less(a.first, b.first, budget); });
        }
        m_out += '{';
        for (std::size_t i = 0; i < entries.size(); ++i) {
            separate(i > 0, level + 1);
            writeText(entries[i].first.isText() ? *entries[i].first.text() : scalar(entries[i].first));
            m_out += m_style.keySeparator;
            write(entries[i].second, level + 1);
        }
        close(entries.empty(), level, '}');
    }

    void separate(bool behindAnother, int level) {
        if (behindAnother)
            m_out += m_style.itemSeparator;
        startLine(level);
    }

    void close(bool empty, int level, char bracket) {
        if (!empty)
            startLine(level);
        m_out += bracket;
    }

    void startLine(int level) {
        if (m_style.indent < 0)
            return;
        m_out += '\n';
        m_out.append(static_cast<std::size_t>(level) * static_cast<std::size_t>(m_style.indent), ' ');
    }

    const JsonStyle& m_style;
    std::string& m_out;
};

} // namespace

Value fromJson(const nlohmann::json& json) {
    return convert(json, 1);
}
Value fromJson(const nlohmann::ordered_json& json) {
    return convert(json, 1);
}

std::string toJson(const Value& value, const JsonStyle& style) {
    std::string out;
    JsonWriter(style, out).write(value, 0);
    return out;
}

} // namespace vernier::jinja
