#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/dataset/import.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Documents and skips as readable lines: "2 text" or "3 ! reason".
std::vector<std::string> read(std::string_view content, const std::string& name, TextUnit unit = TextUnit::Paragraph) {
    JobContext job;
    ImportOptions options;
    options.unit = unit;
    const ImportResult result = importBytes(content, name, options, job);
    std::vector<std::string> lines;
    for (const DocumentView document : result.documents) {
        EXPECT_EQ(countInvalidUtf8(document.text), 0u);
        lines.push_back(std::to_string(document.line) + " " + std::string(document.text));
    }
    for (const SkippedRecord& record : result.skipped)
        lines.push_back(std::to_string(record.line) + " ! " + record.reason);
    return lines;
}

TEST(ImportHostile, RawNulBytesCostOnlyTheirRecord) {
    using namespace std::string_literals;
    EXPECT_THAT(read("{\"text\": \"a\0b\"}\n{\"text\": \"good\"}\n"s, "a.jsonl"),
                ElementsAre("2 good", HasSubstr("1 ! is not valid JSON")));
    EXPECT_THAT(read("\0\0\0\n{\"text\": \"good\"}\n\0\0\0\0"s, "a.jsonl"),
                ElementsAre("2 good", HasSubstr("1 ! is not valid JSON"), HasSubstr("3 ! is not valid JSON")));
    // NUL is a character of UTF-8, so that texts and tables keep it.
    EXPECT_THAT(read("one\0two\nthree\n"s, "a.txt"), ElementsAre("1 one\0two"s, "2 three"));
    EXPECT_THAT(read("text\none\0two\n"s, "a.csv"), ElementsAre("2 one\0two"s));
}

TEST(ImportHostile, MixedEncodingsAreReadWhereTheyCanBe) {
    const std::string utf16("\xFF\xFEh\0i\0", 6);
    // UTF-8, then Latin-1, then UTF-16 in one file: bytes that are no UTF-8 become U+FFFD, one for each sequence.
    EXPECT_THAT(read("caf\xC3\xA9\ncaf\xE9\n" + utf16 + "\n", "a.txt"),
                ElementsAre("1 caf\u00E9", "2 caf\uFFFD", "3 " + std::string("\uFFFD\uFFFDh\0i\0", 10)));
    EXPECT_THAT(read("{\"text\": \"caf\xC3\xA9\"}\n{\"text\": \"caf\xE9\"}\n{\"te\xFFxt\": \"x\"}\n", "a.jsonl"),
                ElementsAre("1 caf\u00E9", "2 caf\uFFFD", HasSubstr("3 ! has none of the fields")));
    // A lone surrogate written as an escape, and one smuggled in as three bytes.
    EXPECT_THAT(read("{\"text\": \"\\ud83d\"}\n{\"text\": \"\xED\xA0\xBD\"}\n{\"text\": \"good\"}\n", "a.jsonl"),
                ElementsAre("2 \uFFFD\uFFFD\uFFFD", "3 good", HasSubstr("1 ! is not valid JSON")));
}

TEST(ImportHostile, ALineOf100MegabytesCostsOnlyItselfInEveryFormat) {
    const std::string line(100'000'000, 'x');
    const std::string tooLong = " ! has 100000000 bytes, more than the 67108864 allowed";
    EXPECT_THAT(read("good\n" + line + "\nmore\n", "a.txt"), ElementsAre("1 good", "3 more", "2" + tooLong));
    EXPECT_THAT(read("good\n\n" + line + "\n\nmore\n", "a.txt", TextUnit::Block),
                ElementsAre("1 good", "5 more", HasSubstr("3 ! has 100000001 bytes")));
    EXPECT_THAT(read("text\ngood\n" + line + "\nmore\n", "a.csv"), ElementsAre("2 good", "4 more", "3" + tooLong));
    // Of an element that is not kept, only the comma before it is known.
    EXPECT_THAT(read("[{\"text\": \"good\"},\n" + line + ",\n{\"text\": \"more\"}]", "a.json"),
                ElementsAre("1 good", "3 more", HasSubstr("1 ! has 100000001 bytes")));
}

TEST(ImportHostile, NestingIsRefusedWhereverItStands) {
    const std::string deep = std::string(5'000'000, '[') + std::string(5'000'000, ']');
    const std::string open(20'000'000, '{');
    EXPECT_THAT(read("[{\"text\": \"good\"}, " + deep + ", {\"text\": \"more\"}]", "a.json"),
                ElementsAre("1 good", "1 more", HasSubstr("1 ! is nested deeper than 64 levels")));
    EXPECT_THAT(read(open + "\n{\"text\": \"good\"}\n", "a.jsonl"),
                ElementsAre("2 good", HasSubstr("1 ! is not valid")));
    EXPECT_THAT(
        read("{\"messages\": [{\"role\": \"user\", \"content\": " + deep + "}]}\n{\"text\": \"good\"}\n", "a.jsonl"),
        ElementsAre("2 good", HasSubstr("1 ! is nested deeper than 64 levels")));
}

} // namespace
} // namespace vernier
