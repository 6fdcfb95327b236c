#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"
#include "core/workbench/filter_documents.h"
#include "core/workbench/hold_out.h"
#include "core/workbench/lint_set.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kEnglish =
    "The old harbour lay quiet in the morning, and nobody was in the street but the baker.";
constexpr const char* kGerman = "Der alte Hafen lag am Morgen still, und niemand war auf der Straße außer dem Bäcker.";

class CurateSets : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;
    std::string model = (test::demoFolder() / "model").string();

    void add(const std::vector<Document>& documents) {
        CorpusBuilder builder;
        for (const Document& document : documents)
            builder.add(document);
        project.corpus.append(builder.finish());
    }
    static Document document(const std::string& text, const std::string& domain = "") {
        Document result;
        result.text = text;
        result.domain = domain;
        return result;
    }
    std::vector<std::uint32_t> where(const std::string& filter, const std::string& with = "",
                                     const std::string& set = "") {
        return filterDocuments(bench, project, filter, set, with, job);
    }
};

TEST_F(CurateSets, FiltersComputeTheColumnsTheyAskFor) {
    add({document(kEnglish, "novel"), document(kGerman, "novel"), document("x = 1", "code"), document(kEnglish)});
    project.sets = {{"some", {1, 2}}};
    EXPECT_THAT(where(""), SizeIs(4));
    EXPECT_THAT(where("domain:novel"), ElementsAre(0, 1));
    EXPECT_THAT(where("lang:de"), ElementsAre(1));
    EXPECT_THAT(where("script:Latn"), SizeIs(4));
    EXPECT_THAT(where("dup"), ElementsAre(3));
    EXPECT_THAT(where("in:some -domain:code"), ElementsAre(1));
    EXPECT_THAT(where("is:chosen", "", "some"), ElementsAre(1, 2));
    EXPECT_THAT(where("tokens<10", model), ElementsAre(2));
    EXPECT_TRUE(test::caughtError([&] { where("tokens<10"); }));
    EXPECT_TRUE(test::caughtError([&] { where("tokens<"); }));
    const FilterNeeds needs = needsOf(Filter::parse("(ppl<5 OR -lang:de) harbour"));
    EXPECT_TRUE(needs.perplexity && needs.languages);
    EXPECT_FALSE(needs.tokens || needs.duplicates || needs.scripts);
}

TEST_F(CurateSets, HoldingOutKeepsDomainsAndTearsNoDuplicatesApart) {
    std::vector<Document> documents;
    for (int i = 0; i < 100; ++i)
        documents.push_back(document(fmt::format("Text {}", i / 2), i < 80 ? "prose" : "code"));
    add(documents);
    CalibrationSet set{"all", {}};
    set.documents.appendRun(0, 100);
    project.sets = {set};
    SplitOptions options;
    options.share = 0.2;
    const SetsEdit edit = holdOut(project, "all", options);
    ASSERT_EQ(edit.sets.size(), 2u);
    const CalibrationSet& held = requireSet(edit.sets, "evaluation");
    EXPECT_EQ(held.purpose, SetPurpose::Evaluation);
    EXPECT_EQ(held.documents.size(), 20u);
    EXPECT_EQ(requireSet(edit.sets, "all").documents.size(), 80u);
    EXPECT_EQ(std::ranges::count_if(held.documents, [](std::uint32_t d) { return d >= 80; }), 4);
    for (const std::uint32_t document : held.documents)
        EXPECT_THAT(held.documents, Contains(document ^ 1u));
    EXPECT_EQ(holdOut(project, "all", options).sets, edit.sets);
}

TEST_F(CurateSets, LintsAndRepairsUntilNothingIsLeft) {
    add({document(kEnglish), document(kEnglish), document(kGerman), document(" "),
         document("<|im_end|> " + std::string(kGerman))});
    project.sets = {{"mine", {0, 1, 2, 3, 4}}, {"evaluation", {2}, SetPurpose::Evaluation}};
    project.sets[0].recipe.separator = Separator::None;
    LintRequest request{"mine", model, ""};
    const SetLint lint = lintProjectSet(bench, project, request, job);
    EXPECT_EQ(lint.evaluationSet, "evaluation");
    std::set<LintKind> kinds;
    for (const LintFinding& finding : lint.findings)
        kinds.insert(finding.kind);
    for (const LintKind kind : {LintKind::MissingEnd, LintKind::SpecialTokensInText, LintKind::Empty,
                                LintKind::ExactDuplicates, LintKind::EvaluationInside, LintKind::TooFewTokens})
        EXPECT_TRUE(kinds.contains(kind)) << nameOf(kind);
    const SetRepair one = repairProjectSet(bench, project, request, LintKind::Empty, job);
    EXPECT_THAT(one.steps, SizeIs(1));
    EXPECT_THAT(one.edit.set.documents, ElementsAre(0, 1, 2, 4));
    const SetRepair all = repairProjectSet(bench, project, request, std::nullopt, job);
    EXPECT_THAT(all.edit.set.documents, ElementsAre(0));
    EXPECT_EQ(all.edit.set.recipe.separator, Separator::EndOfText);
    for (const LintFinding& finding : all.after.findings)
        EXPECT_TRUE(finding.severity == LintSeverity::Information || !finding.repair) << finding.sentence;
    request.modelFolder.clear();
    request.duplicateOf = {0, 1, 2, 3, 2};
    EXPECT_THAT(repairProjectSet(bench, project, request, LintKind::NearDuplicates, job).edit.set.documents,
                ElementsAre(0, 1, 2, 3));
    request.duplicateOf.clear();
    for (const LintFinding& finding : lintProjectSet(bench, project, request, job).findings)
        EXPECT_NE(finding.kind, LintKind::MissingEnd);
}

} // namespace
} // namespace vernier
