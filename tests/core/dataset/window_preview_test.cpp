#include "core/dataset/window_preview.h"

#include "core/base/error.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::HasSubstr;

class WindowPreview : public testing::Test {
protected:
    std::vector<PreviewToken> preview(const PackingRecipe& recipe, std::int64_t window) {
        const std::vector<DocumentView> views(m_documents.begin(), m_documents.end());
        JobContext job;
        const TokenWindows windows = packDocuments(views, m_tokenizer, &*m_chat, recipe, job);
        return previewWindow(windows, window, {views, m_tokenizer, &*m_chat, recipe}, job);
    }

    /// Lets a conversation and a text stand in the set.
    WindowPreview() : m_documents(2) {
        m_documents[0].isConversation = true;
        m_documents[0].text =
            R"([{"role":"user","content":"Who is there?"},{"role":"assistant","content":"It is me."}])";
        m_documents[1].text = "Plain text.";
    }

    /// The bytes of the tokens of a role, end to end.
    static std::string spoken(const std::vector<PreviewToken>& tokens, const std::string& role) {
        std::string text;
        for (const PreviewToken& token : tokens)
            text += token.role == role ? token.bytes : "";
        return text;
    }

    std::vector<Document> m_documents;
    Tokenizer m_tokenizer = Tokenizer::load(test::demoFolder() / "model");
    std::optional<ChatTemplate> m_chat = ChatTemplate::load(test::demoFolder() / "model");
};

TEST_F(WindowPreview, ShowsTokensWithTheirOriginAndRole) {
    const auto length = static_cast<int>(m_tokenizer
                                             .encode("<|im_start|>user\nWho is there?<|im_end|>\n"
                                                     "<|im_start|>assistant\nIt is me.<|im_end|>\n")
                                             .size() +
                                         m_tokenizer.encode("Plain text.").size() + 2);
    const auto tokens = preview({.sequenceLength = length}, 0);
    ASSERT_EQ(std::ssize(tokens), length);
    EXPECT_EQ(spoken(tokens, "user"), "<|im_start|>user\nWho is there?<|im_end|>\n");
    EXPECT_EQ(spoken(tokens, "assistant"), "<|im_start|>assistant\nIt is me.<|im_end|>\n");
    EXPECT_EQ(spoken(tokens, ""), "<|endoftext|>Plain text.<|endoftext|>");
    EXPECT_TRUE(tokens.front().isSpecial);
    EXPECT_EQ(tokens.front().origin, TokenOrigin::Text);
    EXPECT_EQ(tokens.back().origin, TokenOrigin::Separator);
    EXPECT_EQ(tokens.back().document, 1u);
}

TEST_F(WindowPreview, KnowsRolesInLaterWindowsAndTruncatedOnes) {
    std::string byWindow;
    for (std::int64_t window = 0; window < 6; ++window)
        byWindow += spoken(preview({.sequenceLength = 4}, window), "assistant");
    EXPECT_EQ(byWindow, "<|im_start|>assistant\nIt is me.<|im_end|>\n");

    const auto tail =
        preview({.sequenceLength = 4, .mode = PackingMode::OnePerWindow, .truncation = Truncation::Tail}, 0);
    for (const PreviewToken& token : tail)
        EXPECT_EQ(token.role, "assistant") << token.bytes;
}

TEST_F(WindowPreview, MarksPadding) {
    const PackingRecipe recipe{.sequenceLength = 200, .mode = PackingMode::OnePerWindow};
    const auto tokens = preview(recipe, 1);
    const std::size_t text = m_tokenizer.encode("Plain text.").size();
    for (std::size_t at = 0; at < tokens.size(); ++at)
        EXPECT_EQ(tokens[at].origin, at < text ? TokenOrigin::Text : TokenOrigin::Padding);
    EXPECT_EQ(spoken(preview(recipe, 0), "user"), "<|im_start|>user\nWho is there?<|im_end|>\n");
}

TEST_F(WindowPreview, NamesTheWindowsThereAre) {
    for (const std::int64_t window : {-1, 2}) {
        const auto error =
            test::caughtError([&] { preview({.sequenceLength = 9, .mode = PackingMode::OnePerWindow}, window); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::Input);
        EXPECT_THAT(error->remedy(), HasSubstr("0 to 1"));
    }
}

} // namespace
} // namespace vernier
