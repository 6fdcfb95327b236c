#include "core/workbench/remedies.h"

#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::Pair;

class Remedies : public test::SmallProject {
protected:
    const LinearReport& reportIn(const vernier::Run& run, const std::string& linear) {
        return *std::ranges::find(run.reports, linear, &LinearReport::name);
    }
};

TEST_F(Remedies, AreWorthWhatARunWithThemComesTo) {
    QuantizeSettings settings;
    settings.method = Method::Gptq;
    settings.scheme = {3, 128, false};
    settings.grams = GramSource::FullPrecision;
    const vernier::Run run = quantize(bench, project, {"three", settings, calibration}, job).run;
    const std::string down = "model.layers.1.mlp.down_proj", query = "model.layers.4.self_attn.q_proj";
    const std::vector<LinearSensitivity> known = {
        {"model.layers.0.mlp.up_proj", 1e-9, 0.1}, {query, 0.01, 0.1}, {down, 0.02, 0.1}};
    const auto remedies = findRemedies(bench, project, run, known, 2, job);
    ASSERT_FALSE(remedies.empty());
    EXPECT_EQ(remedies.front().linear, down);
    EXPECT_EQ(remedies.back().linear, query);
    std::set<Remedy::Kind> kinds;
    for (const Remedy& remedy : remedies) {
        SCOPED_TRACE(remedy.linear + ": " + remedy.text);
        kinds.insert(remedy.kind);
        EXPECT_DOUBLE_EQ(remedy.before, reportIn(run, remedy.linear).relativeError);
        const vernier::Run changed = quantize(bench, project, {"changed", remedy.settings, calibration}, job).run;
        const LinearReport& report = reportIn(changed, remedy.linear);
        EXPECT_DOUBLE_EQ(remedy.after, report.relativeError);
        EXPECT_LT(remedy.after, remedy.before);
        EXPECT_EQ(remedy.bytes, static_cast<std::int64_t>(report.storedBytes) -
                                    static_cast<std::int64_t>(reportIn(run, remedy.linear).storedBytes));
        EXPECT_DOUBLE_EQ(remedy.expectedKl(), remedy.kl * remedy.after / remedy.before);
        const std::string other = "model.layers.0.mlp.up_proj";
        EXPECT_EQ(remedy.everywhere, reportIn(changed, other).relativeError != reportIn(run, other).relativeError);
    }
    EXPECT_TRUE(kinds.contains(Remedy::Kind::MoreBits));
    EXPECT_TRUE(kinds.contains(Remedy::Kind::SmallerGroup));
    EXPECT_FALSE(kinds.contains(Remedy::Kind::Gptq));
}

TEST_F(Remedies, FindDomainsThatLoseMoreThanTheyAreCalibratedOn) {
    vernier::Run run;
    run.calibration.setName = "calibration";
    const auto shares = domainShares(project, "calibration");
    double sum = 0;
    for (const auto& [domain, share] : shares)
        sum += share;
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_TRUE(losingDomains(project, run).empty());
    Evaluation& evaluation = run.evaluation.emplace();
    evaluation.scoredTokens = 100;
    evaluation.kl = 0.1;
    const auto group = [&](const std::string& name, std::int64_t tokens, double kl) {
        GroupScore score;
        score.name = name;
        score.scoredTokens = tokens;
        score.kl = kl;
        evaluation.groups.push_back(score);
    };
    group("absent", 20, 0.2);
    group("worse", 10, 0.5);
    group("fine", 70, 0.05);
    const auto losing = losingDomains(project, run);
    ASSERT_EQ(losing.size(), 2u);
    EXPECT_EQ(losing[0].name, "worse");
    EXPECT_DOUBLE_EQ(losing[0].evaluationShare, 0.1);
    EXPECT_EQ(losing[0].calibrationShare, 0);
    EXPECT_EQ(losing[1].name, "absent");
}

} // namespace
} // namespace vernier
