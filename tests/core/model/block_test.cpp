#include "core/base/error.h"
#include "core/tensor/vector_math.h"
#include "tests/core/model/forward.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <omp.h>

namespace vernier {
namespace {

using test::expectLogits;
using test::logitsOf;

// The first evaluation window begins with a document of its own, so the golden ids of that window are not in the golden
// file beyond 32; positions 0 and 1 need no more.
TEST(Forward, MeetsTheGoldenLogitsOfTheDemo) {
    const auto golden = test::golden("demo.json");
    const auto ids = golden["ids"]["evaluation"]["first32"].get<std::vector<std::int32_t>>();
    const Model model = Model::open(test::demoFolder() / "model");
    const Matrix logits = logitsOf(model, ids);
    for (const Index position : {0, 1}) {
        expectLogits(logits, position, golden["logits_first_evaluation_window"][std::to_string(position)]);
        EXPECT_NEAR(logSumExp(logits.view().row(position), logits.cols()),
                    golden["logsumexp_first_evaluation_window"][std::to_string(position)].get<double>(), 1e-4);
    }
}

TEST(Forward, MeetsTheReferenceOfTwoTrainedModels) {
    VERNIER_NEEDS_SHARED();
    const auto references = nlohmann::json::parse(test::get(test::sharedFolder() / "reference" / "models.json"));
    for (const char* name : {"stories260K", "tinystories-llama-0.66M"}) {
        SCOPED_TRACE(name);
        const auto& reference = references[name];
        auto ids = reference["ids"].get<std::vector<std::int32_t>>();
        const Model model = Model::open(test::sharedFolder() / "models" / name);
        const Matrix logits = logitsOf(model, ids);
        expectLogits(logits, 0, reference["logits_first"]);
        expectLogits(logits, logits.rows() - 1, reference["logits_last"]);
        for (const auto& expected : reference["greedy"].get<std::vector<std::int32_t>>()) {
            const Matrix now = logitsOf(model, ids);
            const float* last = now.view().row(now.rows() - 1);
            const auto next = static_cast<std::int32_t>(std::max_element(last, last + now.cols()) - last);
            ASSERT_EQ(next, expected);
            ids.push_back(next);
        }
    }
}

TEST(Forward, IsBitIdenticalWhereExpertsArePackedOneByOne) {
    for (const char* name : {"mixtral", "qwen3_moe"}) {
        const Model model = Model::open(test::tinyModel(name));
        std::vector<std::int32_t> ids(4 * 16);
        for (std::size_t i = 0; i < ids.size(); ++i)
            ids[i] = static_cast<std::int32_t>(i * 7919 % 64);
        Matrix hidden[2] = {Matrix(64, model.spec.hiddenSize), Matrix(64, model.spec.hiddenSize)};
        std::size_t shown[2] = {0, 0};
        for (const ExpertMemory memory : {ExpertMemory::All, ExpertMemory::One}) {
            const auto at = static_cast<std::size_t>(memory);
            model.embed(ids, 16, hidden[at].view());
            const Block block(model, 0, {}, Precision::F32, JobContext(), memory);
            block.forward(hidden[at].view(), 16, JobContext(),
                          {TapKinds::all(), [&](const Observation&) { ++shown[at]; }});
        }
        EXPECT_EQ(std::memcmp(hidden[0].data(), hidden[1].data(), hidden[0].values().size_bytes()), 0) << name;
        EXPECT_EQ(shown[0], shown[1]);
    }
}

TEST(Forward, IsBitIdenticalAtAnyThreadCountAndWindowsDoNotSeeEachOther) {
    const Model model = Model::open(test::demoFolder() / "model");
    std::vector<std::int32_t> ids(6 * 100);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>(i * 7919 % 1536);
    const Block block(model, 2);
    const int before = omp_get_max_threads();
    Matrix hidden[2] = {Matrix(600, 256), Matrix(600, 256)};
    for (const int threads : {1, 2}) {
        omp_set_num_threads(threads);
        model.embed(ids, 100, hidden[threads - 1].view());
        block.forward(hidden[threads - 1].view(), 100, JobContext());
    }
    omp_set_num_threads(before);
    EXPECT_EQ(std::memcmp(hidden[0].data(), hidden[1].data(), hidden[0].values().size_bytes()), 0);

    Matrix alone(100, 256);
    model.embed(std::span(ids).subspan(300, 100), 100, alone.view());
    block.forward(alone.view(), 100, JobContext());
    for (Index i = 0; i < 100; ++i)
        for (Index j = 0; j < 256; j += 17)
            EXPECT_NEAR(alone(i, j), hidden[0](300 + i, j), 1e-4 * (1 + std::abs(alone(i, j))));
}

TEST(Forward, TapsSeeWhatTheirNamesSay) {
    const Model model = Model::open(test::demoFolder() / "model");
    Matrix hidden(8, 256);
    model.embed(std::vector<std::int32_t>{1, 2, 3, 4, 5, 6, 7, 8}, 8, hidden.view());
    const Matrix before = hidden.clone();
    const auto taps = model.spec.taps(0);
    std::map<std::string, Matrix> seen;
    const auto observe = [&](const Observation& observation) {
        EXPECT_EQ(observation.firstRow, 0);
        EXPECT_EQ(observation.values.cols, taps[observation.tap].channels);
        Matrix copy(observation.values.rows, observation.values.cols);
        for (Index row = 0; row < copy.rows(); ++row)
            std::copy_n(observation.values.row(row), copy.cols(), copy.view().row(row));
        EXPECT_TRUE(seen.emplace(taps[observation.tap].name, std::move(copy)).second);
    };
    Block(model, 0).forward(hidden.view(), 8, JobContext(), {TapKinds::all(), observe});
    EXPECT_EQ(seen.size(), taps.size());

    const Matrix& input = seen.at("model.layers.0.self_attn.q_proj:input");
    const auto norm = model.checkpoint.vector("model.layers.0.input_layernorm.weight", 256);
    double squares = 0;
    for (Index j = 0; j < 256; ++j)
        squares += double{before(3, j)} * before(3, j);
    EXPECT_NEAR(input(3, 5), before(3, 5) / std::sqrt(squares / 256 + 1e-5) * norm[5], 1e-4);

    // Position 0 is not turned; what is cached of it is what k_proj gave.
    const Matrix weight = model.linear(0, {"self_attn.k_proj", 128, 256});
    double product = 0;
    for (Index j = 0; j < 256; ++j)
        product += double{weight(17, j)} * input(0, j);
    EXPECT_NEAR(seen.at("model.layers.0.self_attn.k_proj:output")(0, 17), product, 1e-4);
    EXPECT_NEAR(seen.at("model.layers.0.self_attn:key")(0, 17), product, 1e-4);
    EXPECT_NE(seen.at("model.layers.0.self_attn:key")(5, 17), seen.at("model.layers.0.self_attn.k_proj:output")(5, 17));
    EXPECT_EQ(seen.at("model.layers.0.self_attn:value")(5, 17),
              seen.at("model.layers.0.self_attn.v_proj:output")(5, 17));
    EXPECT_NEAR(seen.at("model.layers.0:residual")(5, 9),
                before(5, 9) + seen.at("model.layers.0.self_attn.o_proj:output")(5, 9) +
                    seen.at("model.layers.0.mlp.down_proj:output")(5, 9),
                1e-4);
    EXPECT_EQ(seen.at("model.layers.0:residual")(5, 9), hidden(5, 9));
}

TEST(Forward, ShowsOnlyWhatIsAskedForAndComputesTheSame) {
    const Model model = Model::open(test::demoFolder() / "model");
    std::vector<std::int32_t> ids(40 * 64);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>(i * 7919 % 1536);
    Matrix watched(std::ssize(ids), 256), unwatched(std::ssize(ids), 256);
    model.embed(ids, 64, watched.view());
    model.embed(ids, 64, unwatched.view());
    const Block block(model, 1);
    const auto taps = model.spec.taps(1);
    Index rows = 0;
    block.forward(watched.view(), 64, JobContext(), {{TapKind::Value}, [&](const Observation& seen) {
                                                         EXPECT_EQ(taps[seen.tap].kind, TapKind::Value);
                                                         EXPECT_EQ(seen.rowOf(3), rows + 3); // chunk by chunk
                                                         rows += seen.values.rows;
                                                     }});
    EXPECT_EQ(rows, watched.rows());
    block.forward(unwatched.view(), 64, JobContext());
    EXPECT_EQ(std::memcmp(watched.data(), unwatched.data(), watched.values().size_bytes()), 0);
}

TEST(Forward, StopsWhenTheJobIsCancelled) {
    const Model model = Model::open(test::demoFolder() / "model");
    std::stop_source stop;
    stop.request_stop();
    Matrix hidden(8, 256);
    EXPECT_THROW(Block(model, 0).forward(hidden.view(), 8, JobContext(stop.get_token(), {}, {})), Error);
}

TEST(Model, RefusesIdsOutsideTheVocabulary) {
    const Model model = Model::open(test::demoFolder() / "model");
    Matrix hidden(1, 256);
    EXPECT_THROW(model.embed(std::vector<std::int32_t>{1536}, 1, hidden.view()), Error);
    EXPECT_THROW(model.embed(std::vector<std::int32_t>{-1}, 1, hidden.view()), Error);
}

} // namespace
} // namespace vernier
