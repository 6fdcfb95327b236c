#include "core/workbench/report/report.h"

#include "core/workbench/compare_pair.h"
#include "core/workbench/quantize.h"
#include "core/workbench/report/describe.h"
#include "core/workbench/report/likely_remedy.h"
#include "core/workbench/report/settings_differences.h"
#include "core/workbench/report/verdict.h"
#include "core/workbench/report/write_html.h"
#include "tests/core/workbench/made_up_runs.h"
#include "tests/core/workbench/small_project.h"
#include "tests/support/caught_error.h"
#include "tests/support/xml_tree.h"

#include <cmath>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::madeUpProject;
using test::XmlElement;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A number as the report writes it.
double numberIn(std::string text) {
    for (std::size_t at; (at = text.find("−")) != std::string::npos;)
        text.replace(at, 3, "-");
    return std::stod(text);
}

/// The cells of the first table with that caption, header first.
std::vector<std::vector<std::string>> tableOf(const XmlElement& page, const std::string& caption) {
    for (const XmlElement* table : page.all("table")) {
        const auto captions = table->all("caption");
        if (captions.empty() || captions.front()->allText() != caption)
            continue;
        std::vector<std::vector<std::string>> rows;
        for (const XmlElement* row : table->all("tr")) {
            auto& cells = rows.emplace_back();
            for (const XmlElement& cell : row->children)
                cells.push_back(cell.allText());
        }
        return rows;
    }
    ADD_FAILURE() << "no table " << caption;
    return {};
}

XmlElement pageOf(const Project& project, const ReportRequest& request) {
    return test::parseXml(htmlOf(describeReport(collectRuns(project, request))));
}

TEST(Report, HasTheNumbersOfCore) {
    const Project project = madeUpProject(5);
    const XmlElement page = pageOf(project, {"mine", {}, "run 1"});
    const auto rows = tableOf(page, "All runs"), differences = tableOf(page, "Differences from the baseline run 1");
    ASSERT_EQ(rows.size(), 6u);
    ASSERT_EQ(differences.size(), 5u); // the baseline does not differ from itself
    std::size_t line = 1;
    for (std::size_t i = 0; i < project.runs.size(); ++i) {
        const vernier::Run &run = project.runs[i], &base = project.runs[1];
        const auto& cells = rows[i + 1];
        EXPECT_EQ(cells[1], run.name);
        EXPECT_NEAR(numberIn(cells[4]), run.bitsPerWeight(), 5e-4);
        EXPECT_NEAR(numberIn(cells[5]), static_cast<double>(run.storedBytes + run.otherBytes) / 1e6, 5e-3);
        EXPECT_NEAR(numberIn(cells[6]), run.evaluation->perplexity, 5e-5);
        EXPECT_NEAR(numberIn(cells[7]), *run.evaluation->kl, 5e-6);
        EXPECT_NEAR(numberIn(cells[8]), 100 * *run.evaluation->top1, 5e-3);
        EXPECT_NEAR(numberIn(cells[9]), run.meanRelativeError(), 0.005 * run.meanRelativeError());
        if (&run == &base)
            continue;
        const auto& delta = differences[line++];
        EXPECT_EQ(delta[1], run.name);
        EXPECT_NEAR(numberIn(delta[4]), run.evaluation->perplexity - base.evaluation->perplexity, 5e-5);
        EXPECT_NEAR(numberIn(delta[5]), *run.evaluation->kl - *base.evaluation->kl, 5e-6);
        EXPECT_TRUE(delta[4].starts_with("+") || delta[4].starts_with("−")) << delta[4];
    }
    const auto domains = tableOf(page, "Perplexity by domain, held-out text");
    ASSERT_EQ(domains.size(), 1 + 2 + 5u);
    EXPECT_THAT(domains[0], ElementsAre("#", "run", "prose", "code"));
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(numberIn(domains[i + 3][3]), project.runs[i].evaluation->groups[1].perplexity, 5e-5);
}

TEST(Report, KeepsHostileTextsAsText) {
    Project project = madeUpProject(3);
    const std::string name = "<script>alert(\"1\")</script>&amp;'\"><img src=x onerror=y>";
    project.runs[1].name = name;
    project.runs[0].name = "bell\x07 broken\xff\xfe turned\u202etxet";
    project.runs[2].calibration.setName = "</td></tr></table><h1>&";
    project.runs[2].evaluation->groups[0].name = "<svg onload=z>]]>";
    project.runs[2].reports[0].name = "<model>.layers.0.&proj";
    const std::string html = htmlOf(describeReport(collectRuns(project, {"</title><b>", {}, name})));
    const XmlElement page = test::parseXml(html);
    for (const char* element : {"script", "img", "b", "model", "link", "iframe"})
        EXPECT_TRUE(page.all(element).empty()) << element;
    EXPECT_EQ(page.all("h1").size(), 1u);
    const auto rows = tableOf(page, "All runs");
    EXPECT_EQ(rows[2][1], name);
    EXPECT_EQ(rows[1][1], "bell\uFFFD broken\uFFFD\uFFFD turned\uFFFDtxet");
    for (const XmlElement* element : page.all("text"))
        EXPECT_FALSE(element->attributes.contains("onload"));
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    // Nothing is fetched from elsewhere.
    for (const char* outside : {"src=", "href=\"http", "url(", "@import"})
        EXPECT_THAT(html.substr(0, html.find("<body>")), Not(HasSubstr(outside)));
}

TEST(Report, FindsTheClosestAndTheFront) {
    const Project project = madeUpProject(40);
    const Report report = collectRuns(project, {"many", {}, {}});
    const auto groups = scoredAlike(report);
    ASSERT_EQ(groups.size(), 1u);
    std::vector<std::size_t> front; // by the definition: no other is at least as good in both and better in one
    std::size_t best = 0;
    for (std::size_t a = 0; a < 40; ++a) {
        const auto kl = [&](std::size_t run) { return *project.runs[run].evaluation->kl; };
        const auto size = [&](std::size_t run) { return project.runs[run].storedBytes + project.runs[run].otherBytes; };
        bool isBeaten = false;
        for (std::size_t b = 0; b < 40; ++b)
            isBeaten = isBeaten || (kl(b) <= kl(a) && size(b) <= size(a) && (kl(b) < kl(a) || size(b) < size(a)));
        if (!isBeaten)
            front.push_back(a);
        if (kl(a) < kl(best))
            best = a;
    }
    EXPECT_THAT(paretoFront(report, groups[0]), testing::UnorderedElementsAreArray(front));
    EXPECT_EQ(closest(report, groups[0]), best);
    EXPECT_THAT(verdict(report).front(),
                HasSubstr(project.runs[best].name + " is the closest to full precision of 40"));
}

TEST(Report, ComparesOnlyWhatWasScoredAlike) {
    Project project = madeUpProject(5);
    project.runs[0].evaluation.reset();
    project.runs[4].evaluation->dataName = "other text";
    project.runs[4].evaluation->kl = 1e-9;
    const Report report = collectRuns(project, {"", {}, "run 1"});
    const auto groups = scoredAlike(report);
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_THAT(groups[0].runs, ElementsAre(1, 2, 3));
    EXPECT_NE(closest(report, groups[0]), 4u);
    EXPECT_THAT(verdict(report).back(), HasSubstr("Not evaluated, and so not judged: run 0."));
    EXPECT_THAT(verdict(report).back(), HasSubstr("not compared: run 4."));
    const auto rows = tableOf(test::parseXml(htmlOf(describeReport(report))), "Differences from the baseline run 1");
    EXPECT_EQ(rows[1][4], "–"); // not evaluated
    EXPECT_EQ(rows[4][4], "–"); // on another text
    EXPECT_NE(rows[2][4], "–");
}

TEST(Report, SaysEqualSettingsOnce) {
    Project project = madeUpProject(3);
    for (vernier::Run& run : project.runs)
        run.settings = {};
    project.runs[0].settings.method = Method::Rtn;
    project.runs[2].settings.scheme.bits = 8;
    const SettingDifferences settings = settingDifferences(project.runs);
    EXPECT_THAT(settings.keys, ElementsAre("bits", "method"));
    EXPECT_THAT(settings.values[0], ElementsAre("4", "rtn"));
    EXPECT_THAT(settings.values[2], ElementsAre("8", "gptq"));
    EXPECT_EQ(settings.values[settings.usual[0]][0], "4");
    EXPECT_EQ(settings.values[settings.usual[1]][1], "gptq");
    EXPECT_THAT(settings.common, testing::Contains(std::pair<std::string, std::string>("group_size", "128")));
    const auto damping = std::ranges::find(settings.ofMethods, "damp_percent", &MethodSetting::key);
    ASSERT_NE(damping, settings.ofMethods.end());
    EXPECT_THAT(damping->runs, ElementsAre(1, 2));
}

TEST(Report, OfManyRunsStaysReadable) {
    const Project project = madeUpProject(200);
    const Report report = collectRuns(project, {"many", {}, "run 7"});
    const XmlElement page = test::parseXml(htmlOf(describeReport(report)));
    EXPECT_EQ(tableOf(page, "All runs").size(), 201u);
    for (const XmlElement* row : page.all("tr"))
        EXPECT_LE(row->children.size(), 11u);
    for (const XmlElement* figure : page.all("svg"))
        EXPECT_LE(figure->all("text", "legend").size(), 8u);
}

TEST(Report, ChoosesRunsAndNamesThoseThatThereAre) {
    const Project project = madeUpProject(4);
    const Report report = collectRuns(project, {"", {"run 2"}, "run 0"});
    ASSERT_EQ(report.runs.size(), 2u);
    EXPECT_EQ(report.rows[0].run, "run 0");
    EXPECT_EQ(report.rows[1].run, "run 2");
    const auto error = test::caughtError([&] { collectRuns(project, {"", {"run 9"}, {}}); });
    EXPECT_EQ(error.value().kind(), ErrorKind::Input);
    EXPECT_THAT(error.value().what(), HasSubstr("run 0, run 1, run 2, run 3"));
    EXPECT_EQ(test::caughtError([] { collectRuns({}, {}); }).value().kind(), ErrorKind::Input);
}

TEST(Report, SuggestsWhatTheReportOfALinearCallsFor) {
    QuantizeSettings settings;
    settings.scheme = {4, 128, false};
    LinearReport linear{.name = "model.layers.0.mlp.down_proj", .relativeError = 0.1};
    EXPECT_EQ(likelyRemedy(linear, settings, 1000), "group:64");
    settings.scheme.groupSize = 64;
    EXPECT_THAT(likelyRemedy(linear, settings, 1000), HasSubstr("bits:5"));
    settings.overrides.emplace_back().pattern = "*.down_proj";
    settings.overrides.back().bits = 8;
    EXPECT_THAT(likelyRemedy(linear, settings, 1000), HasSubstr("skip"));
    settings.method = Method::Rtn;
    EXPECT_THAT(likelyRemedy(linear, settings, 1000), HasSubstr("gptq or awq"));
    linear.deadColumns = 3;
    EXPECT_THAT(likelyRemedy(linear, settings, 1000), HasSubstr("3 of its inputs were zero for all 1000 tokens"));
    linear.dampHistory = {0.01, 0.02, 0.03};
    EXPECT_THAT(likelyRemedy(linear, settings, 1000), HasSubstr("damped 2 times"));
}

TEST(Report, TellsWhatPeopleWroteOnRunsAndComparesWithThePinnedOne) {
    Project project = madeUpProject(3);
    project.baselineRun = "run 2";
    project.runs[1].tags = {"final", "a<b"};
    project.runs[1].note = "second line\nof <b>three</b>";
    const XmlElement page = pageOf(project, {"mine", {}, {}});
    EXPECT_EQ(tableOf(page, "Differences from the baseline run 2").size(), 3u);
    const auto notes = tableOf(page, "Tags and notes");
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_THAT(notes[1], ElementsAre("2", "run 1", "final, a<b", "second line\nof <b>three</b>"));
    EXPECT_TRUE(collectRuns(project, {"mine", {}, ""}).baseline.empty()); // none, though one is pinned
}

class ReportOfProject : public test::SmallProject {
protected:
    void SetUp() override {
        SmallProject::SetUp();
        for (const int bits : {3, 4}) {
            QuantizeRequest request{fmt::format("rtn{}", bits), {}, calibration};
            request.settings.method = Method::Rtn;
            request.settings.scheme = {bits, 64, false};
            remember(project, quantize(bench, project, request, job).run);
            vernier::Run& run = *project.findRun(request.name);
            run.evaluation = evaluateRun(bench, project, run, text(), job).evaluation;
        }
    }
    static EvaluationData text() {
        EvaluationData data;
        data.sequenceLength = 64;
        data.maxWindows = 8;
        return data;
    }
    Report collect() { return collectReport(bench, project, {"small", {}, "rtn3"}, job); }
};

TEST_F(ReportOfProject, TellsTheSetAsItIs) {
    Report report = collect();
    ASSERT_EQ(report.sets.size(), 1u);
    const SetManifest& set = report.sets[0];
    EXPECT_THAT(set.runs, ElementsAre("rtn3", "rtn4"));
    EXPECT_EQ(set.tokens, 4u * 64);
    EXPECT_TRUE(set.isUnchanged);
    EXPECT_EQ(set.documents, 60u);
    ASSERT_EQ(set.sources.size(), 1u);
    EXPECT_EQ(set.sources[0].documents, 60u);
    std::uint64_t tokens = 0;
    for (const MixShare& share : set.mix.domains)
        tokens += share.tokens;
    EXPECT_EQ(tokens, set.tokens);
    std::uint64_t conversations = 0;
    for (const std::uint32_t document : project.findSet("calibration")->documents)
        conversations += project.corpus[document].isConversation;
    EXPECT_EQ(set.conversations, conversations);

    // The same document ten times over is another set by now, and repeats itself only once in the list of documents.
    project.sets[0].documents = std::vector<std::uint32_t>(10, 5);
    report = collect();
    EXPECT_FALSE(report.sets[0].isUnchanged);
    EXPECT_EQ(report.sets[0].places, 10u);
    EXPECT_EQ(report.sets[0].documents, 1u);
    EXPECT_EQ(report.sets[0].nearDuplicates, 0u);
}

TEST_F(ReportOfProject, ShowsWhatTheCacheKnowsAndComputesNothing) {
    EXPECT_TRUE(collect().diagnoses.empty());
    const vernier::Run& run = *project.findRun("rtn4");
    const auto growth = runErrorGrowth(bench, project, run, text(), job);
    const auto sensitivities = runSensitivities(bench, project, run, text(), job);
    const TokenComparison ours = compareTokens(bench, project, run, text(), job);
    Report report = collect();
    ASSERT_EQ(report.diagnoses.size(), 1u);
    const ReportedDiagnosis& known = report.diagnoses[0];
    EXPECT_EQ(known.run, "rtn4");
    EXPECT_EQ(known.windows, 8);
    ASSERT_EQ(known.growth.size(), growth.size());
    EXPECT_EQ(known.growth[3].total, growth[3].total);
    ASSERT_EQ(known.sensitivities.size(), 42u);
    EXPECT_EQ(known.sensitivities[7].kl, sensitivities[7].kl);
    ASSERT_FALSE(known.worst.empty());
    EXPECT_FLOAT_EQ(static_cast<float>(known.worst[0].nll - known.worst[0].referenceNll),
                    static_cast<float>(ours.difference(worstTokens(ours, 1)[0])));
    EXPECT_TRUE(report.paired.empty()); // losses of the baseline are not known

    const auto pair = comparePairTokens(bench, project, run, *project.findRun("rtn3"), text(), job).paired;
    report = collect();
    ASSERT_TRUE(report.paired.contains("rtn4"));
    EXPECT_EQ(report.paired["rtn4"].meanDifference, pair.meanDifference);
    EXPECT_EQ(report.paired["rtn4"].high, pair.high);
    const XmlElement page = test::parseXml(htmlOf(describeReport(report)));
    const auto worst = tableOf(page, "Worst linears of rtn4");
    const auto most = std::ranges::max_element(sensitivities, {}, &LinearSensitivity::kl);
    EXPECT_EQ(worst[1][0], most->name);
}

TEST_F(ReportOfProject, WithoutItsModelSaysSoAndTellsTheRest) {
    for (vernier::Run& run : project.runs)
        run.calibration.modelFolder = (folder / "gone").string();
    const Report report = collect();
    ASSERT_EQ(report.notes.size(), 1u);
    EXPECT_THAT(report.notes[0], HasSubstr("gone"));
    EXPECT_EQ(report.sets[0].tokens, 0u);
    EXPECT_EQ(report.sets[0].documents, 60u);
    EXPECT_FALSE(report.sets[0].mix.domains.empty());
    const std::string html = htmlOf(describeReport(report));
    EXPECT_THAT(html, HasSubstr("The model could not be opened"));
    test::parseXml(html);
}

TEST_F(ReportOfProject, StopsWhenCancelled) {
    std::stop_source stop;
    stop.request_stop();
    JobContext cancelled(stop.get_token(), {}, {});
    EXPECT_EQ(test::caughtError([&] { collectReport(bench, project, {}, cancelled); }).value().kind(),
              ErrorKind::Cancelled);
}

TEST(ReportFile, IsThereWholeOrNotAtAll) {
    test::TemporaryFolder folder;
    const ReportDocument document = describeComparison(collectRuns(madeUpProject(2), {"two", {}, {}}));
    writeHtml(document, folder / "report.html");
    EXPECT_EQ(test::get(folder / "report.html"), htmlOf(document));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
    const auto error = test::caughtError([&] { writeHtml(document, folder / "none" / "report.html"); });
    EXPECT_EQ(error.value().kind(), ErrorKind::Io);
    EXPECT_THAT(error.value().what(), HasSubstr("report.html"));
}

} // namespace
} // namespace vernier
