#include "core/dataset/import.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/dataset/bounded_json.h"
#include "core/dataset/import/record_stream.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ImportResult import(std::string_view content, const std::string& name = "text.jsonl",
                    const ImportOptions& options = {}) {
    JobContext job;
    return importBytes(content, name, options, job);
}

Error importError(std::string_view content, const std::string& name = "text.jsonl", const ImportOptions& options = {}) {
    try {
        import(content, name, options);
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("nothing was thrown");
}

std::vector<std::string> texts(const ImportResult& result) {
    std::vector<std::string> all;
    for (const DocumentView document : result.documents)
        all.emplace_back(document.text);
    return all;
}

std::vector<std::string> skips(const ImportResult& result) {
    std::vector<std::string> all;
    for (const SkippedRecord& record : result.skipped)
        all.push_back(std::to_string(record.line) + ": " + record.reason);
    return all;
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ImportJsonl, TakesEachLineWithItsOrigin) {
    const ImportResult result = import("{\"text\": \"one\", \"domain\": \"prose\"}\n{\"content\": \"two\"}\n",
                                       "a/b.jsonl", {.tag = "held-out", .field = {}});
    ASSERT_EQ(result.documents.size(), 2u);
    const DocumentView first = result.documents[0];
    EXPECT_EQ(first.text, "one");
    EXPECT_EQ(first.domain, "prose");
    EXPECT_EQ(first.source, "a/b.jsonl");
    EXPECT_EQ(first.line, 1u);
    EXPECT_EQ(first.field, "text");
    EXPECT_FALSE(first.isConversation);
    EXPECT_THAT(first.tags, ElementsAre("held-out"));
    EXPECT_EQ(*first.hash, contentHash(toDocument(first)));
    EXPECT_EQ(result.documents[1].field, "content");
    EXPECT_EQ(result.documents[1].line, 2u);
    EXPECT_THAT(result.documents[1].domain, IsEmpty());
    EXPECT_THAT(result.skipped, IsEmpty());
}

TEST(ImportJsonl, AcceptsCrLfBomBlankLinesAndAMissingLastLineEnd) {
    const ImportResult result =
        import("\xEF\xBB\xBF{\"text\": \"one\"}\r\n\r\n  \t\n{\"text\": \"two\"}\r\n{\"text\": \"three\"}");
    EXPECT_THAT(texts(result), ElementsAre("one", "two", "three"));
    EXPECT_EQ(result.documents[1].line, 4u);
    EXPECT_THAT(result.skipped, IsEmpty());
}

TEST(ImportJsonl, SkipsBadRecordsWithLineAndReason) {
    const ImportResult result = import("{\"text\": \"good\"}\n"
                                       "{\"text\": \"cut off\n"
                                       "[1, 2]\n"
                                       "{\"text\": 7}\n"
                                       "{\"text\": \"\"}\n"
                                       "{\"title\": \"x\", \"body\": {\"text\": \"y\"}}\n"
                                       "{\"text\": \"also good\"}\n");
    EXPECT_THAT(texts(result), ElementsAre("good", "also good"));
    EXPECT_THAT(skips(result),
                ElementsAre("2: is not valid JSON from byte 18 on", "3: is a list, not an object",
                            "4: field \"text\" is a number, not a text", "5: field \"text\" is empty",
                            "6: has none of the fields \"messages\", \"conversations\", \"text\", \"content\", "
                            "\"instruction+input+output\", \"instruction+context+response\", \"prompt+completion\", "
                            "\"prompt+response\", \"question+answer\" (it has \"title\", \"body\")"));
    EXPECT_EQ(result.skipped[0].source, "text.jsonl");
}

TEST(ImportJsonl, TakesTheNamedFieldOnly) {
    const ImportResult result = import("{\"text\": \"no\", \"instruction\": \"yes\"}\n{\"text\": \"no\"}\n", "a.jsonl",
                                       {.tag = {}, .field = "instruction"});
    EXPECT_THAT(texts(result), ElementsAre("yes"));
    EXPECT_EQ(result.documents[0].field, "instruction");
    EXPECT_THAT(skips(result), ElementsAre("2: has no field \"instruction\" (it has \"text\")"));
}

TEST(ImportJsonl, TreatsNullAsAbsent) {
    EXPECT_THAT(texts(import("{\"messages\": null, \"text\": \"plain\"}\n")), ElementsAre("plain"));
}

TEST(ImportJsonl, CountsReplacedSequencesOfTheDocumentsItKeeps) {
    const ImportResult result = import("{\"text\": \"a\xFF\xFE\"}\n{\"text\": \"b\xC3\"}\n{\"other\": \"\xFF\"}\n");
    EXPECT_THAT(texts(result), ElementsAre("a\uFFFD\uFFFD", "b\uFFFD"));
    EXPECT_EQ(result.documents[0].replacedBytes, 2u);
    EXPECT_EQ(result.documents[1].replacedBytes, 1u);
    EXPECT_EQ(result.replacedSequences, 3u);
    EXPECT_EQ(result.skipped.size(), 1u);
}

TEST(ImportJsonl, KeepsNulBytesThatAreWrittenAsEscapes) {
    const ImportResult result = import("{\"text\": \"a\\u0000b\"}\n");
    EXPECT_EQ(result.documents[0].text, std::string("a\0b", 3));
}

TEST(ImportJsonl, RefusesHostileNesting) {
    const ImportResult result = import("{\"text\": \"good\"}\n{\"text\": " + nested(kMaxJsonDepth) +
                                       "}\n{\"text\": \"x\", \"meta\": " + nested(1000000) + "}\n" + nested(100000));
    EXPECT_THAT(texts(result), ElementsAre("good"));
    EXPECT_THAT(skips(result), ElementsAre("2: is nested deeper than 64 levels", "3: is nested deeper than 64 levels",
                                           "4: is nested deeper than 64 levels"));
    EXPECT_THAT(texts(import("{\"text\": \"x\", \"meta\": " + nested(kMaxJsonDepth - 1) + "}")), ElementsAre("x"));
}

TEST(ImportJsonl, RefusesRecordsBeyondTheSizeLimit) {
    const ImportResult result =
        import("{\"text\": \"" + std::string(kMaxRecordBytes, 'x') + "\"}\n{\"text\": \"small\"}\n");
    EXPECT_THAT(texts(result), ElementsAre("small"));
    EXPECT_THAT(skips(result), ElementsAre("1: has 67108876 bytes, more than the 67108864 allowed"));
}

TEST(ImportJsonl, CopesWithManyMembers) {
    std::string wide;
    for (int i = 0; i < 100000; ++i)
        wide += "\"k" + std::to_string(i) + "\": 1, ";
    const ImportResult result =
        import("{" + wide + "\"text\": \"found\"}\n{\"messages\": [{" + wide + "\"role\": \"user\"}]}\n");
    EXPECT_THAT(texts(result), ElementsAre("found"));
    EXPECT_THAT(skips(result), ElementsAre("2: has an object of more than 256 members"));
}

TEST(ImportJsonl, NamesTheFirstReasonWhenNothingIsUsable) {
    const Error error = importError("\n{\"prompt\": \"x\"}\n{\"prompt\": \"y\"}\n", "data/gsm.jsonl");
    EXPECT_EQ(error.kind(), ErrorKind::Input);
    EXPECT_EQ(error.place(), "data/gsm.jsonl, line 2");
    EXPECT_THAT(error.problem(), HasSubstr("2 skipped"));
    EXPECT_THAT(error.problem(), HasSubstr("it has \"prompt\""));
    EXPECT_THAT(error.remedy(), HasSubstr("field"));
}

TEST(ImportJsonl, RefusesAnEmptyFile) {
    for (const char* name : {"a.jsonl", "a.json", "a.txt"}) {
        const Error error = importError("", name);
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_STREQ(error.what(), (std::string(name) + ": is empty; choose a file with text in it").c_str());
    }
}

TEST(ImportText, TakesTheWholeFileAsOneDocument) {
    const std::string content("line one\r\nline\0two\xFF\n", 20);
    const ImportResult result = import(content, "notes.md");
    ASSERT_EQ(result.documents.size(), 1u);
    EXPECT_EQ(result.documents[0].text, std::string("line one\r\nline\0two\uFFFD\n", 22));
    EXPECT_EQ(result.documents[0].line, 0u);
    EXPECT_THAT(result.documents[0].field, IsEmpty());
    EXPECT_EQ(result.documents[0].replacedBytes, 1u);
    EXPECT_EQ(result.replacedSequences, 1u);
}

TEST(ImportText, NamesWhatIsNoUtf8Text) {
    EXPECT_EQ(importError(std::string("\xFF\xFEh\0i\0", 6), "a.txt").remedy(), "save it as UTF-8");
    EXPECT_THAT(importError("\x1F\x8B\x08", "a.jsonl.gz").problem(), HasSubstr("cut off"));
    EXPECT_EQ(importError("PAR1....", "a.parquet").remedy(), "export it as JSONL");
}

TEST(ImportFile, ReadsFromTheDiskAndKnowsExtensionsInAnyCase) {
    const TemporaryFolder folder;
    test::put(folder / "DATA.JSONL", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    JobContext job;
    const ImportResult result = importFile(folder / "DATA.JSONL", {}, job);
    EXPECT_THAT(texts(result), ElementsAre("one", "two"));
    EXPECT_EQ(result.documents[0].source, (folder / "DATA.JSONL").string());
}

TEST(ImportFile, ReportsAMissingFile) {
    JobContext job;
    try {
        importFile("/nonexistent/file.jsonl", {}, job);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Io);
        EXPECT_EQ(error.place(), "/nonexistent/file.jsonl");
    }
}

TEST(ImportFile, ReportsProgressInBytesUpToTheEnd) {
    std::string content;
    for (int i = 0; i < 40000; ++i)
        content +=
            "{\"text\": \"a line of some hundred bytes, so that the file has a few megabytes, which is enough\"}\n";
    std::vector<Progress> seen;
    JobContext job({}, [&](const Progress& progress) { seen.push_back(progress); }, {});
    importBytes(content, "a.jsonl", {}, job);
    ASSERT_GE(seen.size(), 4u);
    EXPECT_EQ(seen.front().stage, "import");
    EXPECT_EQ(seen.front().done, 0u);
    EXPECT_EQ(seen.back().done, content.size());
    EXPECT_EQ(seen.back().total, content.size());
}

TEST(ImportFile, StopsWhenItIsCancelled) {
    std::stop_source stop;
    std::string content;
    for (int i = 0; i < 40000; ++i)
        content +=
            "{\"text\": \"a line of some hundred bytes, so that the file has a few megabytes, which is enough\"}\n";
    JobContext job(stop.get_token(),
                   [&](const Progress& progress) {
                       if (progress.done > 0)
                           stop.request_stop();
                   },
                   {});
    try {
        importBytes(content, "a.jsonl", {}, job);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
    }
    EXPECT_LT(job.progress().done, content.size());
}

TEST(ContentHash, CoversKindAndTextOnly) {
    Document text;
    text.text = "[]";
    Document elsewhere = text;
    elsewhere.source = "b.txt";
    elsewhere.line = 3;
    elsewhere.tags = {"x"};
    Document conversation = text;
    conversation.isConversation = true;
    EXPECT_EQ(toHex(contentHash(text)), sha256("text\n[]"));
    EXPECT_EQ(contentHash(text), contentHash(elsewhere));
    EXPECT_NE(contentHash(text), contentHash(conversation));
}

} // namespace
} // namespace vernier
