#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vernier::test {

/// Is an element of an XML text.
struct XmlElement {
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string text; ///< of this element alone, its children left out
    std::vector<XmlElement> children;

    /// This one and all below it of a name, in their order; with a class where one is given.
    std::vector<const XmlElement*> all(std::string_view wanted, std::string_view cssClass = {}) const;
    /// Its text and that of all below it.
    std::string allText() const;
};

/// Parses well-formed XML (elements, attributes, character references, one doctype; no comments, no CDATA) and throws
/// std::runtime_error naming the place of whatever is not.
XmlElement parseXml(std::string_view text);

} // namespace vernier::test
