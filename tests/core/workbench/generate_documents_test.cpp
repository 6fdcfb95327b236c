#include "core/workbench/generate_documents.h"

#include "core/base/error.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

struct GenerateDocuments : testing::Test {
    GenerateRequest request(std::uint64_t seed, double temperature = 0.8) const {
        GenerateRequest made;
        made.modelFolder = test::demoFolder() / "model";
        made.documents = 3;
        made.tokens = 24;
        made.sampling.temperature = temperature;
        made.sampling.seed = seed;
        return made;
    }
    std::vector<std::string> texts(const Project& project) const {
        std::vector<std::string> all;
        for (const DocumentView document : project.corpus)
            all.emplace_back(document.text);
        return all;
    }

    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    JobContext job;
};

TEST_F(GenerateDocuments, WritesTheSameTextsForTheSameSeedAndOthersForAnother) {
    Project first, again, other;
    EXPECT_EQ(generateDocuments(bench, first, request(7), job).added, 3u);
    generateDocuments(bench, again, request(7), job);
    generateDocuments(bench, other, request(1000), job);
    EXPECT_EQ(texts(first), texts(again));
    EXPECT_NE(texts(first), texts(other));
    EXPECT_NE(texts(first)[0], texts(first)[1]);
    EXPECT_EQ(generateDocuments(bench, first, request(7), job).added, 0u); // they are there already
    ASSERT_NE(first.findSet("generated"), nullptr);
    EXPECT_EQ(first.findSet("generated")->documents, (DocumentList{0, 1, 2}));
    EXPECT_TRUE(std::string(first.corpus[1].source).starts_with("generated: model, seed 7"));
    EXPECT_EQ(first.corpus[1].line, 2u);
}

TEST_F(GenerateDocuments, BeginsWithThePromptsInTurnAndWithoutSpecialTokens) {
    GenerateRequest prompted = request(1, 0);
    prompted.prompts = {"Once upon a time", "def "};
    prompted.tag = "own";
    Project project;
    EXPECT_EQ(generateDocuments(bench, project, prompted, job).setName, "own");
    const auto all = texts(project);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[2], all[0]); // the likeliest continuation is always the same
    EXPECT_TRUE(all[0].starts_with("Once upon a time"));
    EXPECT_TRUE(all[1].starts_with("def "));
    for (const std::string& text : all)
        EXPECT_EQ(text.find("<|"), std::string::npos) << text;
}

TEST_F(GenerateDocuments, RefusesMoreThanTheModelsPositionsAndNonsense) {
    Project project;
    GenerateRequest endless = request(1);
    endless.tokens = 1 << 20;
    EXPECT_THROW(generateDocuments(bench, project, endless, job), Error);
    GenerateRequest none = request(1);
    none.documents = 0;
    EXPECT_THROW(generateDocuments(bench, project, none, job), Error);
    EXPECT_TRUE(project.corpus.empty());
}

} // namespace
} // namespace vernier
