#include "core/base/error.h"
#include "core/dataset/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Documents and skips of a .json file as readable lines: "2 text" or "3 ! reason".
std::vector<std::string> dump(std::string_view content) {
    JobContext job;
    const ImportResult result = importBytes(content, "records.json", {}, job);
    std::vector<std::string> lines;
    for (const DocumentView document : result.documents)
        lines.push_back(std::to_string(document.line) + " " + std::string(document.text));
    for (const SkippedRecord& record : result.skipped)
        lines.push_back(std::to_string(record.line) + " ! " + record.reason);
    return lines;
}

std::string failure(std::string_view content) {
    try {
        dump(content);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "nothing was thrown";
}

TEST(ImportJsonList, TakesEachElementWithItsLine) {
    EXPECT_THAT(
        dump("[\n  {\"text\": \"one\"},\n  {\n    \"text\": \"two, [with] {brackets} and \\\" a quote\"\n  }\n]\n"),
        ElementsAre("2 one", "3 two, [with] {brackets} and \" a quote"));
    EXPECT_THAT(dump(" \r\n[{\"text\":\"one\"},{\"text\":\"two\"}]"), ElementsAre("2 one", "2 two"));
}

TEST(ImportJsonList, SkipsBadElementsAlone) {
    EXPECT_THAT(dump("[{\"text\": \"one\"},\n\"two\",\n{\"text\": [}]},\n{\"text\": \"four\"} {\"text\": \"five\"},\n"
                     "{\"text\": \"six\"}]"),
                ElementsAre("1 one", "5 six", "2 ! is a string, not an object", "3 ! is not valid JSON from byte 11 on",
                            "4 ! is not valid JSON from byte 18 on"));
}

TEST(ImportJsonList, TellsWhenTheListIsDamaged) {
    EXPECT_THAT(dump("[{\"text\": \"one\"},\n{\"text\": \"tw"),
                ElementsAre("1 one", "2 ! is not valid JSON from byte 13 on",
                            "2 ! the list is not closed, the file seems to be cut off"));
    EXPECT_THAT(dump("[{\"text\": \"one\"}\n"),
                ElementsAre("1 one", "2 ! the list is not closed, the file seems to be cut off"));
    EXPECT_THAT(dump("[{\"text\": \"one\"},"),
                ElementsAre("1 one", "1 ! the list is not closed, the file seems to be cut off"));
    EXPECT_THAT(dump("[{\"text\": \"one\"}]\n{\"text\": \"two\"}"),
                ElementsAre("1 one", "2 ! something follows the end of the list"));
    EXPECT_THAT(dump("[{\"text\": \"one\"},]"), ElementsAre("1 one", "1 ! is not valid JSON from byte 1 on"));
}

TEST(ImportJsonList, TakesLinesOfRecordsUnderTheWrongName) {
    EXPECT_THAT(dump("{\"text\": \"one\"}\n{\"text\": \n{\"text\": \"three\"}\n"),
                ElementsAre("1 one", "3 three", "2 ! is not valid JSON from byte 9 on"));
}

TEST(ImportJsonList, TakesASingleRecordOverManyLines) {
    EXPECT_THAT(dump("{\n  \"text\": \"one\"\n}\n"), ElementsAre("1 one"));
}

TEST(ImportJsonList, RefusesWhatHasNoRecords) {
    EXPECT_THAT(failure("[]"), HasSubstr("records.json: is empty"));
    EXPECT_THAT(failure(" \n"), HasSubstr("records.json: is empty"));
    EXPECT_THAT(failure("["), HasSubstr("the list is not closed"));
    EXPECT_THAT(failure("nonsense"), HasSubstr("is not valid JSON from byte 2 on"));
    EXPECT_THAT(failure("{\n \"data\": [{\"text\": \"x\"}]\n}"), HasSubstr("it has \"data\""));
    EXPECT_THAT(failure(std::string(1000000, '[')), HasSubstr("nested deeper than 64 levels"));
}

} // namespace
} // namespace vernier
