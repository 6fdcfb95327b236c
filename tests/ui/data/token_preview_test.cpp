#include "ui/data/token_preview.h"
#include "ui/data/token_text_view.h"

#include "core/dataset/token_windows.h"
#include "tests/support/test_files.h"

#include <QTextBlock>
#include <QTextLayout>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

constexpr qsizetype kPlenty = 100'000;

struct TokenPreviewTest : testing::Test {
    const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    const std::optional<ChatTemplate> chat = ChatTemplate::load(test::demoFolder() / "model");

    static Document plain(const std::string& text) {
        Document document;
        document.text = text;
        return document;
    }
    static Document conversation() {
        Document document;
        document.isConversation = true;
        document.text = R"([{"role":"user","content":"Guten Tag"},{"role":"assistant","content":"Hallo"}])";
        return document;
    }
};

TEST_F(TokenPreviewTest, CoversTheTextWithoutGaps) {
    const std::string text = "Una mañana — «¿qué?» 日本語 🙂 x\n\ty\r\n";
    const TokenPreview preview = makePreview(plain(text), &tokenizer, nullptr, kPlenty);
    EXPECT_EQ(preview.text.toStdString(), text);
    EXPECT_EQ(preview.tokenCount, tokenizer.encode(text).size());
    qsizetype at = 0;
    for (const TokenSpan& token : preview.tokens) {
        EXPECT_EQ(token.begin, at);
        EXPECT_GE(token.end, token.begin);
        at = token.end;
    }
    EXPECT_EQ(at, preview.text.size());
}

TEST_F(TokenPreviewTest, ShowsConversationsThroughTheTemplate) {
    const TokenPreview preview = makePreview(conversation(), &tokenizer, &*chat, kPlenty);
    PackingRecipe recipe;
    const std::string rendered = renderDocument(conversation(), &*chat, recipe);
    EXPECT_TRUE(preview.isTemplated);
    EXPECT_EQ(preview.text.toStdString(), rendered);
    EXPECT_TRUE(
        std::any_of(preview.tokens.begin(), preview.tokens.end(), [](const TokenSpan& t) { return t.isSpecial; }));
    EXPECT_EQ(countTokens(conversation(), tokenizer, &*chat), static_cast<std::int32_t>(preview.tokenCount));
}

TEST_F(TokenPreviewTest, JoinsContentsWithoutATemplateOrModel) {
    const TokenPreview preview = makePreview(conversation(), nullptr, nullptr, kPlenty);
    EXPECT_EQ(preview.text, QStringLiteral("Guten Tag\nHallo"));
    EXPECT_TRUE(preview.tokens.empty());
    EXPECT_EQ(previewLine(conversation(), 12), QStringLiteral("Guten Tag Ha"));
}

TEST_F(TokenPreviewTest, TellsWhatIsWrongWithABrokenConversation) {
    Document broken;
    broken.isConversation = true;
    broken.text = "[1, 2";
    const TokenPreview preview = makePreview(broken, &tokenizer, &*chat, kPlenty);
    EXPECT_FALSE(preview.problem.isEmpty());
    EXPECT_EQ(preview.text, QStringLiteral("[1, 2"));
    EXPECT_EQ(countTokens(broken, tokenizer, &*chat), -1);
}

TEST_F(TokenPreviewTest, CutsLongTextsButCountsThemWhole) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "word ";
    const TokenPreview preview = makePreview(plain(text), &tokenizer, nullptr, 100);
    EXPECT_TRUE(preview.isCut);
    EXPECT_LT(preview.text.size(), 200);
    EXPECT_EQ(preview.characters, 5000U);
    EXPECT_EQ(preview.tokenCount, tokenizer.encode(text).size());
}

TEST_F(TokenPreviewTest, ViewColoursEveryTokenAndKnowsItsId) {
    TokenTextView view;
    const TokenPreview preview = makePreview(plain("one two\nthree"), &tokenizer, nullptr, kPlenty);
    view.setPreview(preview);
    view.setInvisiblesShown(true);
    EXPECT_EQ(view.toPlainText(), QStringLiteral("one two↵\nthree"));
    int coloured = 0;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next())
        for (const QTextLayout::FormatRange& range : block.layout()->formats())
            coloured += range.length;
    EXPECT_GE(coloured, 13);
    ASSERT_NE(view.tokenAt(0), nullptr);
    EXPECT_EQ(view.tokenAt(0)->id, preview.tokens.front().id);
    EXPECT_TRUE(view.tokenText(preview.tokens.front()).contains(QString::number(preview.tokens.front().id)));
    EXPECT_EQ(view.tokenAt(10'000), nullptr);
}

TEST_F(TokenPreviewTest, ViewSurvivesSeparatorsThatQtTreatsAsLines) {
    TokenTextView view;
    TokenPreview preview;
    preview.text = QStringLiteral("a\u2029b\rc\u2028d");
    preview.text += QChar(0xfdd0);
    preview.text += QChar(0);
    preview.tokens = {{1, 0, 3, false}, {2, 3, preview.text.size(), false}};
    view.setPreview(preview);
    EXPECT_EQ(view.document()->blockCount(), 1);
    EXPECT_EQ(view.toPlainText().size(), preview.text.size());
}

} // namespace
} // namespace vernier::ui
