#include "core/evaluate/document_scores.h"

#include "core/base/error.h"
#include "core/calibrate/calibration_pass.h"
#include "core/evaluate/evaluation.h"
#include "core/tensor/parallel.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <cmath>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

using Documents = std::vector<std::span<const std::int32_t>>;

class DocumentScoring : public testing::Test {
protected:
    Model model = Model::open(test::demoFolder() / "model");
    TokenWindows windows = test::demoWindows("evaluation", 6);
    JobContext job;

    /// Pieces of the text of uneven length.
    Documents pieces() const {
        const std::span<const std::int32_t> ids(windows.ids);
        return {ids.subspan(0, 40),  ids.subspan(40, 1),   ids.subspan(41, 256), ids.subspan(300, 33),
                ids.subspan(333, 0), ids.subspan(340, 48), ids.subspan(400, 256)};
    }
};

TEST_F(DocumentScoring, PerplexityIsThatOfADocumentEvaluatedAlone) {
    const Documents documents = pieces();
    const DocumentScores scores = scoreDocuments(model, documents, {}, job);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (documents[i].size() < 2) {
            EXPECT_TRUE(std::isnan(scores.perplexity[i]));
            continue;
        }
        TokenWindows alone;
        alone.sequenceLength = static_cast<int>(documents[i].size());
        alone.ids.assign(documents[i].begin(), documents[i].end());
        const HiddenStates hidden = finalHidden(model, alone, {}, {}, job);
        EXPECT_NEAR(scores.perplexity[i] / score(model, alone, hidden, nullptr, job).perplexity, 1, 1e-4);
    }
}

TEST_F(DocumentScoring, EmbeddingsAreMeanStatesOfTheMiddleBlock) {
    const Documents documents = pieces();
    const DocumentScores scores = scoreDocuments(model, documents, {512, false}, job);
    ASSERT_EQ(scores.embeddings.cols(), embeddingSize(model));
    ASSERT_EQ(embeddingSize(model), model.spec.hiddenSize); // narrow enough to be kept as it is
    TokenWindows alone;
    alone.sequenceLength = static_cast<int>(documents[3].size());
    alone.ids.assign(documents[3].begin(), documents[3].end());
    Matrix hidden(std::ssize(alone.ids), model.spec.hiddenSize);
    model.embed(alone.ids, alone.sequenceLength, hidden.view());
    for (int block = 0; block <= (model.spec.blocks - 1) / 2; ++block)
        Block(model, block).forward(hidden.view(), alone.sequenceLength, job);
    for (Index channel = 0; channel < hidden.cols(); ++channel) {
        double mean = 0;
        for (Index token = 1; token < hidden.rows(); ++token)
            mean += double{hidden(token, channel)} / static_cast<double>(hidden.rows() - 1);
        EXPECT_NEAR(scores.embeddings(3, channel), mean, 1e-3 * (1 + std::abs(mean)));
    }
    for (Index channel = 0; channel < hidden.cols(); ++channel)
        EXPECT_EQ(scores.embeddings(4, channel), 0.0f); // of the empty document
    EXPECT_TRUE(std::isnan(scores.perplexity[0]));
}

TEST_F(DocumentScoring, NeitherCompanyNorThreadsMatter) {
    const Documents documents = pieces();
    const DocumentScores together = scoreDocuments(model, documents, {}, job);
    const int threads = computeThreads();
    omp_set_num_threads(1);
    const DocumentScores one = scoreDocuments(model, documents, {}, job);
    omp_set_num_threads(threads);
    for (std::size_t i = 0; i < documents.size(); ++i)
        EXPECT_TRUE(one.perplexity[i] == together.perplexity[i] || documents[i].size() < 2);
    const DocumentScores alone = scoreDocuments(model, Documents{documents[5]}, {}, job);
    EXPECT_NEAR(alone.perplexity[0] / together.perplexity[5], 1, 1e-4);
}

TEST_F(DocumentScoring, ReadsOnlyTheFirstTokens) {
    const std::span<const std::int32_t> ids(windows.ids);
    const Documents documents = {ids.subspan(0, 200), ids.subspan(0, 64)};
    const DocumentScores scores = scoreDocuments(model, documents, {64, true}, job);
    EXPECT_NEAR(scores.perplexity[0] / scores.perplexity[1], 1, 1e-6);
    EXPECT_EQ(paddedRows(documents, {64, true}, model), 128);
}

TEST_F(DocumentScoring, RefusesForeignIdsAndStops) {
    const std::vector<std::int32_t> foreign = {1, 1 << 30};
    EXPECT_THROW(scoreDocuments(model, Documents{foreign}, {}, job), Error);
    EXPECT_THROW(scoreDocuments(model, {}, {1, true}, job), Error);
    EXPECT_EQ(scoreDocuments(model, {}, {}, job).embeddings.rows(), 0);
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {}, {});
    EXPECT_THROW(scoreDocuments(model, pieces(), {}, stopped), Error);
}

} // namespace
} // namespace vernier
