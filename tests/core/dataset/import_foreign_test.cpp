#include "core/dataset/import.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

/// Names a public data set and what a plain JSON reader finds in it.
struct ForeignText {
    const char* file;
    const char* field;
    std::size_t documents, bytes;
};

class ImportForeign : public testing::TestWithParam<ForeignText> {};

TEST_P(ImportForeign, FindsEveryRecordAndByte) {
    VERNIER_NEEDS_SHARED();
    const ForeignText& expected = GetParam();
    JobContext job;
    const ImportResult result =
        importFile(test::sharedFolder() / "texts" / expected.file, {.tag = {}, .field = expected.field}, job);
    std::size_t bytes = 0;
    for (const DocumentView document : result.documents)
        bytes += document.text.size();
    EXPECT_EQ(result.documents.size(), expected.documents);
    EXPECT_EQ(bytes, expected.bytes);
    EXPECT_TRUE(result.skipped.empty());
    EXPECT_EQ(result.replacedSequences, 0u);
}

INSTANTIATE_TEST_SUITE_P(Texts, ImportForeign,
                         testing::Values(ForeignText{"udhr/udhr.jsonl", "", 30, 515766},
                                         ForeignText{"c4/c4_demo.jsonl", "", 300, 740630},
                                         ForeignText{"tinystories/stories.jsonl", "", 995, 943364},
                                         ForeignText{"gsm8k/test.jsonl", "question", 1319, 316552},
                                         ForeignText{"alpaca/alpaca_en_demo.json", "output", 999, 701777},
                                         ForeignText{"wikitext-2/wiki.test.raw", "", 1, 1290590}));

} // namespace
} // namespace vernier
