#include "tests/support/xml_tree.h"

#include <cctype>
#include <stdexcept>

namespace vernier::test {

namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    XmlElement document() {
        if (m_text.starts_with("<!DOCTYPE html>"))
            m_at = 15;
        skipSpace();
        XmlElement root = element();
        skipSpace();
        if (m_at != m_text.size())
            fail("something follows the root");
        return root;
    }

private:
    [[noreturn]] void fail(const std::string& problem) const {
        const std::size_t from = m_at > 40 ? m_at - 40 : 0;
        throw std::runtime_error(problem + " near byte " + std::to_string(m_at) + ": " +
                                 std::string(m_text.substr(from, 80)));
    }
    char peek() const {
        if (m_at >= m_text.size())
            fail("the text ends");
        return m_text[m_at];
    }
    char next() {
        const char c = peek();
        ++m_at;
        return c;
    }
    bool take(std::string_view word) {
        if (!m_text.substr(m_at).starts_with(word))
            return false;
        m_at += word.size();
        return true;
    }
    void expect(std::string_view word) {
        if (!take(word))
            fail("wanted " + std::string(word));
    }
    void skipSpace() {
        while (m_at < m_text.size() && std::isspace(static_cast<unsigned char>(m_text[m_at])))
            ++m_at;
    }
    std::string name() {
        std::string name;
        while (std::isalnum(static_cast<unsigned char>(peek())) || peek() == '-' || peek() == ':' || peek() == '_')
            name += next();
        if (name.empty())
            fail("wanted a name");
        return name;
    }
    /// One character of content or of an attribute, a reference resolved.
    std::string character() {
        const char c = next();
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r')
            fail("a control character");
        if (c == '<')
            fail("a '<'");
        if (c != '&')
            return {c};
        for (const auto& [reference, character] :
             {std::pair("amp;", "&"), {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"#39;", "'"}})
            if (take(reference))
                return character;
        fail("an unknown reference");
    }
    XmlElement element() {
        expect("<");
        XmlElement element;
        element.name = name();
        for (skipSpace(); peek() != '>' && peek() != '/'; skipSpace()) {
            const std::string key = name();
            expect("=\"");
            std::string value;
            while (peek() != '"')
                value += character();
            expect("\"");
            if (!element.attributes.emplace(key, value).second)
                fail("an attribute stands twice");
        }
        if (take("/>"))
            return element;
        expect(">");
        while (!m_text.substr(m_at).starts_with("</")) {
            if (peek() == '<')
                element.children.push_back(this->element());
            else
                element.text += character();
        }
        expect("</" + element.name + ">");
        return element;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

bool hasClass(const XmlElement& element, std::string_view cssClass) {
    const auto found = element.attributes.find("class");
    return found != element.attributes.end() &&
           (" " + found->second + " ").find(" " + std::string(cssClass) + " ") != std::string::npos;
}

} // namespace

std::vector<const XmlElement*> XmlElement::all(std::string_view wanted, std::string_view cssClass) const {
    std::vector<const XmlElement*> found;
    if (name == wanted && (cssClass.empty() || hasClass(*this, cssClass)))
        found.push_back(this);
    for (const XmlElement& child : children)
        for (const XmlElement* below : child.all(wanted, cssClass))
            found.push_back(below);
    return found;
}

std::string XmlElement::allText() const {
    std::string whole = text;
    for (const XmlElement& child : children)
        whole += child.allText();
    return whole;
}

XmlElement parseXml(std::string_view text) {
    return Parser(text).document();
}

} // namespace vernier::test
