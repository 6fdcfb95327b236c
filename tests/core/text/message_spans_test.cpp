#include "core/text/message_spans.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;

/// Role and text of every span, joined.
std::string described(const std::string& source, const json& messages) {
    const RenderedConversation rendered = renderWithSpans(ChatTemplate(source, "test"), messages);
    std::string all;
    for (const auto& [role, span] : rendered.messages)
        all += role + "=" + rendered.text.substr(span.begin, span.size()) + "|";
    return all;
}

json conversation(std::initializer_list<std::pair<const char*, const char*>> messages) {
    json all = json::array();
    for (const auto& [role, content] : messages)
        all.push_back({{"role", role}, {"content", content}});
    return all;
}

TEST(RenderWithSpans, givesEveryMessageItsPart) {
    EXPECT_EQ(described("{{ '<s>' }}{% for m in messages %}[{{ m.role }}]{{ m.content }};{% endfor %}",
                        conversation({{"user", "Hi"}, {"assistant", "Hello"}, {"user", "Bye"}})),
              "user=<s>[user]Hi;|assistant=[assistant]Hello;|user=[user]Bye;|");
}

TEST(RenderWithSpans, letsMessagesThatRenderTogetherShare) {
    const char* merging =
        "{% if messages|length == 1 and messages[0].role == 'system' %}{{ raise_exception('no user') }}"
        "{% endif %}{% for m in messages %}{% if m.role == 'user' %}[{{ (messages[0].content ~ ' ') if "
        "loop.index0 == 1 }}{{ m.content }}]{% elif m.role != 'system' %}{{ m.content }}{% endif %}"
        "{% endfor %}";
    EXPECT_EQ(described(merging, conversation({{"system", "S"}, {"user", "Hi"}, {"assistant", "Hello"}})),
              "system=[S Hi]|user=[S Hi]|assistant=Hello|");
}

TEST(RenderWithSpans, noticesWhatIsLeftOutLater) {
    const char* forgetting = "{% for m in messages %}{% if m.role == 'assistant' and not loop.last %}"
                             "<{{ m.content.split('|')[-1] }}>{% else %}<{{ m.content }}>{% endif %}{% endfor %}";
    EXPECT_EQ(described(forgetting, conversation({{"user", "q"}, {"assistant", "t|a"}, {"user", "r"}})),
              "user=<q>|assistant=<a><r>|user=<a><r>|");
}

TEST(RenderWithSpans, takesEmptyConversationsAndRefusesOthers) {
    EXPECT_EQ(described("x", json::array()), "");
    EXPECT_THROW(described("{{ raise_exception('never') }}", conversation({{"user", "q"}})), Error);
    EXPECT_THROW(described("x", json::object()), Error);
}

} // namespace
} // namespace vernier
