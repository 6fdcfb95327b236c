#include "core/workbench/find_duplicates.h"
#include "core/workbench/measure_documents.h"
#include "core/workbench/select_documents.h"

#include "core/base/error.h"
#include "core/workbench/import_files.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <numeric>
#include <set>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;

class Curation : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;

    void SetUp() override {
        importFiles(project, {test::demoFolder() / "text" / "calibration.jsonl"}, {"calibration", {}}, job);
        std::vector<std::uint32_t> first(600);
        std::iota(first.begin(), first.end(), 0u);
        project.sets.front().documents = first;
        project.sets.push_back({"evaluation", {700, 701, 702}});
    }
    SelectRequest request(SelectionMethod method) const {
        SelectRequest request;
        request.setName = "calibration";
        request.documents = 40;
        request.method = method;
        request.measure = {test::demoFolder() / "model", {64, false}};
        return request;
    }
};

TEST_F(Curation, MeasuresInBatchesOfWhichTheCacheKeepsEach) {
    const auto& documents = project.sets.front().documents;
    const MeasureRequest wanted{test::demoFolder() / "model", {64, true}};
    std::size_t batches = 0, seen = 0;
    const auto all = measureDocuments(bench, project, documents, wanted, job, [&](const MeasuredDocuments& batch) {
        ++batches;
        EXPECT_EQ(batch.documents.front(), documents[seen]);
        seen += batch.documents.size();
    });
    EXPECT_EQ(all.documents, documents);
    EXPECT_EQ(seen, documents.size());
    EXPECT_GE(batches, 2u);
    EXPECT_EQ(all.embeddings.size(), documents.size() * static_cast<std::size_t>(all.embeddingSize));
    for (std::size_t i = 0; i < documents.size(); ++i) {
        EXPECT_GT(all.tokens[i], 0u);
        EXPECT_TRUE(all.tokens[i] < 2 || all.perplexity[i] > 1) << i;
    }
    // Stopped behind its first batch, the same work goes on from there and gives the same numbers.
    Workbench other(folder / "other");
    std::stop_source stop;
    JobContext stopped(stop.get_token(), {}, {});
    EXPECT_THROW(measureDocuments(other, project, documents, wanted, stopped,
                                  [&](const MeasuredDocuments&) { stop.request_stop(); }),
                 Error);
    std::vector<std::string> stages;
    JobContext watched({}, [&](const Progress& progress) { stages.push_back(progress.stage); }, {});
    const auto again = measureDocuments(other, project, documents, wanted, watched);
    EXPECT_EQ(again.embeddings, all.embeddings);
    EXPECT_EQ(std::set(stages.begin(), stages.end()).size(), 1u); // single passes keep their progress to themselves
    const auto cached = measureDocuments(bench, project, documents, wanted, job);
    EXPECT_EQ(cached.embeddings, all.embeddings);
}

TEST_F(Curation, SelectsForDiversityAndSaysWhatItGained) {
    for (const SelectionMethod method :
         {SelectionMethod::KCenter, SelectionMethod::FacilityLocation, SelectionMethod::TokenCoverage,
          SelectionMethod::Random, SelectionMethod::First}) {
        const auto outcome = selectDocuments(bench, project, request(method), job);
        const auto& chosen = outcome.set.documents;
        EXPECT_EQ(std::set(chosen.begin(), chosen.end()).size(), 40u);
        EXPECT_EQ(chosen, selectDocuments(bench, project, request(method), job).set.documents) << name(method);
        EXPECT_EQ(outcome.before.documents, 40u);
        const CoverageCurves& coverage = outcome.coverage;
        for (const auto* curve : {&coverage.chosen, &coverage.first, &coverage.random}) {
            ASSERT_EQ(curve->size(), 41u);
            EXPECT_EQ(curve->front(), 0.0);
            EXPECT_TRUE(std::ranges::is_sorted(*curve));
        }
        EXPECT_DOUBLE_EQ(coverage.chosen.back(), outcome.after.vocabularyCoverage);
        EXPECT_DOUBLE_EQ(coverage.first.back(), outcome.before.vocabularyCoverage);
        EXPECT_EQ(selectionMethodFromName(name(method)), method);
        if (method == SelectionMethod::KCenter) {
            EXPECT_LT(outcome.after.maxDistance, outcome.before.maxDistance);
        }
        if (method == SelectionMethod::FacilityLocation) {
            EXPECT_LT(outcome.after.meanDistance, outcome.before.meanDistance);
        }
        if (method == SelectionMethod::TokenCoverage) {
            EXPECT_GT(outcome.after.vocabularyCoverage, outcome.before.vocabularyCoverage);
            EXPECT_GT(coverage.chosen.back(), coverage.random.back());
            EXPECT_GE(coverage.chosen[1], coverage.first[1]);
        }
    }
    EXPECT_THROW(selectionMethodFromName("best"), Error);
}

TEST_F(Curation, DividesByWeight) {
    std::set<std::string> domains;
    for (const std::uint32_t document : project.sets.front().documents)
        domains.insert(std::string(project.corpus[document].domain));
    ASSERT_GE(domains.size(), 2u);
    const std::string first = *domains.begin(), second = *std::next(domains.begin());
    SelectRequest wanted = request(SelectionMethod::FacilityLocation);
    wanted.weights = {{first, 3}, {second, 1}};
    const auto outcome = selectDocuments(bench, project, wanted, job);
    std::size_t ofFirst = 0, ofSecond = 0, early = 0;
    for (std::size_t i = 0; i < outcome.set.documents.size(); ++i) {
        const auto domain = project.corpus[outcome.set.documents[i]].domain;
        ofFirst += domain == first ? 1 : 0;
        ofSecond += domain == second ? 1 : 0;
        early += i < 8 && domain == first ? 1 : 0;
    }
    EXPECT_EQ(ofFirst, 30u);
    EXPECT_EQ(ofSecond, 10u);
    EXPECT_EQ(early, 6u); // a beginning is mixed like the whole
    EXPECT_DOUBLE_EQ(outcome.after.groups[0].wanted, 0.75);
    wanted.weights = {{"no such tag", 1}};
    EXPECT_THROW(selectDocuments(bench, project, wanted, job), Error);
}

TEST_F(Curation, FindsDuplicatesAndLeaksByWords) {
    const std::string text = "The inspector looked twice at the lantern before she decided that nothing, nothing at "
                             "all, had been moved since the evening when the keeper had left the tower";
    test::put(folder / "a.jsonl", "{\"text\": \"" + text + ".\"}\n{\"text\": \"Something else entirely.\"}\n");
    test::put(folder / "b.jsonl", "{\"text\": \"" + text + "!\"}\n{\"text\": \"before: " + text + "\"}\n");
    Project two;
    importFiles(two, {folder / "a.jsonl"}, {"calibration", {}}, job);
    importFiles(two, {folder / "b.jsonl"}, {"evaluation", {}}, job);
    const std::vector<std::uint32_t> all = {0, 1, 2, 3};
    EXPECT_EQ(findDuplicates(two, all, {}, job).representative, (std::vector<std::uint32_t>{0, 1, 0, 0}));
    const SetLeaks leaks = findSetLeaks(two, "calibration", "evaluation", {}, job);
    ASSERT_EQ(leaks.shared.size(), 2u);
    EXPECT_EQ(leaks.shared[0].text, text);
    EXPECT_EQ(leaks.shared[0].share, 1.0);
    EXPECT_EQ(leaks.shared[1].evaluation, 3u);
    std::string line;
    JobContext logged({}, {}, [&](std::string_view text_) { line = text_; });
    warnOfLeaks(two, "calibration", logged);
    EXPECT_THAT(line, HasSubstr("2 of 2 evaluation documents"));
    line.clear();
    warnOfLeaks(two, "evaluation", logged);
    EXPECT_TRUE(line.empty());
    EXPECT_FALSE(findSetLeaks(project, "calibration", "evaluation", {1000}, job).any());
}

} // namespace
} // namespace vernier
