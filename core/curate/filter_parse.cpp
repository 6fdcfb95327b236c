#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/curate/filter_tree.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kLongest = 10'000; // bytes of an expression
constexpr int kDeepest = 50;             // parentheses inside each other
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kFields = "domain, tag, source, lang, script, in, tokens, bytes, ppl, gain, is";

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Reads an expression from left to right: one function per rule of the grammar
///     any = all { "OR" all }     all = one { ["AND"] one }     one = { "-" } ( "(" any ")" | term )
class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    std::optional<FilterNode> parse() {
        skipSpace();
        if (m_at == m_text.size())
            return std::nullopt;
        FilterNode root = any(0);
        if (m_at < m_text.size())
            fail(m_at, "there is no parenthesis that this one closes", "take it out");
        return root;
    }

private:
    [[noreturn]] void fail(std::size_t at, std::string problem, std::string remedy) const {
        throw Error(ErrorKind::Input, fmt::format("filter, column {}", column(at)), std::move(problem),
                    std::move(remedy));
    }

    std::size_t column(std::size_t at) const {
        const auto before = m_text.substr(0, at);
        return 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char c) {
                   return (static_cast<unsigned char>(c) & 0xC0) != 0x80; // continuation bytes are no characters
               }));
    }

    void skipSpace() {
        while (m_at < m_text.size() && isSpace(m_text[m_at]))
            ++m_at;
    }

    bool atEnd() {
        skipSpace();
        return m_at == m_text.size() || m_text[m_at] == ')';
    }

    /// Takes a word of capitals when it stands here, alone.
    bool takeWord(std::string_view word) {
        skipSpace();
        if (!m_text.substr(m_at).starts_with(word))
            return false;
        const std::size_t behind = m_at + word.size();
        if (behind < m_text.size() && !isSpace(m_text[behind]) && m_text[behind] != '(' && m_text[behind] != ')')
            return false;
        m_at = behind;
        return true;
    }

    static FilterNode joined(FilterNode::Kind kind, std::vector<FilterNode> parts) {
        if (parts.size() == 1)
            return std::move(parts.front());
        FilterNode node;
        node.kind = kind;
        node.column = parts.front().column;
        node.children = std::move(parts);
        return node;
    }

    FilterNode any(int depth) {
        std::vector<FilterNode> parts;
        do
            parts.push_back(all(depth));
        while (takeWord("OR"));
        return joined(FilterNode::Kind::Any, std::move(parts));
    }

    FilterNode all(int depth) {
        std::vector<FilterNode> parts;
        for (;;) {
            const std::size_t before = m_at;
            if (takeWord("OR") || takeWord("AND") || atEnd())
                fail(before, "a term is missing here", "write a word, or a field such as domain:code");
            parts.push_back(one(depth));
            const std::size_t behind = m_at;
            if (takeWord("AND"))
                continue;
            if (atEnd() || takeWord("OR")) {
                m_at = behind;
                skipSpace();
                break;
            }
        }
        return joined(FilterNode::Kind::All, std::move(parts));
    }

    FilterNode one(int depth) {
        bool negated = false;
        std::size_t first = m_at;
        for (; m_at < m_text.size() && m_text[m_at] == '-'; ++m_at)
            negated = !negated;
        if (m_at == m_text.size() || isSpace(m_text[m_at]) || m_text[m_at] == ')')
            fail(first, "the minus stands alone", "put it directly before a term, or write \"-\" to look for it");
        FilterNode node = m_text[m_at] == '(' ? group(depth) : term();
        if (!negated)
            return node;
        FilterNode opposite;
        opposite.kind = FilterNode::Kind::Not;
        opposite.column = column(first);
        opposite.children.push_back(std::move(node));
        return opposite;
    }

    FilterNode group(int depth) {
        const std::size_t open = m_at++;
        if (depth >= kDeepest)
            fail(open, fmt::format("more than {} parentheses stand inside each other", kDeepest), "use fewer");
        FilterNode node = any(depth + 1);
        skipSpace();
        if (m_at == m_text.size())
            fail(open, "this parenthesis is not closed", "add )");
        ++m_at;
        return node;
    }

    FilterNode term() {
        FilterNode node;
        node.column = column(m_at);
        if (m_text[m_at] == '"') {
            node.kind = FilterNode::Kind::Phrase;
            node.text = quoted();
            return node;
        }
        const std::size_t first = m_at;
        std::size_t letters = m_at;
        while (letters < m_text.size() && isLetter(m_text[letters]))
            ++letters;
        const std::string_view name = m_text.substr(first, letters - first);
        if (!name.empty() && letters < m_text.size() && std::string_view(":<>=").find(m_text[letters]) < 4) {
            m_at = letters;
            return fieldTerm(std::move(node), name, first);
        }
        node.text = bare();
        node.kind = FilterNode::Kind::Phrase;
        if (node.text == "dup") {
            node.kind = FilterNode::Kind::Flag;
            node.flag = FilterFlag::Duplicate;
        }
        return node;
    }

    FilterNode fieldTerm(FilterNode node, std::string_view name, std::size_t first) {
        for (const FilterNumberName& known : kFilterNumbers)
            if (known.name == name) {
                node.kind = FilterNode::Kind::Range;
                node.number = known.number;
                return range(std::move(node));
            }
        const bool isFlag = name == "is";
        const auto* known = std::ranges::find(kFilterFields, name, &FilterFieldName::name);
        if (!isFlag && known == std::end(kFilterFields))
            fail(first, fmt::format("there is no field {}", name),
                 fmt::format("use one of {}; put quotes around it to look for it in the text", kFields));
        if (m_text[m_at] != ':')
            fail(m_at, fmt::format("{} is no number", name), fmt::format("write {}:value", name));
        const std::size_t valueAt = ++m_at;
        node.text = m_at < m_text.size() && m_text[m_at] == '"' ? quoted() : bare();
        if (node.text.empty())
            fail(valueAt, fmt::format("{} has no value", name), fmt::format("write {}:value", name));
        if (isFlag)
            return flagTerm(std::move(node), valueAt);
        node.kind = FilterNode::Kind::Name;
        node.field = known->field;
        return node;
    }

    FilterNode flagTerm(FilterNode node, std::size_t valueAt) const {
        node.kind = FilterNode::Kind::Flag;
        if (node.text == "conversation")
            node.flag = FilterFlag::Conversation;
        else if (node.text == "text")
            node.flag = FilterFlag::PlainText;
        else if (node.text == "chosen")
            node.flag = FilterFlag::Chosen;
        else if (node.text == "dup")
            node.flag = FilterFlag::Duplicate;
        else
            fail(valueAt, fmt::format("{} is not known", node.text), "use conversation, text, chosen or dup");
        return node;
    }

    FilterNode range(FilterNode node) {
        node.low = -kInfinity, node.high = kInfinity;
        const char sign = m_text[m_at++];
        const bool orEqual = sign != ':' && m_at < m_text.size() && m_text[m_at] == '=';
        m_at += orEqual ? 1 : 0;
        const double value = number();
        if (sign == '>') {
            node.low = value, node.openLow = !orEqual;
        } else if (sign == '<') {
            node.high = value, node.openHigh = !orEqual;
        } else {
            node.low = node.high = value;
            if (sign == ':' && m_text.substr(m_at).starts_with("..")) {
                m_at += 2;
                node.high = number();
            }
        }
        if (m_at < m_text.size() && !isSpace(m_text[m_at]) && m_text[m_at] != ')')
            fail(m_at, "this does not belong to a number", "write numbers as 200 or 0.5");
        return node;
    }

    double number() {
        double value = 0;
        // "100..400" must not be read as "100." and ".400".
        std::size_t end = m_at;
        while (end < m_text.size() && !isSpace(m_text[end]) && m_text[end] != ')' && m_text.substr(end, 2) != "..")
            ++end;
        const auto [behind, failure] = std::from_chars(m_text.data() + m_at, m_text.data() + end, value);
        if (failure != std::errc() || !std::isfinite(value))
            fail(m_at, "a number is missing here", "write one such as 200 or 0.5");
        m_at = static_cast<std::size_t>(behind - m_text.data());
        return value;
    }

    std::string quoted() {
        const std::size_t open = m_at++;
        std::string text;
        for (; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size() &&
                (m_text[m_at + 1] == '"' || m_text[m_at + 1] == '\\'))
                ++m_at;
            text += m_text[m_at];
        }
        if (m_at == m_text.size())
            fail(open, "this quote is not closed", "add \"");
        ++m_at;
        return text;
    }

    std::string bare() {
        const std::size_t first = m_at;
        while (m_at < m_text.size() && !isSpace(m_text[m_at]) && m_text[m_at] != '(' && m_text[m_at] != ')' &&
               m_text[m_at] != '"')
            ++m_at;
        return std::string(m_text.substr(first, m_at - first));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

Filter Filter::parse(std::string_view expression) {
    if (expression.size() > kLongest)
        throw Error(ErrorKind::Input, "filter", fmt::format("is longer than {} bytes", kLongest), "shorten it");
    if (countInvalidUtf8(expression) > 0)
        throw Error(ErrorKind::Input, "filter", "is not valid UTF-8", "type it again");
    Filter filter;
    if (auto root = Parser(expression).parse())
        filter.m_root = std::make_shared<const FilterNode>(std::move(*root));
    return filter;
}

} // namespace vernier
