#include "core/text/jinja/percent_format.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

constexpr std::size_t kWidest = 4096;

/// Is one % of a format, taken apart.
struct Directive {
    bool left = false, zero = false, plus = false, space = false, alternate = false;
    std::size_t width = 0;
    int precision = -1;
    char type = 0;
};

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string firstCharacters(const std::string& text, int count) {
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count)
        nextCodePoint(text, at);
    return text.substr(0, at);
}

class Formatter {
public:
    Formatter(const std::string& format, const List& values, const Dict* names, Budget& budget)
        : m_format(format), m_values(values), m_names(names), m_budget(budget) {}

    std::string run() {
        while (m_at < m_format.size()) {
            const std::size_t percent = std::min(m_format.find('%', m_at), m_format.size());
            m_out.append(m_format, m_at, percent - m_at);
            m_at = percent + 1;
            if (percent < m_format.size())
                directive();
        }
        if (m_used < m_values.size() && !m_names)
            throw Failure("not all arguments converted during string formatting");
        m_budget.allocate(m_out.size());
        return std::move(m_out);
    }

private:
    char take() {
        if (m_at >= m_format.size())
            throw Failure("incomplete format");
        return m_format[m_at++];
    }

    std::size_t number() {
        std::size_t value = 0;
        for (; m_at < m_format.size() && m_format[m_at] >= '0' && m_format[m_at] <= '9'; ++m_at)
            if ((value = value * 10 + static_cast<std::size_t>(m_format[m_at] - '0')) > kWidest)
                throw Failure(fmt::format("a width above {} is not supported", kWidest), ErrorKind::Unsupported);
        return value;
    }

    bool takeFlag(Directive& directive) {
        const char flag = m_at < m_format.size() ? m_format[m_at] : '\0';
        bool* const wanted = flag == '-'   ? &directive.left
                             : flag == '0' ? &directive.zero
                             : flag == '+' ? &directive.plus
                             : flag == ' ' ? &directive.space
                             : flag == '#' ? &directive.alternate
                                           : nullptr;
        if (wanted) {
            *wanted = true;
            ++m_at;
        }
        return wanted != nullptr;
    }

    const Value& nextValue() {
        if (m_used >= m_values.size())
            throw Failure("not enough arguments for format string");
        return m_values[m_used++];
    }

    const Value& namedValue() {
        const std::size_t end = m_format.find(')', m_at);
        if (end == std::string::npos)
            throw Failure("incomplete format key");
        const std::string name = m_format.substr(m_at, end - m_at);
        m_at = end + 1;
        const Value* value = m_names ? m_names->find(std::string_view(name)) : nullptr;
        if (!value)
            throw Failure(m_names ? fmt::format("'{}'", name) : "format requires a mapping");
        return *value;
    }

    void directive() {
        const Value* value = nullptr;
        Directive directive;
        if (m_at < m_format.size() && m_format[m_at] == '(') {
            ++m_at;
            value = &namedValue();
        }
        while (takeFlag(directive)) {
        }
        directive.width = number();
        if (m_at < m_format.size() && m_format[m_at] == '.') {
            ++m_at;
            directive.precision = static_cast<int>(number());
        }
        directive.type = take();
        if (directive.type == '%')
            m_out += '%';
        else
            pad(written(value ? *value : nextValue(), directive), directive);
    }

    static bool isNumeric(char type) { return type != 's' && type != 'r' && type != 'c'; }

    void pad(std::string text, const Directive& directive) {
        const std::size_t size = characters(text);
        const std::size_t missing = directive.width > size ? directive.width - size : 0;
        if (directive.left)
            text.append(missing, ' ');
        else if (directive.zero && isNumeric(directive.type))
            text.insert(text.find_first_not_of("+- "), missing, '0');
        else
            text.insert(0, missing, ' ');
        m_out += text;
        m_budget.step(text.size() / 16 + 1);
    }

    static std::string written(const Value& value, const Directive& directive) {
        if (directive.type == 's' || directive.type == 'r') {
            std::string text;
            print(value, directive.type == 'r', text);
            return directive.precision < 0 ? text : firstCharacters(text, directive.precision);
        }
        if (directive.type == 'c' && value.isText() && characters(*value.text()) == 1)
            return *value.text();
        if (!value.isNumber())
            throw Failure(fmt::format("%{} format: a number is required, not {}", directive.type, value.typeName()));
        std::string text = digits(value, directive);
        if (!text.starts_with('-') && (directive.plus || directive.space))
            text.insert(0, 1, directive.plus ? '+' : ' ');
        return text;
    }

    static std::string digits(const Value& value, const Directive& directive) {
        const int precision = directive.precision < 0 ? 6 : directive.precision;
        switch (directive.type) {
        case 'd':
        case 'i':
        case 'u':
            return fmt::format("{}", whole(value));
        case 'x':
            return directive.alternate ? fmt::format("{:#x}", whole(value)) : fmt::format("{:x}", whole(value));
        case 'X':
            return directive.alternate ? fmt::format("{:#X}", whole(value)) : fmt::format("{:X}", whole(value));
        case 'o':
            return fmt::format("{:o}", whole(value));
        case 'f':
        case 'F':
            return fmt::format("{:.{}f}", value.real(), precision);
        case 'e':
            return fmt::format("{:.{}e}", value.real(), precision);
        case 'E':
            return fmt::format("{:.{}E}", value.real(), precision);
        case 'g':
            return fmt::format("{:.{}g}", value.real(), precision);
        case 'G':
            return fmt::format("{:.{}G}", value.real(), precision);
        default:
            throw Failure(fmt::format("unsupported format character '{}'", directive.type));
        }
    }

    static std::int64_t whole(const Value& value) {
        if (!value.isReal())
            return value.integer();
        const double real = std::trunc(value.real());
        if (!(std::abs(real) < 9.2e18))
            throw Failure("cannot convert float to integer");
        return static_cast<std::int64_t>(real);
    }

    const std::string& m_format;
    const List& m_values;
    const Dict* m_names;
    Budget& m_budget;
    std::string m_out;
    std::size_t m_at = 0, m_used = 0;
};

} // namespace

std::string percentFormat(const std::string& format, const List& values, const Dict* names, Budget& budget) {
    return Formatter(format, values, names, budget).run();
}

} // namespace vernier::jinja
