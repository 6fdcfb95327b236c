#include "core/base/sha256.h"
#include "core/dataset/import.h"
#include "core/dataset/token_windows.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

/// Follows the protocol of tests/golden/demo.json from the files of the demo to its token ids.
class PackingGolden : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        JobContext job;
        m_imported = importFile(test::demoFolder() / "text" / (std::string(GetParam()) + ".jsonl"), {}, job);
        m_documents.assign(m_imported.documents.begin(), m_imported.documents.end());
        m_golden = test::golden("demo.json")["ids"][GetParam()];
    }

    TokenWindows pack(const PackingRecipe& recipe) const {
        JobContext job;
        return packDocuments(m_documents, m_tokenizer, &*m_chat, recipe, job);
    }

    ImportResult m_imported;
    std::vector<DocumentView> m_documents;
    Tokenizer m_tokenizer = Tokenizer::load(test::demoFolder() / "model");
    std::optional<ChatTemplate> m_chat = ChatTemplate::load(test::demoFolder() / "model");
    nlohmann::json m_golden;
};

TEST_P(PackingGolden, ImportsEveryRecord) {
    EXPECT_TRUE(m_imported.skipped.empty());
    EXPECT_EQ(m_imported.replacedSequences, 0u);
    for (const DocumentView document : m_imported.documents)
        EXPECT_FALSE(document.domain.empty());
}

TEST_P(PackingGolden, GivesTheReferenceIds) {
    // A length that divides the count shows the whole stream in windows.
    const auto count = m_golden["count"].get<std::uint64_t>();
    int length = 2;
    while (count % static_cast<std::uint64_t>(length) != 0)
        ++length;
    const TokenWindows whole = pack({.sequenceLength = length});
    ASSERT_EQ(whole.ids.size(), count);
    EXPECT_EQ(whole.droppedTokens, 0u);
    EXPECT_EQ(std::vector(whole.ids.begin(), whole.ids.begin() + 32), m_golden["first32"].get<std::vector<int>>());
    EXPECT_EQ(sha256(std::as_bytes(std::span(whole.ids))), m_golden["sha256_int32le"].get<std::string>());

    const TokenWindows windows = pack({.sequenceLength = 256});
    EXPECT_EQ(windows.count(), static_cast<std::int64_t>(count / 256));
    EXPECT_EQ(windows.ids.size() + windows.droppedTokens, count);
    EXPECT_TRUE(std::equal(windows.ids.begin(), windows.ids.end(), whole.ids.begin()));
    EXPECT_TRUE(std::equal(windows.documents.begin(), windows.documents.end(), whole.documents.begin()));

    const TokenWindows first = pack({.sequenceLength = 256, .maxWindows = 32});
    EXPECT_EQ(first.count(), 32);
    EXPECT_TRUE(std::equal(first.ids.begin(), first.ids.end(), whole.ids.begin()));
}

TEST_P(PackingGolden, AttributesEachTokenToItsDocument) {
    const TokenWindows windows = pack({.sequenceLength = 256});
    const std::int32_t separator = m_tokenizer.endOfText().value();
    EXPECT_EQ(windows.documents.front(), 0u);
    for (std::size_t i = 1; i < windows.ids.size(); ++i)
        ASSERT_EQ(windows.documents[i] - windows.documents[i - 1], windows.ids[i - 1] == separator ? 1u : 0u) << i;
}

INSTANTIATE_TEST_SUITE_P(Demo, PackingGolden, testing::Values("calibration", "evaluation", "greetings"),
                         [](const auto& info) { return std::string(info.param); });

} // namespace
} // namespace vernier
