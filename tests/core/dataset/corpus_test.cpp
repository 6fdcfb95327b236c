#include "core/dataset/corpus_builder.h"

#include "core/base/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;

Document sample(int i) {
    Document document;
    document.text = "text " + std::to_string(i);
    document.isConversation = i % 2;
    document.domain = i % 3 ? "odd" : "";
    document.source = "file " + std::to_string(i % 4);
    document.line = static_cast<std::uint64_t>(i);
    document.field = i % 5 ? "text" : "";
    document.tags.assign(static_cast<std::size_t>(i % 3), "tag");
    document.replacedBytes = static_cast<std::uint32_t>(i % 7);
    document.importedAt = i % 2 ? 1'700'000'000 : 0;
    return document;
}

Corpus samples(int first, int end) {
    CorpusBuilder builder;
    for (int i = first; i < end; ++i)
        builder.add(sample(i));
    return builder.finish();
}

void expectSame(const DocumentView& view, const Document& document) {
    EXPECT_EQ(view.text, document.text);
    EXPECT_EQ(view.isConversation, document.isConversation);
    EXPECT_EQ(view.domain, document.domain);
    EXPECT_EQ(view.source, document.source);
    EXPECT_EQ(view.line, document.line);
    EXPECT_EQ(view.field, document.field);
    EXPECT_THAT(view.tags, testing::ElementsAreArray(document.tags));
    EXPECT_EQ(view.replacedBytes, document.replacedBytes);
    EXPECT_EQ(view.importedAt, document.importedAt);
    EXPECT_EQ(toHex(contentHash(view)),
              sha256((document.isConversation ? "conversation\n" : "text\n") + document.text));
}

TEST(Corpus, GivesBackWhatWasAddedInAnyNumberOfSegments) {
    Corpus corpus;
    EXPECT_TRUE(corpus.empty());
    EXPECT_EQ(corpus.begin(), corpus.end());
    for (const auto& [first, end] : {std::pair{0, 1}, {1, 1}, {1, 40}, {40, 41}, {41, 100}})
        corpus.append(samples(first, end));
    ASSERT_EQ(corpus.size(), 100u);
    EXPECT_EQ(corpus.segments().size(), 4u);
    int at = 0;
    for (const DocumentView document : corpus) {
        expectSame(document, sample(at));
        expectSame(corpus[static_cast<std::size_t>(at)], sample(at));
        EXPECT_EQ(corpus.text(static_cast<std::size_t>(at)), sample(at).text);
        ++at;
    }
    EXPECT_EQ(at, 100);
}

TEST(Corpus, CopiesShareTheirDocumentsAndGrowApart) {
    const Corpus before = samples(0, 10);
    Corpus after = before;
    after.append(samples(10, 12));
    EXPECT_EQ(before.size(), 10u);
    EXPECT_EQ(after.size(), 12u);
    EXPECT_EQ(before.text(3).data(), after.text(3).data());
    after.append(after);
    EXPECT_EQ(after.size(), 24u);
    EXPECT_EQ(after.text(15), after.text(3));
}

TEST(Corpus, ViewsOutliveTheCorpusTheyCameFrom) {
    Corpus corpus = samples(0, 3);
    const Corpus copy = corpus;
    const DocumentView view = corpus[2];
    corpus = {};
    expectSame(view, sample(2));
}

TEST(CorpusBuilder, KeepsRepeatedOriginsOnce) {
    const Corpus corpus = samples(0, 1000);
    ASSERT_EQ(corpus.segments().size(), 1u);
    const CorpusSegment& segment = *corpus.segments()[0];
    EXPECT_EQ(segment.originNames.size(), 24u); // 4 sources with their times, 2 fields, 3 lists of tags
    EXPECT_THAT(segment.domainNames, ElementsAre("", "odd"));
    EXPECT_EQ(segment.text.capacity(), segment.text.size());
}

TEST(CorpusBuilder, TellsOriginsApartThatReadAlike) {
    CorpusBuilder builder;
    const std::vector<std::vector<std::string>> tags = {{"a", "b"}, {"a 1 b"}, {"ab"}, {}};
    for (const auto& list : tags) {
        Document document = sample(0);
        document.tags = list;
        builder.add(document);
    }
    const Corpus corpus = builder.finish();
    for (std::size_t i = 0; i < tags.size(); ++i)
        EXPECT_THAT(corpus[i].tags, testing::ElementsAreArray(tags[i]));
}

TEST(CorpusBuilder, ClosesSegmentsBeforeTheyGrowLarge) {
    CorpusBuilder builder;
    Document large = sample(1);
    large.text.assign(std::size_t{20} << 20, 'x');
    for (int i = 0; i < 4; ++i)
        builder.add(large);
    EXPECT_EQ(builder.size(), 4u);
    const Corpus corpus = builder.finish();
    EXPECT_EQ(corpus.segments().size(), 2u);
    EXPECT_EQ(corpus.size(), 4u);
    EXPECT_EQ(corpus.text(3).size(), large.text.size());
    EXPECT_EQ(builder.size(), 0u);
    EXPECT_TRUE(builder.finish().empty());
}

TEST(Document, SaysWhereItStands) {
    Document document = sample(4);
    EXPECT_EQ(placeOf(document), "file 0, line 4");
    document.line = 0;
    EXPECT_EQ(placeOf(document), "file 0");
    expectSame(toDocument(document), document);
}

} // namespace
} // namespace vernier
