#include "core/base/error.h"
#include "core/dataset/import.h"
#include "tests/support/test_files.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImportResult import(std::string_view content, const std::string& name, const ImportOptions& options = {}) {
    JobContext job;
    return importBytes(content, name, options, job);
}

/// Documents and skips as readable lines: "2 text" or "3 ! reason".
std::vector<std::string> dump(const ImportResult& result) {
    std::vector<std::string> lines;
    for (const DocumentView document : result.documents)
        lines.push_back(std::to_string(document.line) + " " + std::string(document.text));
    for (const SkippedRecord& record : result.skipped)
        lines.push_back(std::to_string(record.line) + " ! " + record.reason);
    return lines;
}

std::string failure(std::string_view content, const std::string& name) {
    try {
        import(content, name);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "nothing was thrown";
}

ImportOptions mapped(std::string_view mapping) {
    ImportOptions options;
    options.mapping = parseFieldMapping(mapping);
    return options;
}

ImportOptions divided(TextUnit unit) {
    ImportOptions options;
    options.unit = unit;
    return options;
}

std::string gzip(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string zstd(std::string_view text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return packed;
}

const std::string kTwoRecords = "{\"text\": \"one\"}\n{\"text\": \"two\"}\n";

TEST(ImportPacked, ReadsGzipAndZstdAsWhatIsInside) {
    for (const std::string& packed : {gzip(kTwoRecords), zstd(kTwoRecords)})
        for (const char* name : {"a.jsonl.gz", "a.JSONL.zst", "a.jsonl"})
            EXPECT_THAT(dump(import(packed, name)), ElementsAre("1 one", "2 two")) << name;
    EXPECT_THAT(dump(import(gzip("plain"), "a.txt.gz")), ElementsAre("0 plain"));
}

TEST(ImportPacked, ReadsSeveralMembersAsOneText) {
    const std::string first = "{\"text\": \"one\"}\n{\"te", second = "xt\": \"two\"}\n";
    EXPECT_THAT(dump(import(gzip(first) + gzip(second), "a.jsonl.gz")), ElementsAre("1 one", "2 two"));
    EXPECT_THAT(dump(import(zstd(first) + zstd(second), "a.jsonl.zst")), ElementsAre("1 one", "2 two"));
    EXPECT_THAT(dump(import(gzip(first + second) + std::string(512, '\0'), "a.jsonl.gz")),
                ElementsAre("1 one", "2 two"));
}

TEST(ImportPacked, SaysWhenDataIsCutOffOrDamaged) {
    for (const std::string& packed : {gzip(kTwoRecords), zstd(kTwoRecords)})
        for (std::size_t length = 4; length < packed.size(); ++length)
            EXPECT_THAT(failure(packed.substr(0, length), "a.jsonl"), HasSubstr("cut off")) << length;
    EXPECT_THAT(failure(gzip(kTwoRecords) + "more", "a.gz"), HasSubstr("something behind its compressed data"));
    std::string damaged = gzip(kTwoRecords);
    damaged[damaged.size() - 6] = static_cast<char>(~damaged[damaged.size() - 6]); // in the checksum
    EXPECT_THAT(failure(damaged, "a.gz"), HasSubstr("is damaged: incorrect data check"));
    EXPECT_THAT(failure(gzip(gzip(kTwoRecords)), "a.gz"), HasSubstr("compressed twice"));
}

TEST(ImportPacked, RefusesWhatExpandsWithoutMeasure) {
    const std::string spaces(std::size_t{80} << 20, ' ');
    for (const std::string& bomb : {gzip(spaces), zstd(spaces)})
        for (const char* name : {"a.txt", "a.jsonl", "a.json", "a.csv"})
            EXPECT_THAT(failure(bomb, name), HasSubstr("expands to more than 200 times")) << name;
}

TEST(ImportText, IsDividedAsWanted) {
    const std::string text = "one\n two \n\n \n\nthree\r\nfour";
    EXPECT_THAT(dump(import(text, "a.md", divided(TextUnit::Paragraph))),
                ElementsAre("1 one", "2 two", "6 three", "7 four"));
    EXPECT_THAT(dump(import(text, "a.md", divided(TextUnit::Block))), ElementsAre("1 one\n two", "6 three\r\nfour"));
    EXPECT_THAT(dump(import("a\n\nb\n\n", "a.txt", divided(TextUnit::Block))), ElementsAre("1 a", "3 b"));
    EXPECT_THAT(dump(import("caf\xE9 ol\xE9", "a.txt")), ElementsAre("0 caf\uFFFD ol\uFFFD"));
}

TEST(ImportTable, ReadsQuotesDelimitersAndLineBreaks) {
    EXPECT_THAT(
        dump(import("id,text\r\n1,plain\r\n2,\"with, comma \"\"quoted\"\"\nand a line\"\r\n\r\n3,last", "a.csv")),
        ElementsAre("2 plain", "3 with, comma \"quoted\"\nand a line", "6 last"));
    EXPECT_THAT(dump(import("text;id\na,b;1\n", "a.csv")), ElementsAre("2 a,b"));
    EXPECT_THAT(dump(import("text\tid\na \"b\" c\t1\n", "a.tsv")), ElementsAre("2 a \"b\" c"));
    EXPECT_THAT(dump(import(gzip("question,answer\nwhy?,because\n"), "a.csv.gz")),
                ElementsAre(R"(2 [{"role":"user","content":"why?"},{"role":"assistant","content":"because"}])"));
}

TEST(ImportTable, SkipsRowsThatDoNotFit) {
    EXPECT_THAT(dump(import("id,text\n1\n2,good\n3,\n4,\"never closed\n5,lost\n", "a.csv")),
                ElementsAre("3 good", "2 ! has 1 fields where the header has 2", testing::StartsWith("4 ! has none of"),
                            testing::StartsWith("5 ! has a quote that is never closed")));
    EXPECT_THAT(failure("a,b\n1,2\n", "a.csv"), HasSubstr("it has \"a\", \"b\""));
    EXPECT_THAT(failure("\"a,b\n1,2\n", "a.csv"), HasSubstr("header row with a quote that is never closed"));
}

TEST(ImportFields, MakesConversationsOfInstructionsAndAnswers) {
    const ImportResult result =
        import(R"({"instruction": "Add.", "input": "1 and 2", "output": "3", "system": "Count."})", "a.jsonl");
    EXPECT_EQ(result.documents[0].text,
              R"([{"role":"system","content":"Count."},{"role":"user","content":"Add.\n\n1 and 2"},)"
              R"({"role":"assistant","content":"3"}])");
    EXPECT_TRUE(result.documents[0].isConversation);
    EXPECT_EQ(result.documents[0].field, "instruction+input+output");
    EXPECT_EQ(result.schema->name(), "instruction+input+output");
    EXPECT_THAT(dump(import("{\"prompt\": \"p\", \"completion\": \"c\"}\n{\"text\": \"other\"}", "a.jsonl")),
                ElementsAre(R"(1 [{"role":"user","content":"p"},{"role":"assistant","content":"c"}])", "2 other"));
}

TEST(ImportFields, FollowTheMappingThatIsGiven) {
    EXPECT_THAT(dump(import(R"({"q": "why", "a": "so", "text": "no"})", "a.jsonl", mapped("instruction=q,output=a"))),
                ElementsAre(R"(1 [{"role":"user","content":"why"},{"role":"assistant","content":"so"}])"));
    const ImportResult result = import(R"({"body": "x", "topic": "law"})", "a.jsonl", mapped("text=body,domain=topic"));
    EXPECT_EQ(result.documents[0].domain, "law");
    for (const char* bad : {"", "text", "text=", "nothing=a", "instruction=a", "text=a,instruction=b,output=c"})
        EXPECT_THROW(parseFieldMapping(bad), Error) << bad;
}

TEST(ImportRecords, KeepWhatSimdjsonRefusesButIsGoodJson) {
    EXPECT_THAT(dump(import("{\"id\": 123456789012345678901234567890, \"text\": \"huge number\"}\n", "a.jsonl")),
                ElementsAre("1 huge number"));
}

TEST(ImportRecords, SkipALineOf100MegabytesAndGoOn) {
    const std::string content = "{\"text\": \"" + std::string(100'000'000, 'x') + "\"}\n{\"text\": \"good\"}\n";
    EXPECT_THAT(dump(import(content, "a.jsonl")),
                ElementsAre("2 good", "1 ! has 100000012 bytes, more than the 67108864 allowed"));
}

TEST(ImportRecords, CountAllSkipsAndListSome) {
    std::string content = "{\"text\": \"good\"}\n";
    for (int i = 0; i < 1500; ++i)
        content += "nonsense\n";
    const ImportResult result = import(content, "a.jsonl");
    EXPECT_EQ(result.skippedCount, 1500u);
    EXPECT_EQ(result.skipped.size(), kMaxListedSkips);
}

TEST(ImportEncoding, RefusesUtf16WithoutAMark) {
    EXPECT_THAT(failure(std::string("h\0i\0 \0x\0", 8), "a.txt"), HasSubstr("is UTF-16 text; save it as UTF-8"));
}

TEST(ImportPreview, ReadsOnlyTheFirstRows) {
    std::string content;
    for (int i = 0; i < 100; ++i)
        content += "{\"id\": 1, \"text\": \"row\"}\n";
    JobContext job;
    const ImportResult result = previewBytes(content, "a.jsonl", {}, job);
    EXPECT_EQ(result.documents.size(), 20u);
    EXPECT_THAT(result.fields, ElementsAre("id", "text"));
    EXPECT_EQ(result.format, FileFormat::JsonLines);
}

TEST(ImportPreview, ShowsFieldsAndReasonsWhereNoRecordCanBeUsed) {
    JobContext job;
    const ImportResult result = previewBytes("{\"body\": \"x\"}\n{\"body\": \"y\"}\n", "a.jsonl", {}, job);
    EXPECT_TRUE(result.documents.empty());
    EXPECT_THAT(result.fields, ElementsAre("body"));
    ASSERT_EQ(result.skipped.size(), 2u);
    EXPECT_THAT(result.skipped[1].reason, HasSubstr("it has \"body\""));
    EXPECT_THROW(importBytes("{\"body\": \"x\"}\n", "a.jsonl", {}, job), Error);
    EXPECT_THROW(previewBytes("", "a.jsonl", {}, job), Error);
}

TEST(ImportPreview, StopsAfterAsManyBadRecordsAsAreListed) {
    std::string content;
    for (std::size_t i = 0; i < 3 * kMaxListedSkips; ++i)
        content += "bad\n";
    JobContext job;
    EXPECT_EQ(previewBytes(content, "a.jsonl", {}, job).skippedCount, kMaxListedSkips);
}

TEST(ImportPreview, ReadsOnlyTheBeginningOfALongText) {
    std::string content;
    while (content.size() < 2 * kMaxPreviewBytes)
        content += "Straße ";
    content.insert(0, "x"); // so that the limit falls into different places of characters
    JobContext job;
    const ImportResult preview = previewBytes(content, "a.txt", {}, job);
    ASSERT_EQ(preview.documents.size(), 1u);
    EXPECT_LE(preview.documents[0].text.size(), kMaxPreviewBytes);
    EXPECT_GE(preview.documents[0].text.size(), kMaxPreviewBytes - 3);
    EXPECT_EQ(preview.replacedSequences, 0u);
    EXPECT_EQ(importBytes(content, "a.txt", {}, job).documents[0].text.size(), content.size());
}

TEST(ImportFolder, FindsKnownFilesInOrderAndSurvivesLoops) {
    const test::TemporaryFolder folder;
    for (const char* name : {"b.txt", "a.jsonl.gz", "sub/c.MD", "sub/d.png", ".hidden/e.txt"})
        test::put(folder / name, "x");
    std::filesystem::create_directory_symlink(folder.path(), folder / "sub/loop");
    EXPECT_THAT(importableFiles(folder.path()),
                ElementsAre(folder / "a.jsonl.gz", folder / "b.txt", folder / "sub/c.MD"));
}

} // namespace
} // namespace vernier
