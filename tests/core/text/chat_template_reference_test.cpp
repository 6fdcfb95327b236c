// Published chat templates against what jinja2 makes of them.

#include "core/base/error.h"
#include "core/text/chat_template.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::ordered_json;

TEST(ChatTemplateReference, rendersEveryPublishedTemplateLikeJinja) {
    VERNIER_NEEDS_SHARED();
    const auto reference = ordered_json::parse(test::get(test::sharedFolder() / "reference" / "chat_templates.json"));
    std::size_t cases = 0;
    for (const auto& [name, entry] : reference.at("templates").items()) {
        const ChatTemplate chat(entry.at("template").get<std::string>(), name);
        for (const auto& item : entry.at("cases")) {
            ordered_json variables = item;
            for (const char* key : {"name", "output", "error"})
                variables.erase(key);
            const std::string where = name + ", " + item.at("name").get<std::string>();
            ++cases;
            try {
                const std::string text = chat.renderWith(variables);
                ASSERT_TRUE(item.contains("output")) << where << " rendered instead of failing:\n" << text;
                EXPECT_EQ(text, item.at("output").get<std::string>()) << where;
            } catch (const Error& error) {
                ASSERT_TRUE(item.contains("error")) << where << ": " << error.what();
                const auto expected = item.at("error").get<std::string>();
                EXPECT_EQ(error.problem(), expected.substr(expected.find(": ") + 2)) << where;
            }
        }
    }
    EXPECT_GE(cases, 130u);
}

} // namespace
} // namespace vernier
