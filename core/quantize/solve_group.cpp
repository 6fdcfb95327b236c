#include "core/quantize/solve_group.h"

#include "core/quantize/rtn.h"

namespace vernier {

SolvedGroup solveGroup(const std::vector<Matrix>& weights, const TapStatistics& tap, const Gram& gram,
                       const QuantizeSettings& settings, JobContext& job) {
    SolvedGroup solved;
    switch (gram.tokens() == 0 ? Method::Rtn : settings.method) {
    case Method::Rtn:
        for (const Matrix& weight : weights)
            solved.linears.push_back(quantizeRtn(weight.view(), settings.scheme));
        break;
    case Method::Gptq: {
        const GptqOptions options = gptqOptions(settings);
        const GptqFactor factor = factoriseGram(gram, options, job);
        solved.dampPercent = factor.dampHistory.back();
        for (const Matrix& weight : weights) {
            GptqResult result = quantizeGptq(weight.view(), factor, options, job);
            solved.deadColumns = result.deadColumns;
            solved.linears.push_back(std::move(result.linear));
        }
        break;
    }
    case Method::Awq: {
        std::vector<MatrixView<const float>> views;
        for (const Matrix& weight : weights)
            views.push_back(weight.view());
        AwqResult result = quantizeAwq(views, gram, tap.meanAbs(), awqOptions(settings), job);
        solved.exponent = result.exponent;
        solved.linears = std::move(result.linears);
        break;
    }
    }
    return solved;
}

} // namespace vernier
