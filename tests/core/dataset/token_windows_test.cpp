#include "core/dataset/token_windows.h"

#include "core/base/error.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Tokenizer& demoTokenizer() {
    static const Tokenizer tokenizer = Tokenizer::load(test::demoFolder() / "model");
    return tokenizer;
}

Document plain(std::string text) {
    Document document;
    document.text = std::move(text);
    document.source = "notes.txt";
    return document;
}

Document conversation(std::string messages) {
    Document document = plain(std::move(messages));
    document.isConversation = true;
    document.source = "chat.jsonl";
    document.line = 4;
    return document;
}

std::vector<DocumentView> views(const std::vector<Document>& documents) {
    return {documents.begin(), documents.end()};
}

TokenWindows pack(const std::vector<Document>& documents, const PackingRecipe& recipe) {
    JobContext job;
    return packDocuments(views(documents), demoTokenizer(), nullptr, recipe, job);
}

std::vector<Document> numberedDocuments(int count) {
    std::vector<Document> documents;
    for (int i = 0; i < count; ++i)
        documents.push_back(plain("Document " + std::to_string(i) + " has its own number.\n"));
    return documents;
}

template <class Call>
Error errorOf(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("nothing was thrown");
}

TEST(PackDocuments, SeparatesConcatenatesAndCuts) {
    const std::vector<Document> documents = {plain("one two"), plain("three")};
    std::vector<std::int32_t> stream;
    std::vector<std::uint32_t> origin;
    for (std::uint32_t i = 0; i < 2; ++i) {
        std::vector<std::int32_t> ids = demoTokenizer().encode(documents[i].text);
        ids.push_back(demoTokenizer().endOfText().value());
        stream.insert(stream.end(), ids.begin(), ids.end());
        origin.resize(stream.size(), i);
    }
    const TokenWindows windows =
        pack(documents, {.separator = Separator::EndOfText, .sequenceLength = 2, .maxWindows = 0});
    const std::size_t kept = stream.size() / 2 * 2;
    EXPECT_EQ(windows.count(), static_cast<std::int64_t>(kept / 2));
    EXPECT_EQ(windows.droppedTokens, stream.size() - kept);
    stream.resize(kept);
    origin.resize(kept);
    EXPECT_EQ(windows.ids, stream);
    EXPECT_EQ(windows.documents, origin);
    EXPECT_THAT(windows.window(1), ElementsAre(stream[2], stream[3]));
}

TEST(PackDocuments, LeavesTheSeparatorOutOnRequest) {
    const std::vector<Document> documents = {plain("one two three"), plain("four five six")};
    const TokenWindows windows = pack(documents, {.separator = Separator::None, .sequenceLength = 2, .maxWindows = 0});
    std::vector<std::int32_t> stream = demoTokenizer().encode(documents[0].text);
    const auto second = demoTokenizer().encode(documents[1].text);
    stream.insert(stream.end(), second.begin(), second.end());
    EXPECT_EQ(windows.ids.size() + windows.droppedTokens, stream.size());
    stream.resize(windows.ids.size());
    EXPECT_EQ(windows.ids, stream);
}

TEST(PackDocuments, StopsReadingOnceTheWindowsAreFull) {
    const std::vector<Document> few = numberedDocuments(40);
    std::vector<Document> many = numberedDocuments(40);
    // A conversation that no template renders: packing fails as soon as it is touched.
    many.resize(20000, plain(std::string(100, 'x')));
    many.push_back(conversation("not messages"));
    const PackingRecipe recipe{.sequenceLength = 64, .maxWindows = 3};
    const TokenWindows windows = pack(many, recipe);
    EXPECT_EQ(windows.count(), 3);
    const TokenWindows same = pack(few, recipe);
    EXPECT_EQ(windows.ids, same.ids);
    EXPECT_EQ(windows.documents, same.documents);
    EXPECT_EQ(windows.droppedTokens, same.droppedTokens);
    EXPECT_LT(windows.droppedTokens, demoTokenizer().encode(few[0].text).size() + 4);
    EXPECT_THROW(pack(many, {.sequenceLength = 64, .maxWindows = 0}), Error);
}

TEST(PackDocuments, KeepsFewerWindowsThanWantedWhenTextRunsOut) {
    const PackingRecipe everything{.sequenceLength = 64, .maxWindows = 0};
    const PackingRecipe more{.sequenceLength = 64, .maxWindows = 1000};
    const std::vector<Document> documents = numberedDocuments(40);
    EXPECT_EQ(pack(documents, more).ids, pack(documents, everything).ids);
    EXPECT_EQ(pack(documents, more).droppedTokens, pack(documents, everything).droppedTokens);
}

TEST(PackDocuments, RefusesLessThanOneWindow) {
    const Error error = errorOf([] { pack({plain("too short")}, {.sequenceLength = 256}); });
    EXPECT_EQ(error.kind(), ErrorKind::Input);
    EXPECT_THAT(error.problem(), HasSubstr("1 documents give"));
    EXPECT_THAT(error.problem(), HasSubstr("less than one window of 256"));
    EXPECT_EQ(errorOf([] { pack({}, {}); }).kind(), ErrorKind::Input);
}

TEST(PackDocuments, WantsAnEndOfTextTokenToSeparateWith) {
    const test::TemporaryFolder folder;
    test::put(folder / "tokenizer.json", test::get(test::demoFolder() / "model" / "tokenizer.json"));
    const Tokenizer tokenizer = Tokenizer::load(folder.path());
    ASSERT_FALSE(tokenizer.endOfText());
    const std::vector<Document> documents = numberedDocuments(4);
    JobContext job;
    const Error error =
        errorOf([&] { packDocuments(views(documents), tokenizer, nullptr, {.sequenceLength = 4}, job); });
    EXPECT_EQ(error.kind(), ErrorKind::Input);
    EXPECT_THAT(error.remedy(), HasSubstr("eos_token"));
    const PackingRecipe unseparated{.separator = Separator::None, .sequenceLength = 4};
    EXPECT_GT(packDocuments(views(documents), tokenizer, nullptr, unseparated, job).count(), 0);
}

TEST(PackDocuments, ReportsEveryDocumentAndStopsWhenCancelled) {
    const std::vector<Document> documents(60000, plain("A document of some hundred bytes, so that all of them together "
                                                       "have a few megabytes and are read in several steps.\n"));
    std::vector<Progress> seen;
    JobContext job({}, [&](const Progress& progress) { seen.push_back(progress); }, {});
    packDocuments(views(documents), demoTokenizer(), nullptr, {}, job);
    ASSERT_GE(seen.size(), 4u);
    EXPECT_EQ(seen.front().stage, "tokenize");
    EXPECT_EQ(seen.back().done, 60000u);
    EXPECT_EQ(seen.back().total, 60000u);

    std::stop_source stop;
    JobContext stopped(stop.get_token(),
                       [&](const Progress& progress) {
                           if (progress.done > 0)
                               stop.request_stop();
                       },
                       {});
    const Error error = errorOf([&] { packDocuments(views(documents), demoTokenizer(), nullptr, {}, stopped); });
    EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
    EXPECT_LT(stopped.progress().done, 30000u);
}

TEST(PackingRecipe, NamesTheFieldThatIsOutOfRange) {
    EXPECT_NO_THROW(PackingRecipe{}.validate());
    for (const int length : {-1, 0, 1, (1 << 20) + 1}) {
        const PackingRecipe recipe{.sequenceLength = length};
        const Error error = errorOf([&] { recipe.validate(); });
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_EQ(error.place(), "sequence_length");
        EXPECT_EQ(error.remedy(), "choose 2 to 1048576 tokens");
    }
    EXPECT_EQ(errorOf([] { PackingRecipe{.maxWindows = -1}.validate(); }).place(), "max_windows");
}

TEST(TokenWindows, HashCoversLengthAndIds) {
    TokenWindows windows;
    windows.sequenceLength = 2;
    windows.ids = {1, 2, 3, 4};
    windows.documents = {0, 0, 1, 1};
    // Computed independently over the little-endian int32 values 2 1 2 3 4.
    EXPECT_EQ(windows.hash(), "2948eebf5feb934ae14962f13d8e4aa95adaea0064c73207cb1cee2a331e47c3");
    TokenWindows other = windows;
    other.documents = {0, 1, 1, 1};
    EXPECT_EQ(other.hash(), windows.hash());
    other.sequenceLength = 4;
    EXPECT_NE(other.hash(), windows.hash());
}

TEST(RenderDocument, GivesPlainTextAsItIs) {
    EXPECT_EQ(renderDocument(plain("a\nb"), nullptr, {}), "a\nb");
}

TEST(RenderDocument, PutsConversationsThroughTheTemplate) {
    const auto chat = ChatTemplate::load(test::demoFolder() / "model");
    ASSERT_TRUE(chat);
    const Document document = conversation(R"([{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}])");
    EXPECT_EQ(renderDocument(document, &*chat, {}),
              "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHo<|im_end|>\n");
}

TEST(RenderDocument, JoinsContentsWithoutTheTemplate) {
    const Document document =
        conversation(R"([{"role":"user","content":"Hi"},{"role":"assistant","content":null},)"
                     R"({"role":"user","content":[{"type":"text","text":"part"},{"type":"image"}]}])");
    EXPECT_EQ(renderDocument(document, nullptr, {.applyChatTemplate = false}), "Hi\npart");
}

TEST(RenderDocument, NamesTheDocumentThatCannotBeRendered) {
    const Document document = conversation(R"([{"role":"user","content":"Hi"}])");
    const Error missing = errorOf([&] { renderDocument(document, nullptr, {}); });
    EXPECT_EQ(missing.kind(), ErrorKind::Input);
    EXPECT_EQ(missing.place(), "chat.jsonl, line 4");
    EXPECT_THAT(missing.problem(), HasSubstr("no chat template"));

    const ChatTemplate strict("{{ raise_exception('roles must alternate') }}", "strict.jinja");
    const Error refused = errorOf([&] { renderDocument(document, &strict, {}); });
    EXPECT_EQ(refused.kind(), ErrorKind::Input);
    EXPECT_EQ(refused.place(), "chat.jsonl, line 4");
    EXPECT_THAT(refused.problem(), HasSubstr("roles must alternate"));

    for (const char* text : {"nonsense", "{}", "[1]"}) {
        const Error damaged = errorOf([&] { renderDocument(conversation(text), &strict, {}); });
        EXPECT_THAT(damaged.problem(), HasSubstr("no list of messages"));
    }
}

} // namespace
} // namespace vernier
