#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/compare.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/import_files.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/quantize.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>

#include <gmock/gmock.h>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

/// A project with a little of the demo's text, and a cache of its own.
class UseCases : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::vector<std::string> warnings;
    Workbench bench{folder / "cache", [this](const std::string& line) { warnings.push_back(line); }};
    Project project;
    JobContext job;
    fs::path model = test::demoFolder() / "model";

    void SetUp() override { importText("calibration"); }

    /// The first documents of one of the demo's texts, as the set of that name.
    void importText(const std::string& name, int documents = 200) {
        std::istringstream all(test::get(test::demoFolder() / "text" / (name + ".jsonl")));
        std::string line, some;
        for (int i = 0; i < documents && std::getline(all, line); ++i)
            some += line + '\n';
        test::put(folder / (name + ".jsonl"), some);
        importFiles(project, {folder / (name + ".jsonl")}, {name, {}}, job);
    }
    CalibrateRequest request() const {
        CalibrateRequest request;
        request.modelFolder = model;
        request.setName = "calibration";
        request.recipe.sequenceLength = 64;
        request.recipe.maxWindows = 4;
        return request;
    }
    QuantizeRequest quantizeRequest(Method method = Method::Rtn) {
        QuantizeRequest wanted;
        wanted.settings.method = method;
        wanted.settings.scheme = {4, 64, false};
        wanted.calibration = calibrate(bench, project, request(), job).record;
        return wanted;
    }
    void damageOneArtefact() const {
        for (const auto& entry : fs::recursive_directory_iterator(folder / "cache"))
            if (entry.path().extension() == ".h5") {
                fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
                return;
            }
    }
    std::size_t artefacts() const {
        std::size_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(folder / "cache"))
            count += entry.path().extension() == ".h5";
        return count;
    }
};

TEST_F(UseCases, ImportingTheSameFileAgainAddsNothing) {
    const std::size_t before = project.corpus.size();
    const auto report = importFiles(project, {folder / "calibration.jsonl"}, {"calibration", {}}, job);
    EXPECT_EQ(report.added, 0u);
    EXPECT_EQ(report.alreadyPresent, 200u);
    EXPECT_EQ(project.corpus.size(), before);
}

TEST_F(UseCases, AFailedImportLeavesTheProjectAlone) {
    test::put(folder / "empty.txt", "");
    const std::size_t before = project.corpus.size();
    EXPECT_THROW(importFiles(project, {test::demoFolder() / "text" / "greetings.jsonl", folder / "empty.txt"}, {}, job),
                 Error);
    EXPECT_EQ(project.corpus.size(), before);
    EXPECT_EQ(project.sets.size(), 1u);
}

TEST_F(UseCases, ChoosesTheSetNamedElseDefaultElseTheFirst) {
    EXPECT_EQ(chooseSet(project, "").name, "calibration");
    test::put(folder / "a.txt", "some text");
    importFiles(project, {folder / "a.txt"}, {}, job);
    EXPECT_EQ(chooseSet(project, "").name, "default");
    EXPECT_THAT([&] { chooseSet(project, "x"); }, ThrowsMessage<Error>(HasSubstr("calibration, default")));
    EXPECT_THAT([&] { chooseSet({}, ""); }, ThrowsMessage<Error>(HasSubstr("import text first")));
}

TEST_F(UseCases, CalibratesOnceAndThenReadsTheCache) {
    std::vector<std::shared_ptr<const BlockStatistics>> first, second;
    const auto computed = calibrate(bench, project, request(), job, [&](auto block) { first.push_back(block); });
    const auto cached = calibrate(bench, project, request(), job, [&](auto block) { second.push_back(block); });
    EXPECT_FALSE(computed.fromCache);
    EXPECT_TRUE(cached.fromCache);
    ASSERT_EQ(first.size(), 6u);
    ASSERT_EQ(second.size(), 6u);
    for (std::size_t b = 0; b < 6; ++b) {
        EXPECT_EQ(first[b]->taps[3].histogram, second[b]->taps[3].histogram);
        EXPECT_EQ(first[b]->taps[3].channels.moments, second[b]->taps[3].channels.moments);
        EXPECT_TRUE(second[b]->grams.empty()); // read to be verified, and not kept
        const auto stored = loadBlockStatistics(bench, cached.record, static_cast<int>(b));
        EXPECT_EQ(first[b]->grams[1].sum()(3, 77), stored->grams[1].sum()(3, 77));
    }
}

TEST_F(UseCases, ADamagedArtefactIsReportedAndComputedAgain) {
    calibrate(bench, project, request(), job);
    damageOneArtefact();
    EXPECT_FALSE(calibrate(bench, project, request(), job).fromCache);
    EXPECT_EQ(warnings.size(), 1u);
    EXPECT_TRUE(calibrate(bench, project, request(), job).fromCache);
}

TEST_F(UseCases, OtherInputsAreOtherArtefacts) {
    const auto base = calibrate(bench, project, request(), job).record;
    CalibrateRequest longer = request();
    longer.recipe.sequenceLength = 65;
    EXPECT_NE(calibrate(bench, project, longer, job).record.blockKeys, base.blockKeys);
}

TEST_F(UseCases, QuantizesOnceAndThenReadsTheCache) {
    const auto wanted = quantizeRequest(Method::Gptq);
    const auto computed = quantize(bench, project, wanted, job);
    std::size_t seen = 0;
    const auto cached = quantize(bench, project, wanted, job, [&](const LinearReport&) { ++seen; });
    EXPECT_FALSE(computed.fromCache);
    EXPECT_TRUE(cached.fromCache);
    EXPECT_EQ(seen, 42u);
    EXPECT_EQ(cached.run.reports.size(), 42u);
    EXPECT_EQ(cached.run.storedBytes, computed.run.storedBytes);
    // 4 bits, and per group of 64 a scale of 16 bits and a zero point of 4.
    EXPECT_NEAR(computed.run.bitsPerWeight(), 4 + 20.0 / 64, 1e-12);
}

TEST_F(UseCases, ARunIsPrecededByAWarningOfWhatItsSetSharesWithTheEvaluation) {
    std::vector<std::string> log;
    JobContext listening({}, {}, [&](std::string_view line) { log.emplace_back(line); });
    QuantizeRequest wanted = quantizeRequest();
    quantize(bench, project, wanted, listening);
    EXPECT_THAT(log, Not(Contains(HasSubstr("warning"))));

    CalibrationSet evaluation = project.sets.front();
    evaluation.name = "evaluation";
    project.sets.push_back(evaluation);
    wanted.settings.scheme.bits = 5;
    log.clear();
    quantize(bench, project, wanted, listening);
    EXPECT_THAT(log, Contains(AllOf(HasSubstr("warning"), HasSubstr("of 200 evaluation documents share 13 words"))));
    log.clear();
    quantize(bench, project, wanted, listening); // what the cache has was warned of
    EXPECT_THAT(log, Not(Contains(HasSubstr("warning"))));
}

TEST_F(UseCases, AnInterruptedQuantizationContinuesAtTheNextBlock) {
    const auto wanted = quantizeRequest();
    const auto whole = quantize(bench, project, wanted, job);
    const fs::path last = folder / "cache" / whole.run.blockKeys[5].substr(0, 2) / (whole.run.blockKeys[5] + ".h5");
    ASSERT_TRUE(fs::remove(last));
    std::vector<std::string> solved;
    const auto rest = quantize(bench, project, wanted, job, [&](const LinearReport& r) { solved.push_back(r.name); });
    EXPECT_FALSE(rest.fromCache);
    ASSERT_EQ(solved.size(), 7u);
    EXPECT_THAT(solved.front(), HasSubstr("layers.5."));
    EXPECT_EQ(rest.run.reports.size(), 42u);
    EXPECT_EQ(rest.run.meanRelativeError(), whole.run.meanRelativeError());
}

TEST_F(UseCases, ASetThatChangedMustBeCalibratedAgain) {
    const auto wanted = quantizeRequest();
    const DocumentList documents = project.sets.front().documents;
    project.sets.front().documents =
        std::vector(std::reverse_iterator(documents.end()), std::reverse_iterator(documents.begin()));
    EXPECT_THAT([&] { quantize(bench, project, wanted, job); }, ThrowsMessage<Error>(HasSubstr("calibrate again")));
}

TEST_F(UseCases, EvaluatesARunAndRecoversCodesTheCacheHasLost) {
    importText("evaluation");
    const auto run = quantize(bench, project, quantizeRequest(), job).run;
    EvaluationData data;
    data.sequenceLength = 256;
    const auto first = evaluateRun(bench, project, run, data, job);
    EXPECT_FALSE(first.fromCache);
    EXPECT_GT(*first.evaluation.kl, 0);
    EXPECT_TRUE(evaluateRun(bench, project, run, data, job).fromCache);
    fs::remove_all(folder / "cache");
    const auto again = evaluateRun(bench, project, run, data, job);
    EXPECT_FALSE(again.fromCache);
    EXPECT_EQ(again.evaluation.perplexity, first.evaluation.perplexity);
}

TEST_F(UseCases, ATextFileIsOneDocumentWithNothingInserted) {
    std::string text;
    for (int i = 0; i < 400; ++i)
        text += "The pump was repaired on day " + std::to_string(i) + ".\n";
    test::put(folder / "wiki.txt", text);
    EvaluationData data;
    data.files = {folder / "wiki.txt"};
    data.sequenceLength = 128;
    const auto outcome = evaluateModel(bench, {}, model, data, job);
    const auto tokens = bench.open(model, job)->tokenizer.encode(text).size();
    EXPECT_EQ(outcome.evaluation.windows, static_cast<std::int64_t>(tokens / 128));
    EXPECT_THAT(outcome.evaluation.protocol, HasSubstr("no special tokens inserted"));
    EXPECT_EQ(outcome.evaluation.dataName, "wiki.txt");
}

TEST_F(UseCases, ComparisonTakesItsNumbersFromTheRuns) {
    importText("evaluation");
    vernier::Run run = quantize(bench, project, quantizeRequest(), job).run;
    run.evaluation = evaluateRun(bench, project, run, {}, job).evaluation;
    remember(project, run);
    const auto rows = compareRuns(project);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].run, "rtn-4bit-g64");
    EXPECT_NEAR(*rows[0].perplexityLoss, run.evaluation->perplexity - *run.evaluation->referencePerplexity, 1e-12);
    EXPECT_EQ(freeRunName(project, run.settings, "calibration"), "rtn-4bit-g64-2");
}

TEST_F(UseCases, CancellingLeavesWhatIsDoneAndChangesNothingElse) {
    std::stop_source stop;
    JobContext cancellable(stop.get_token(), {}, {});
    int blocks = 0;
    EXPECT_THROW(calibrate(bench, project, request(), cancellable,
                           [&](auto) {
                               if (++blocks == 2)
                                   stop.request_stop();
                           }),
                 Error);
    EXPECT_EQ(artefacts(), 2u);
    EXPECT_TRUE(project.calibrations.empty());
}

TEST_F(UseCases, AnUnwritableCacheIsNamed) {
    test::put(folder / "file", "x");
    Workbench broken(folder / "file" / "cache");
    EXPECT_THAT([&] { calibrate(broken, project, request(), job); }, ThrowsMessage<Error>(HasSubstr("file")));
}

} // namespace
} // namespace vernier
