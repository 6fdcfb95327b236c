#include "tests/ui/support/studio_fixture.h"

#include "ui/bridge/text.h"

#include <QTest>

namespace vernier::ui::test {

namespace {

constexpr int kEvaluationDocuments = 60;

}

bool waitFor(const std::function<bool()>& condition, int milliseconds) {
    return QTest::qWaitFor(condition, milliseconds);
}

bool StudioFixture::settle(int milliseconds) {
    return waitFor([this] { return jobs.isIdle() && quickJobs.isIdle(); }, milliseconds);
}

QString StudioFixture::demoModel() {
    return fromPath(vernier::test::demoFolder() / "model");
}

void StudioFixture::importDemo() {
    session.create();
    const auto texts = vernier::test::demoFolder() / "text";
    session.importFiles({fromPath(texts / "calibration.jsonl")}, QStringLiteral("calibration"));
    // A few documents are enough to score on.
    const std::string evaluation = vernier::test::get(texts / "evaluation.jsonl");
    std::size_t end = 0;
    for (int line = 0; line < kEvaluationDocuments && end != std::string::npos; ++line)
        end = evaluation.find('\n', end) + 1;
    vernier::test::put(folder / "evaluation.jsonl", std::string_view(evaluation).substr(0, end));
    session.importFiles({fromPath(folder / "evaluation.jsonl")}, QStringLiteral("evaluation"));
    settle();
}

CalibrateRequest StudioFixture::smallCalibration(int windows, int sequenceLength) {
    CalibrateRequest request;
    request.modelFolder = toPath(demoModel());
    request.setName = "calibration";
    request.recipe.maxWindows = windows;
    request.recipe.sequenceLength = sequenceLength;
    return request;
}

RunOrder StudioFixture::smallOrder() {
    return orderOn(smallCalibration());
}

RunOrder StudioFixture::quickOrder(int bits) {
    RunOrder order = smallOrder();
    order.settings.method = Method::Rtn;
    order.settings.scheme = {bits, 64, false};
    order.evaluation->sequenceLength = 64;
    order.evaluation->maxWindows = 3;
    return order;
}

Project StudioFixture::projectWithRuns() {
    Project project;
    const auto add = [&project](const std::string& name, Method method, double perplexity, double error) {
        Run run;
        run.name = name;
        run.settings.method = method;
        run.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
        run.calibration.setName = "calibration";
        for (const char* linear : {"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.down_proj"})
            run.reports.push_back(
                {.name = linear, .relativeError = error, .sqnrDb = 20, .storedBytes = 500, .parameters = 1000});
        run.storedBytes = 1000;
        run.parameters = 2000;
        run.otherBytes = 5000;
        run.seconds = 1.5;
        if (perplexity > 0) {
            Evaluation evaluation;
            evaluation.dataName = "evaluation";
            evaluation.perplexity = perplexity;
            evaluation.referencePerplexity = 10.0;
            evaluation.kl = perplexity / 100;
            evaluation.top1 = 1 / perplexity;
            evaluation.scoredTokens = 1234;
            run.evaluation = evaluation;
        }
        project.runs.push_back(run);
    };
    add("rtn-3bit-g64", Method::Rtn, 14, 0.04);
    add("gptq-3bit-g64", Method::Gptq, 11, 0.01);
    add("awq-3bit-g64", Method::Awq, 0, 0.02);
    return project;
}

} // namespace vernier::ui::test
