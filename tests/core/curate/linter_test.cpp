#include "core/curate/linter/linter.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kProse = "The old harbour lay quiet in the morning, and nobody was in the street but the baker.";

/// The demo's tokenizer with a begin-of-text token of its own.
Tokenizer loadTokenizer(const std::string& begin) {
    const test::TemporaryFolder folder;
    test::put(folder / "tokenizer.json", test::get(test::demoFolder() / "model" / "tokenizer.json"));
    test::put(folder / "tokenizer_config.json",
              nlohmann::json({{"bos_token", begin}, {"eos_token", "<|endoftext|>"}}).dump());
    return Tokenizer::load(folder.path());
}

class Linter : public testing::Test {
protected:
    static const Tokenizer& tokenizer() {
        static const Tokenizer loaded = loadTokenizer("<|im_start|>");
        return loaded;
    }
    ChatTemplate chatTemplate{"{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no tools') }}"
                              "{% endif %}{{ m.role }}: {{ m.content }}<|im_end|>\n{% endfor %}",
                              "template"};
    CorpusBuilder builder;
    CalibrationSet set{.name = "calibration", .documents = {}};
    CalibrationSet evaluation{.name = "evaluation", .documents = {}, .purpose = SetPurpose::Evaluation};
    bool hasTemplate = false, hasEvaluation = false;
    Index widest = 0;
    std::vector<std::uint32_t> duplicateOf;
    std::uint32_t next = 0;
    Corpus corpus;

    /// A text that no other document has.
    std::string prose() const { return fmt::format("Chapter {}. {}", next, kProse); }
    std::uint32_t add(const std::string& text, bool isConversation = false) {
        Document document;
        document.text = text;
        document.isConversation = isConversation;
        builder.add(document);
        set.documents.push_back(next);
        return next++;
    }
    std::uint32_t chat(const std::string& role = "user") {
        const nlohmann::json messages = {{{"role", role}, {"content", prose()}}};
        return add(messages.dump(), true);
    }
    std::uint32_t hold(const std::string& text, const std::string& domain = "") {
        Document document;
        document.text = text;
        document.domain = domain;
        builder.add(document);
        evaluation.documents.push_back(next);
        hasEvaluation = true;
        return next++;
    }

    std::vector<LintFinding> lint(const CalibrationSet& which) {
        if (builder.size() > 0)
            corpus.append(builder.finish());
        JobContext job;
        return lintSet({.set = which,
                        .corpus = corpus,
                        .tokenizer = &tokenizer(),
                        .chatTemplate = hasTemplate ? &chatTemplate : nullptr,
                        .evaluation = hasEvaluation ? &evaluation : nullptr,
                        .widestInput = widest,
                        .duplicateOf = duplicateOf},
                       job);
    }
    std::optional<LintFinding> find(LintKind kind, const CalibrationSet& which) {
        const std::vector<LintFinding> findings = lint(which);
        const auto found = std::ranges::find(findings, kind, &LintFinding::kind);
        return found == findings.end() ? std::nullopt : std::optional(*found);
    }
    std::optional<LintFinding> find(LintKind kind) { return find(kind, set); }

    /// Expects a finding about the documents whose repair makes it go away.
    void expectRepairable(LintKind kind, const std::vector<std::uint32_t>& documents) {
        const auto found = find(kind);
        ASSERT_TRUE(found) << nameOf(kind);
        EXPECT_EQ(found->documents, documents) << nameOf(kind);
        EXPECT_EQ(found->count, documents.size());
        ASSERT_TRUE(found->repair) << nameOf(kind);
        EXPECT_FALSE(found->repair->label.empty());
        const SetEdit repaired = applyRepair(set, *found->repair);
        EXPECT_FALSE(repaired.description.empty());
        EXPECT_FALSE(find(kind, repaired.set)) << nameOf(kind);
    }
    void addClean(int documents) {
        for (int i = 0; i < documents; ++i)
            add(prose());
    }
    int tokensOf(const std::string& text) const { return static_cast<int>(tokenizer().encode(text).size()); }
};

TEST_F(Linter, FindsNothingInACleanSet) {
    set.recipe.sequenceLength = 16;
    addClean(5);
    hold("Another text that stands nowhere else, and it was written in the same language by the same people.");
    widest = 100;
    EXPECT_TRUE(lint(set).empty()) << lint(set).front().sentence;
    hasTemplate = true;
    set.documents = {};
    evaluation.documents = {};
    hasEvaluation = false;
    chat();
    set.recipe.sequenceLength = 8;
    set.recipe.mode = PackingMode::OnePerWindow;
    set.recipe.shortDocuments = ShortDocuments::LeaveOut;
    widest = 0;
    EXPECT_THAT(lint(set), testing::SizeIs(1)); // longer than its window
    EXPECT_TRUE(find(LintKind::Truncated));
}

TEST_F(Linter, FindsADoubledBeginOfText) {
    addClean(2);
    const std::uint32_t begun = add("<|im_start|>" + prose());
    EXPECT_FALSE(find(LintKind::DoubleBegin));
    for (const BeginOfText begin : {BeginOfText::PerDocument, BeginOfText::PerWindow}) {
        set.recipe.beginOfText = begin;
        expectRepairable(LintKind::DoubleBegin, {begun});
    }
    const std::uint32_t twice = add("<|im_start|><|im_start|>" + prose());
    expectRepairable(LintKind::DoubleBegin, {begun, twice});
    set.recipe.beginOfText = BeginOfText::None;
    expectRepairable(LintKind::DoubleBegin, {twice});
}

TEST_F(Linter, FindsATemplateThatBeginsLikeTheRecipe) {
    hasTemplate = true;
    chatTemplate = ChatTemplate("<|im_start|>{{ messages[0].content }}", "template");
    const std::uint32_t document = chat();
    set.recipe.beginOfText = BeginOfText::PerDocument;
    expectRepairable(LintKind::DoubleBegin, {document});
}

TEST_F(Linter, FindsDocumentsThatRunIntoEachOther) {
    addClean(2);
    EXPECT_FALSE(find(LintKind::MissingEnd));
    const std::uint32_t ended = add(prose() + "<|endoftext|>");
    set.recipe.separator = Separator::None;
    expectRepairable(LintKind::MissingEnd, {0, 1});
    set.recipe.separator = Separator::Text;
    set.recipe.separatorText = "\n\n";
    expectRepairable(LintKind::MissingEnd, {0, 1});
    set.recipe.separator = Separator::Token;
    set.recipe.separatorText = "<|endoftext|>";
    EXPECT_FALSE(find(LintKind::MissingEnd));
    EXPECT_EQ(ended, 2u);
}

TEST_F(Linter, SaysWhyARecipeCannotBeFollowed) {
    addClean(2);
    set.recipe.separator = Separator::Token;
    set.recipe.separatorText = "<|no such token|>";
    const auto found = find(LintKind::RecipeRefused);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->severity, LintSeverity::Error);
    EXPECT_THAT(found->sentence, HasSubstr("<|no such token|>"));
    EXPECT_FALSE(find(LintKind::MissingEnd));
}

TEST_F(Linter, FindsSpecialTokensInPlainText) {
    addClean(2);
    const std::uint32_t spelt = add("He typed <|im_end|> into the window, and the program stopped at once.");
    add(prose() + "<|endoftext|>"); // ends itself, as it should
    expectRepairable(LintKind::SpecialTokensInText, {spelt});
}

TEST_F(Linter, NamesTheShareOfPaddingAndWhatIsTruncated) {
    hasTemplate = true;
    const std::uint32_t text = add(prose()), conversation = chat();
    const int tokens = tokensOf("Chapter 0. " + std::string(kProse));
    set.recipe.mode = PackingMode::OnePerWindow;
    set.recipe.sequenceLength = 10 * tokens;
    expectRepairable(LintKind::Padding, {text, conversation});
    set.documents = {text};
    EXPECT_THAT(find(LintKind::Padding)->sentence, HasSubstr("90.0 %"));
    EXPECT_FALSE(find(LintKind::Truncated));
    set.recipe.sequenceLength = tokens + 1;
    EXPECT_THAT(find(LintKind::Padding)->sentence, HasSubstr(fmt::format("{:.1f} %", 100.0 / (tokens + 1))));
    set.documents = {text, conversation};
    expectRepairable(LintKind::Truncated, {conversation});
    EXPECT_THAT(find(LintKind::Truncated)->sentence, HasSubstr("1 of them are conversations"));
    set.recipe.shortDocuments = ShortDocuments::LeaveOut;
    EXPECT_FALSE(find(LintKind::Padding));
}

TEST_F(Linter, FindsConversationsThatAWindowCuts) {
    hasTemplate = true;
    const std::uint32_t whole = chat(), cut = chat();
    const auto rendered = fmt::format("user: Chapter {}. {}<|im_end|>\n", whole, kProse);
    set.recipe.sequenceLength = tokensOf(rendered) + 3;
    const auto found = find(LintKind::CutConversations);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->documents, ElementsAre(cut));
    expectRepairable(LintKind::CutConversations, {cut});
    set.recipe.shuffle = true; // both fit a window, so that it depends on the order
    EXPECT_FALSE(find(LintKind::CutConversations));
}

TEST_F(Linter, ComparesTokensWithTheWidestGram) {
    addClean(20);
    set.recipe.sequenceLength = 16;
    set.recipe.maxWindows = 4;
    widest = 64;
    EXPECT_FALSE(find(LintKind::TooFewTokens));
    widest = 65;
    expectRepairable(LintKind::TooFewTokens, {});
    EXPECT_EQ(find(LintKind::TooFewTokens)->repair->recipe->maxWindows, 5);
    widest = 1'000'000;
    EXPECT_FALSE(find(LintKind::TooFewTokens)->repair);
}

TEST_F(Linter, ChecksTheTemplateOfAChatModel) {
    const std::uint32_t first = chat();
    expectRepairable(LintKind::NoTemplate, {first});
    hasTemplate = true;
    EXPECT_FALSE(find(LintKind::NoTemplate));
    set.recipe.applyChatTemplate = false;
    expectRepairable(LintKind::TemplateOff, {first});
    set.recipe.applyChatTemplate = true;
    const std::uint32_t refused = chat("tool");
    expectRepairable(LintKind::TemplateRefuses, {refused});
    add(prose());
    EXPECT_FALSE(find(LintKind::PlainForChat));
    addClean(3);
    EXPECT_EQ(find(LintKind::PlainForChat)->count, 4u);
    hasTemplate = false;
    EXPECT_FALSE(find(LintKind::PlainForChat));
}

TEST_F(Linter, NamesWhatOtherToolsDrop) {
    std::string text;
    while (tokensOf(text) < 512)
        text += " a";
    ASSERT_EQ(tokensOf(text), 512);
    add(text);
    EXPECT_FALSE(find(LintKind::AutoAwqDrops));
    const std::uint32_t longer = add(text + " a"), shorter = add("Eight tokens.");
    EXPECT_THAT(find(LintKind::AutoAwqDrops)->documents, ElementsAre(longer));
    EXPECT_THAT(find(LintKind::AutoAwqDrops)->sentence, HasSubstr("1 of 3 documents have more than 512 tokens"));
    set.recipe.sequenceLength = 512;
    EXPECT_THAT(find(LintKind::AutoRoundDrops)->documents, ElementsAre(shorter));
    EXPECT_THAT(find(LintKind::GptqModelDrops)->documents, ElementsAre(shorter));
}

TEST_F(Linter, FindsTextsThatAreNone) {
    addClean(2);
    std::string same;
    for (int i = 0; i < 200; ++i)
        same += "again and again ";
    const std::uint32_t empty = add(" \n\t"), garbled = add(std::string(40, '\x01') + "%%%% $$$$ #### 0101 ////"),
                        repetitive = add(same), brief = add("Yes."),
                        endless = add(prose() + std::string(1'000'000, 'x'));
    expectRepairable(LintKind::Empty, {empty});
    expectRepairable(LintKind::Garbled, {garbled});
    expectRepairable(LintKind::TooShort, {brief});
    expectRepairable(LintKind::TooLong, {endless});
    expectRepairable(LintKind::Repetitive, {repetitive, endless});
}

TEST_F(Linter, KeepsOneOfEachDuplicate) {
    const std::uint32_t first = add(prose());
    set.documents.push_back(first); // chosen twice, which is no mistake
    EXPECT_FALSE(find(LintKind::ExactDuplicates));
    const std::string again = "Chapter 0. " + std::string(kProse);
    const std::uint32_t second = add(again), third = add(again);
    expectRepairable(LintKind::ExactDuplicates, {second, third});
    EXPECT_FALSE(find(LintKind::NearDuplicates));
    duplicateOf = {0, 1, 1};
    expectRepairable(LintKind::NearDuplicates, {third});
}

TEST_F(Linter, ComparesWithTheEvaluationSet) {
    addClean(3);
    const std::uint32_t german =
        hold("Der alte Hafen lag am Morgen ganz still, und niemand war auf der Straße außer dem "
             "Bäcker, der das Brot zu den Leuten brachte.",
             "novels");
    const auto language = find(LintKind::LanguageAbsent);
    ASSERT_TRUE(language);
    EXPECT_THAT(language->documents, ElementsAre(german));
    EXPECT_THAT(language->sentence, HasSubstr("language de has 100.0 %"));
    EXPECT_THAT(find(LintKind::DomainAbsent)->sentence, HasSubstr("domain novels"));
    EXPECT_FALSE(find(LintKind::EvaluationInside));
    hold("Chapter 1. " + std::string(kProse));
    expectRepairable(LintKind::EvaluationInside, {1});
}

TEST_F(Linter, OffersNoRepairThatEmptiesTheSet) {
    add("Yes.");
    const auto found = find(LintKind::TooShort);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->repair);
    set.documents = {};
    EXPECT_TRUE(lint(set).empty());
}

TEST_F(Linter, ListsTheFirstAndCountsAllAndStopsOnRequest) {
    add(prose());
    for (int i = 0; i < 1500; ++i)
        add(fmt::format("No {}.", i));
    const auto found = find(LintKind::TooShort);
    EXPECT_EQ(found->count, 1500u);
    EXPECT_EQ(found->documents.size(), LintFinding::kMostListed);
    EXPECT_EQ(applyRepair(set, *found->repair).set.documents.size(), 1u);
    std::stop_source stop;
    stop.request_stop();
    JobContext job(stop.get_token(), {}, {});
    const auto error = test::caughtError([&] { lintSet({.set = set, .corpus = corpus}, job); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Cancelled);
}

TEST(LintKinds, HaveNamesThatReadBack) {
    for (const LintKindName& kind : lintKindNames())
        EXPECT_EQ(lintKindFromName(nameOf(kind.kind)), kind.kind);
    EXPECT_TRUE(test::caughtError([] { lintKindFromName("fluff"); }));
}

} // namespace
} // namespace vernier
