#include "core/dataset/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;

ImportResult import(std::string_view content, const std::string& field = {}) {
    JobContext job;
    return importBytes(content, "chat.jsonl", {.tag = {}, .field = field}, job);
}

Document only(std::string_view content, const std::string& field = {}) {
    const ImportResult result = import(content, field);
    EXPECT_EQ(result.documents.size(), 1u);
    return toDocument(result.documents[0]);
}

std::vector<std::string> reasons(std::string_view content) {
    std::vector<std::string> all;
    for (const SkippedRecord& record : import(content).skipped)
        all.push_back(record.reason);
    return all;
}

TEST(ImportConversation, KeepsOpenAiMessagesInTheirKeyOrder) {
    const Document document = only(R"({"domain": "chat", "messages": [)"
                                   R"({"role": "system", "content": "Be brief."}, )"
                                   R"({"content": "Gr\u00fc\u00dfe\n", "role": "user", "name": "Ada"}]})");
    EXPECT_TRUE(document.isConversation);
    EXPECT_EQ(document.text,
              R"([{"role":"system","content":"Be brief."},{"content":"Grüße\n","role":"user","name":"Ada"}])");
    EXPECT_EQ(document.field, "messages");
    EXPECT_EQ(document.domain, "chat");
}

TEST(ImportConversation, TranslatesShareGptRoles) {
    const Document document =
        only(R"({"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "u"},)"
             R"( {"value": "a", "from": "gpt", "weight": 1}, {"from": "tool", "value": "t"}]})");
    EXPECT_EQ(document.text, R"([{"role":"system","content":"s"},{"role":"user","content":"u"},)"
                             R"({"content":"a","role":"assistant","weight":1},{"role":"tool","content":"t"}])");
    EXPECT_EQ(document.field, "conversations");
}

TEST(ImportConversation, TellsTheTwoFormsByTheirKeysNotByTheField) {
    EXPECT_EQ(only(R"({"conversations": [{"role": "user", "content": "x"}]})").text,
              R"([{"role":"user","content":"x"}])");
    EXPECT_EQ(only(R"({"chosen": [{"from": "human", "value": "x"}]})", "chosen").text,
              R"([{"role":"user","content":"x"}])");
}

TEST(ImportConversation, KeepsToolCallsAndContentParts) {
    const std::string messages =
        R"([{"role":"assistant","content":null,"tool_calls":[{"name":"f","arguments":{"b":1,"a":2}}]},)"
        R"({"role":"user","content":[{"type":"text","text":"x"}]}])";
    EXPECT_EQ(only("{\"messages\": " + messages + "}").text, messages);
}

TEST(ImportConversation, PrefersMessagesToText) {
    EXPECT_TRUE(only(R"({"text": "flat", "messages": [{"role": "user", "content": "x"}]})").isConversation);
    EXPECT_EQ(only(R"({"text": "flat", "messages": [{"role": "user", "content": "x"}]})", "text").text, "flat");
}

TEST(ImportConversation, SaysWhichMessageIsBad) {
    EXPECT_THAT(reasons("{\"text\": \"good\"}\n"
                        "{\"messages\": []}\n"
                        "{\"messages\": [\"hello\"]}\n"
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}, {\"content\": \"y\"}]}\n"
                        "{\"messages\": [{\"role\": 1, \"content\": \"x\"}]}\n"
                        "{\"messages\": [{\"role\": \"user\", \"content\": 5}]}\n"
                        "{\"messages\": {\"role\": \"user\"}}\n"),
                ElementsAre("field \"messages\" has no messages",
                            "message 1 of field \"messages\" has no role and content",
                            "message 2 of field \"messages\" has no role and content",
                            "message 1 of field \"messages\" has no role and content",
                            "message 1 of field \"messages\" has no role and content",
                            "field \"messages\" is an object, not a text"));
}

TEST(ImportConversation, GivesTheSameHashFromBothForms) {
    const Document openAi = only(R"({"messages": [{"role": "user", "content": "x"}]})");
    const Document shareGpt = only(R"({"conversations": [{"from": "human", "value": "x"}]})");
    EXPECT_EQ(contentHash(openAi), contentHash(shareGpt));
}

} // namespace
} // namespace vernier
