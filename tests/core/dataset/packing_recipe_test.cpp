#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/dataset/inserted_tokens.h"
#include "core/dataset/token_windows.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <omp.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<std::int32_t>;

constexpr std::int32_t kEnd = 0, kBegin = 1, kPadding = 2; // of the tokenizer below

/// The demo's tokenizer with tokens of its own for begin, end and padding, and a post-processor that begins every text
/// and ends it twice.
Tokenizer markedTokenizer() {
    const test::TemporaryFolder folder;
    auto file = nlohmann::json::parse(test::get(test::demoFolder() / "model" / "tokenizer.json"));
    const auto special = [](const char* id) { return nlohmann::json{{"SpecialToken", {{"id", id}, {"type_id", 0}}}}; };
    const nlohmann::json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
    const auto entry = [](const char* id, int number) {
        return nlohmann::json{{"id", id}, {"ids", {number}}, {"tokens", {id}}};
    };
    file["post_processor"] = {
        {"type", "TemplateProcessing"},
        {"single", {special("<|im_start|>"), text, special("<|endoftext|>"), special("<|endoftext|>")}},
        {"pair", nlohmann::json::array()},
        {"special_tokens",
         {{"<|im_start|>", entry("<|im_start|>", kBegin)}, {"<|endoftext|>", entry("<|endoftext|>", kEnd)}}}};
    test::put(folder / "tokenizer.json", file.dump());
    test::put(folder / "tokenizer_config.json",
              R"({"bos_token": "<|im_start|>", "eos_token": {"content": "<|endoftext|>"}, "pad_token": "<|im_end|>"})");
    return Tokenizer::load(folder.path());
}

const Tokenizer& tokenizer() {
    static const Tokenizer marked = markedTokenizer();
    return marked;
}

Document plain(std::string text) {
    Document document;
    document.text = std::move(text);
    return document;
}

/// Documents of very different lengths, an empty one among them.
std::vector<Document> someDocuments(std::size_t count, std::uint64_t seed) {
    SeededRandom random(seed);
    std::vector<Document> documents;
    for (std::size_t i = 0; i < count; ++i) {
        std::string text;
        for (std::uint64_t words = i == 3 ? 0 : random.below(random.below(8) == 0 ? 400 : 30); words > 0; --words)
            text += std::string(1 + random.below(7), static_cast<char>('a' + random.below(26))) + " ";
        documents.push_back(plain(text));
    }
    return documents;
}

TokenWindows pack(const std::vector<Document>& documents, const PackingRecipe& recipe) {
    JobContext job;
    return packDocuments(std::vector<DocumentView>(documents.begin(), documents.end()), tokenizer(), nullptr, recipe,
                         job);
}

Ids tokensOf(const Document& document) {
    return tokenizer().encode(document.text);
}

/// The documents' own tokens and what surrounds them, end to end.
Ids streamOf(const std::vector<Document>& documents, const Ids& before, const Ids& behind) {
    Ids stream;
    for (const Document& document : documents) {
        stream.insert(stream.end(), before.begin(), before.end());
        const Ids ids = tokensOf(document);
        stream.insert(stream.end(), ids.begin(), ids.end());
        stream.insert(stream.end(), behind.begin(), behind.end());
    }
    return stream;
}

void expectStream(const TokenWindows& windows, const Ids& stream) {
    EXPECT_EQ(windows.ids.size() + windows.droppedTokens, stream.size());
    ASSERT_LE(windows.ids.size(), stream.size());
    EXPECT_TRUE(std::ranges::equal(windows.ids, std::span(stream).first(windows.ids.size())));
}

const std::vector<Document> kThree = {plain("one two three"), plain("four five"), plain("six seven eight nine")};

TEST(PackingRecipe, SeparatesByATextTokenizedByItself) {
    const PackingRecipe recipe{.separator = Separator::Text, .sequenceLength = 3, .separatorText = "\n\n"};
    expectStream(pack(kThree, recipe), streamOf(kThree, {}, tokenizer().encode("\n\n")));
}

TEST(PackingRecipe, SeparatesByATokenOfTheVocabulary) {
    PackingRecipe recipe{.separator = Separator::Token, .sequenceLength = 3, .separatorText = "<|im_end|>"};
    expectStream(pack(kThree, recipe), streamOf(kThree, {}, {2}));
    recipe.separatorText = "<|no such token|>";
    const auto error = test::caughtError([&] { pack(kThree, recipe); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->place(), "separator_text");
    EXPECT_THAT(error->problem(), HasSubstr("<|no such token|>"));
}

TEST(PackingRecipe, BeginsAndEndsDocuments) {
    const PackingRecipe begun{
        .separator = Separator::None, .sequenceLength = 3, .beginOfText = BeginOfText::PerDocument};
    expectStream(pack(kThree, begun), streamOf(kThree, {kBegin}, {}));
    const PackingRecipe ended{.separator = Separator::None, .sequenceLength = 3, .endOfText = EndOfText::PerDocument};
    expectStream(pack(kThree, ended), streamOf(kThree, {}, {kEnd}));
}

TEST(PackingRecipe, InsertsWhatThePostProcessorDoes) {
    const PackingRecipe recipe{
        .separator = Separator::None, .sequenceLength = 3, .beginOfText = BeginOfText::AsTokenizer};
    Ids stream;
    for (const Document& document : kThree) {
        const Ids ids = tokenizer().encode(document.text, {.addSpecialTokens = true});
        stream.insert(stream.end(), ids.begin(), ids.end());
    }
    EXPECT_EQ(stream, streamOf(kThree, {kBegin}, {kEnd, kEnd}));
    expectStream(pack(kThree, recipe), stream);
}

TEST(PackingRecipe, BeginsEveryWindow) {
    const PackingRecipe recipe{.sequenceLength = 4, .beginOfText = BeginOfText::PerWindow};
    const TokenWindows windows = pack(kThree, recipe);
    const Ids stream = streamOf(kThree, {}, {kEnd});
    EXPECT_EQ(windows.count(), std::ssize(stream) / 3);
    EXPECT_EQ(windows.droppedTokens, stream.size() % 3);
    for (std::int64_t window = 0; window < windows.count(); ++window) {
        const auto ids = windows.window(window);
        EXPECT_EQ(ids[0], kBegin);
        EXPECT_TRUE(std::equal(ids.begin() + 1, ids.end(), stream.begin() + 3 * window));
        const auto at = static_cast<std::size_t>(4 * window);
        EXPECT_EQ(windows.origins[at], TokenOrigin::Before);
        EXPECT_EQ(windows.documents[at], windows.documents[at + 1]);
    }
}

TEST(PackingRecipe, LeavesShortDocumentsOutAndCountsThem) {
    const std::vector<Document> documents = {plain("a"), plain("é é é é é é é é é é"), plain("a long enough document"),
                                             plain("")};
    const std::vector<Document> long3 = {documents[1], documents[2]}, long20 = {documents[2]};
    PackingRecipe recipe{.sequenceLength = 2, .minimumTokens = 3};
    const TokenWindows windows = pack(documents, recipe);
    EXPECT_EQ(windows.droppedDocuments, 2u);
    EXPECT_EQ(windows.ids, pack(long3, {.sequenceLength = 2}).ids);
    EXPECT_EQ(windows.documents.front(), 1u);
    recipe.minimumTokens = 0;
    recipe.minimumCharacters = 20; // the second has 19, in 29 bytes
    EXPECT_EQ(pack(documents, recipe).droppedDocuments, 3u);
    EXPECT_EQ(pack(documents, recipe).ids, pack(long20, {.sequenceLength = 2}).ids);
    recipe.minimumCharacters = 1000;
    const auto error = test::caughtError([&] { pack(documents, recipe); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->problem(), HasSubstr("0 documents give 0 tokens"));
}

TEST(PackingRecipe, ShufflesByTheSeed) {
    const std::vector<Document> documents = someDocuments(50, 1);
    const PackingRecipe recipe{.sequenceLength = 8, .shuffle = true, .seed = 7};
    const TokenWindows windows = pack(documents, recipe);
    EXPECT_EQ(windows.ids, pack(documents, recipe).ids);
    PackingRecipe other = recipe;
    other.seed = 8;
    EXPECT_NE(windows.ids, pack(documents, other).ids);
    std::vector<std::uint32_t> order(50);
    std::iota(order.begin(), order.end(), 0u);
    SeededRandom(7).shuffle(std::span(order));
    std::vector<Document> shuffled;
    for (const std::uint32_t document : order)
        shuffled.push_back(documents[document]);
    expectStream(windows, streamOf(shuffled, {}, {kEnd}));
}

TEST(PackingRecipe, NamesTheTokenThatTheTokenizerLacks) {
    const test::TemporaryFolder folder;
    test::put(folder / "tokenizer.json", test::get(test::demoFolder() / "model" / "tokenizer.json"));
    const Tokenizer nameless = Tokenizer::load(folder.path());
    EXPECT_EQ(paddingToken(nameless), 0);
    const auto place = [&](const PackingRecipe& recipe) {
        const auto error = test::caughtError([&] { insertedTokens(recipe, nameless); });
        return error ? error->place() : "";
    };
    EXPECT_EQ(place({.separator = Separator::None}), "");
    EXPECT_EQ(place({.separator = Separator::EndOfText}), "separator");
    EXPECT_EQ(place({.separator = Separator::None, .beginOfText = BeginOfText::PerWindow}), "begin_of_text");
    EXPECT_EQ(place({.separator = Separator::None, .endOfText = EndOfText::PerDocument}), "end_of_text");
    EXPECT_EQ(place({.mode = PackingMode::OnePerWindow}), ""); // none is separated
}

TEST(OnePerWindow, TruncatesAndPads) {
    const Ids longer = tokensOf(kThree[2]), shorter = tokensOf(kThree[1]);
    const std::vector<Document> documents = {kThree[2], kThree[1]};
    ASSERT_GT(longer.size(), shorter.size() + 1);
    const auto length = static_cast<int>(shorter.size() + 1);
    PackingRecipe recipe{.sequenceLength = length, .mode = PackingMode::OnePerWindow};
    const TokenWindows head = pack(documents, recipe);
    ASSERT_EQ(head.count(), 2);
    EXPECT_TRUE(std::equal(head.window(0).begin(), head.window(0).end(), longer.begin()));
    EXPECT_EQ(head.droppedTokens, longer.size() - static_cast<std::size_t>(length));
    EXPECT_EQ(head.validLengths, (Ids{length, length - 1}));
    EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), head.window(1).begin()));
    EXPECT_EQ(head.window(1).back(), kPadding);
    EXPECT_EQ(head.origins.back(), TokenOrigin::Padding);
    EXPECT_EQ(head.documents.back(), 1u);
    EXPECT_FALSE(head.isPadding(2 * length - 2));
    EXPECT_TRUE(head.isPadding(2 * length - 1));

    recipe.truncation = Truncation::Tail;
    const TokenWindows tail = pack(documents, recipe);
    EXPECT_TRUE(std::equal(tail.window(0).rbegin(), tail.window(0).rend(), longer.rbegin()));

    recipe.shortDocuments = ShortDocuments::LeaveOut;
    const TokenWindows full = pack(documents, recipe);
    EXPECT_EQ(full.count(), 1);
    EXPECT_EQ(full.droppedDocuments, 1u);
    EXPECT_TRUE(full.validLengths.empty());
}

TEST(OnePerWindow, KeepsWhatIsInsertedWhole) {
    const PackingRecipe recipe{.sequenceLength = 5,
                               .mode = PackingMode::OnePerWindow,
                               .beginOfText = BeginOfText::PerWindow,
                               .endOfText = EndOfText::PerDocument};
    const Ids ids = tokensOf(kThree[2]);
    ASSERT_GT(ids.size(), 3u);
    EXPECT_THAT(pack({kThree[2]}, recipe).ids, ElementsAre(kBegin, ids[0], ids[1], ids[2], kEnd));
    const PackingRecipe crowded{
        .sequenceLength = 3, .mode = PackingMode::OnePerWindow, .beginOfText = BeginOfText::AsTokenizer};
    const auto error = test::caughtError([&] { pack(kThree, crowded); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->place(), "sequence_length");
}

TEST(OnePerWindow, DrawsAnOffsetThatOtherDocumentsDoNotMove) {
    const std::vector<Document> documents = someDocuments(60, 5);
    PackingRecipe recipe{.sequenceLength = 4,
                         .mode = PackingMode::OnePerWindow,
                         .truncation = Truncation::RandomOffset,
                         .minimumTokens = 8,
                         .seed = 3};
    const TokenWindows all = pack(documents, recipe);
    ASSERT_GT(all.count(), 20);
    std::vector<std::int64_t> offsets;
    for (std::int64_t window = 0; window < all.count(); ++window) {
        const Document& document = documents[all.documents[static_cast<std::size_t>(4 * window)]];
        EXPECT_TRUE(std::ranges::equal(pack({document}, recipe).ids, all.window(window)));
        const Ids ids = tokensOf(document);
        const auto found = std::search(ids.begin(), ids.end(), all.window(window).begin(), all.window(window).end());
        EXPECT_NE(found, ids.end());
        offsets.push_back(found - ids.begin());
    }
    EXPECT_NE(std::ranges::min(offsets), std::ranges::max(offsets));
    recipe.seed = 4;
    EXPECT_NE(pack(documents, recipe).ids, all.ids);
}

TEST(OnePerWindow, LeavesOutDocumentsWithoutTokens) {
    const PackingRecipe recipe{.sequenceLength = 8, .mode = PackingMode::OnePerWindow};
    const TokenWindows windows = pack({plain(""), plain("text")}, recipe);
    EXPECT_EQ(windows.count(), 1);
    EXPECT_EQ(windows.droppedDocuments, 1u);
    const auto error = test::caughtError([&] { pack({plain("")}, recipe); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Input);
}

TEST(TokenWindows, HashCoversPaddingOnlyWhereThereIsSome) {
    TokenWindows windows;
    windows.sequenceLength = 2;
    windows.ids = {1, 2, 3, 4};
    const std::string unpadded = windows.hash();
    windows.validLengths = {2, 1};
    EXPECT_NE(windows.hash(), unpadded);
    // Computed independently over the little-endian int32 values 2 1 2 3 4 2 1.
    const std::int32_t hashed[] = {2, 1, 2, 3, 4, 2, 1};
    EXPECT_EQ(windows.hash(), sha256(std::as_bytes(std::span(hashed))));
}

PackingRecipe randomRecipe(SeededRandom& random) {
    PackingRecipe recipe;
    recipe.separator = static_cast<Separator>(random.below(4));
    recipe.separatorText = recipe.separator == Separator::Token ? "<|im_end|>" : " -- ";
    recipe.sequenceLength = 5 + static_cast<int>(random.below(60));
    recipe.maxWindows = random.below(2) ? static_cast<int>(random.below(40)) : 0;
    recipe.mode = static_cast<PackingMode>(random.below(2));
    recipe.truncation = static_cast<Truncation>(random.below(3));
    recipe.shortDocuments = static_cast<ShortDocuments>(random.below(2));
    recipe.beginOfText = static_cast<BeginOfText>(random.below(4));
    recipe.endOfText = static_cast<EndOfText>(random.below(2));
    recipe.minimumTokens = static_cast<int>(random.below(10));
    recipe.minimumCharacters = static_cast<int>(random.below(20));
    recipe.shuffle = random.below(2) == 1;
    recipe.seed = random.next();
    return recipe;
}

/// The text tokens of every document, in the order in which they stand in the windows.
std::vector<Ids> gathered(const TokenWindows& windows, std::size_t documents) {
    std::vector<Ids> texts(documents);
    for (std::size_t at = 0; at < windows.ids.size(); ++at)
        if (windows.origins[at] == TokenOrigin::Text)
            texts[windows.documents[at]].push_back(windows.ids[at]);
    return texts;
}

TEST(PackingProperty, EveryRecipeKeepsDocumentsRecognisable) {
    const int threads = omp_get_max_threads();
    for (std::uint64_t round = 0; round < 150; ++round) {
        SeededRandom random(round);
        const std::vector<Document> documents = someDocuments(40, round);
        const PackingRecipe recipe = randomRecipe(random);
        TokenWindows windows;
        omp_set_num_threads(1 + static_cast<int>(round % 2));
        if (const auto error = test::caughtError([&] { windows = pack(documents, recipe); })) {
            EXPECT_EQ(error->kind(), ErrorKind::Input); // nothing fills a window
            continue;
        }
        omp_set_num_threads(2 - static_cast<int>(round % 2));
        const TokenWindows again = pack(documents, recipe);
        ASSERT_EQ(again.ids, windows.ids);
        ASSERT_EQ(again.hash(), windows.hash());
        ASSERT_EQ(windows.documents.size(), windows.ids.size());
        ASSERT_EQ(windows.origins.size(), windows.ids.size());
        ASSERT_EQ(static_cast<int>(windows.ids.size()) % recipe.sequenceLength, 0);
        if (recipe.maxWindows > 0) {
            ASSERT_LE(windows.count(), recipe.maxWindows);
        }
        std::size_t partial = 0;
        const std::vector<Ids> texts = gathered(windows, documents.size());
        for (std::size_t i = 0; i < documents.size(); ++i) {
            const Ids whole = tokensOf(documents[i]);
            if (texts[i].empty())
                continue;
            EXPECT_GE(std::ssize(whole), recipe.minimumTokens);
            EXPECT_GE(std::ssize(documents[i].text), recipe.minimumCharacters);
            const bool isPart =
                std::search(whole.begin(), whole.end(), texts[i].begin(), texts[i].end()) != whole.end();
            EXPECT_TRUE(isPart) << "round " << round << ", document " << i;
            partial += texts[i] != whole;
        }
        if (recipe.mode == PackingMode::Concatenate) {
            EXPECT_LE(partial, 1u) << "only the last document may be cut";
        }
        for (std::int64_t token = 0; token < std::ssize(windows.ids); ++token)
            ASSERT_EQ(windows.isPadding(token),
                      windows.origins[static_cast<std::size_t>(token)] == TokenOrigin::Padding);
    }
    omp_set_num_threads(threads);
}

} // namespace
} // namespace vernier
