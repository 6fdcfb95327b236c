#include "core/store/artefacts.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::caughtError;
using testing::HasSubstr;

Matrix randomRows(Index rows, Index cols, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.3f, 2.0f);
    Matrix matrix(rows, cols);
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < cols; ++j)
            matrix(i, j) = normal(random);
    return matrix;
}

Gram gramOf(const Matrix& x) {
    Matrix sum(x.cols(), x.cols());
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j <= i; ++j) {
            for (Index t = 0; t < x.rows(); ++t)
                sum(i, j) += x(t, i) * x(t, j);
            sum(j, i) = sum(i, j);
        }
    return Gram(std::move(sum), static_cast<std::uint64_t>(x.rows()));
}

std::vector<float> valuesOf(const Gram& gram) {
    return {gram.sum().data, gram.sum().data + gram.in() * gram.in()};
}

BlockStatistics sampleStatistics() {
    BlockStatistics statistics;
    statistics.block = 3;
    for (const Index width : {1, 63, 64, 150}) { // below, at and beyond the tiles of the rebuilt Gram
        const Matrix x = randomRows(20, width, static_cast<unsigned>(width));
        TapStatistics tap(width, {.extremes = 7, .channelHistograms = width == 63});
        tap.observe(x.view(), {.first = 100, .windowLength = 8});
        statistics.taps.push_back(std::move(tap));
        statistics.grams.push_back(gramOf(x));
    }
    TapStatistics output(5); // a tap that has no Gram
    output.observe(randomRows(3, 5, 9).view());
    statistics.taps.push_back(std::move(output));
    statistics.taps.emplace_back(12); // an expert that nothing was sent to
    return statistics;
}

QuantizedLinear sampleLinear(Scheme scheme, Index out, Index in, unsigned seed, bool hasInputScales) {
    std::mt19937 random(seed);
    QuantizedLinear linear;
    linear.scheme = scheme;
    linear.out = out;
    linear.in = in;
    const auto code = [&] { return static_cast<std::uint8_t>(random() % static_cast<unsigned>(scheme.levels())); };
    const auto scale = [&] { return 0.001f * static_cast<float>(1 + random() % 1000); };
    for (Index i = 0; i < out * in; ++i)
        linear.codes.push_back(code());
    for (Index i = 0; i < out * linear.groups(); ++i) {
        linear.scales.push_back(scale());
        linear.zeros.push_back(code());
    }
    for (Index i = 0; hasInputScales && i < in; ++i)
        linear.inputScales.push_back(scale());
    return linear;
}

QuantizedBlock sampleBlock() {
    QuantizedBlock block;
    block.block = 1;
    block.inputRanges = {{-1.0 / 3, 2.5}, {0, 1e-7}, {-4, 0}};
    block.linears["model.layers.1.mlp.down_proj"] = sampleLinear({3, 64, false}, 5, 130, 1, false);
    block.linears["model.layers.1.mlp.up_proj"] = sampleLinear({8, -1, true}, 7, 33, 2, true);
    block.linears["model.layers.1.self_attn.q_proj"] = sampleLinear({2, 1, false}, 1, 9, 3, true);
    QuantizedLinear minimums = sampleLinear(Scheme::of(NumberFormat::Q4_1), 3, 64, 4, false);
    std::ranges::fill(minimums.zeros, std::uint8_t{0});
    minimums.minimums.assign(minimums.scales.size(), -0.5f);
    minimums.outputScales = {0.5f, 1.0f, 2.0f};
    block.linears["model.layers.1.self_attn.k_proj"] = std::move(minimums);
    QuantizedLinear scattered = sampleLinear({4, 32, false, NumberFormat::Integer, ScaleType::F16}, 2, 64, 5, false);
    for (int c = 0; c < 64; ++c)
        scattered.groupIndex.push_back(c % 2);
    block.linears["model.layers.1.self_attn.o_proj"] = std::move(scattered);
    QuantizedLinear floats = sampleLinear(Scheme::of(NumberFormat::Nvfp4), 2, 32, 6, false);
    std::ranges::fill(floats.zeros, std::uint8_t{0});
    floats.tensorScale = 0.125f;
    block.linears["model.layers.1.self_attn.v_proj"] = std::move(floats);
    block.reports = {
        {"model.layers.1.self_attn.q_proj", 0.25, std::numeric_limits<double>::infinity(), 100, 9, 0.5, 0, 1},
        {"model.layers.1.mlp.up_proj", 1.0 / 3, 4.77, 7, 231, 0, 0.02, 0}};
    return block;
}

class ArtefactsTest : public testing::Test {
protected:
    void save(const std::function<void(H5File&)>& write) const {
        H5File file = H5File::create(path);
        write(file);
        file.flush();
    }

    // What reading says to a file written by hand.
    template <class Read>
    std::string refusal(Read read, const std::function<void(H5File&)>& write) const {
        save(write);
        const H5File file = H5File::openRead(path);
        const auto error = caughtError([&] { read(file); });
        EXPECT_EQ(error ? error->kind() : ErrorKind::Internal, ErrorKind::Input);
        return error ? error->what() : "was accepted";
    }

    test::TemporaryFolder folder;
    std::filesystem::path path = folder / "artefact.h5";
};

TEST_F(ArtefactsTest, StatisticsComeBackBitByBit) {
    const BlockStatistics statistics = sampleStatistics();
    save([&](H5File& file) { writeBlockStatistics(file, statistics); });
    const BlockStatistics back = readBlockStatistics(H5File::openRead(path));
    EXPECT_EQ(back.block, 3);
    ASSERT_EQ(back.taps.size(), statistics.taps.size());
    ASSERT_EQ(back.grams.size(), statistics.grams.size());
    for (std::size_t i = 0; i < statistics.taps.size(); ++i) {
        const TapStatistics &tap = statistics.taps[i], &tapBack = back.taps[i];
        EXPECT_EQ(tapBack.histogram, tap.histogram);
        EXPECT_EQ(tapBack.extremes, tap.extremes);
        EXPECT_EQ(tapBack.windows, tap.windows);
        EXPECT_EQ(tapBack.channelHistograms, tap.channelHistograms);
        EXPECT_EQ(tapBack.channels.tokens, tap.channels.tokens);
        EXPECT_EQ(tapBack.channels.min, tap.channels.min);
        EXPECT_EQ(tapBack.channels.max, tap.channels.max);
        EXPECT_EQ(tapBack.channels.absMaxRow, tap.channels.absMaxRow);
        EXPECT_EQ(tapBack.channels.sumAbs, tap.channels.sumAbs);
        EXPECT_EQ(tapBack.channels.moments, tap.channels.moments);
    }
    for (std::size_t i = 0; i < statistics.grams.size(); ++i) {
        EXPECT_EQ(back.grams[i].tokens(), 20u);
        EXPECT_EQ(valuesOf(back.grams[i]), valuesOf(statistics.grams[i]));
    }
    EXPECT_EQ(back.taps[1].channelHistograms.size(), 63u);
    EXPECT_EQ(back.taps[5].tokens(), 0u);
}

TEST_F(ArtefactsTest, GramsAreStoredAsTheirLowerTriangle) {
    BlockStatistics statistics = sampleStatistics();
    save([&](H5File& file) { writeBlockStatistics(file, statistics); });
    const std::vector<float> packed = H5File::openRead(path).readFloats("grams/1");
    ASSERT_EQ(packed.size(), 63u * 64 / 2);
    EXPECT_EQ(packed[0], statistics.grams[1].sum()(0, 0));
    EXPECT_EQ(packed[1], statistics.grams[1].sum()(1, 0));
    EXPECT_EQ(packed[2], statistics.grams[1].sum()(1, 1));
    EXPECT_EQ(packed.back(), statistics.grams[1].sum()(62, 62));
}

TEST_F(ArtefactsTest, StatisticsWithMoreGramsThanTapsAreNotWritten) {
    BlockStatistics statistics = sampleStatistics();
    statistics.taps.resize(3);
    EXPECT_EQ(caughtError([&] { save([&](H5File& file) { writeBlockStatistics(file, statistics); }); })->kind(),
              ErrorKind::Internal);
}

// One tap of two channels and its Gram, and a second tap of one, with one dataset replaced.
void writeTapsByHand(H5File& file, const std::string& replaced, const std::function<void(H5File&)>& replacement) {
    const auto put = [&](const std::string& dataset, const auto& values) {
        if (dataset == replaced)
            replacement(file);
        else
            file.write(dataset, values);
    };
    using U32s = std::vector<std::uint32_t>;
    file.writeAttribute("kind", "block_statistics");
    put("block", std::array{std::int32_t{0}});
    put("taps/tokens", std::array<std::uint64_t, 2>{5, 4});
    put("taps/channels", U32s{2, 1});
    put("taps/has_channel_histograms", std::array<std::uint8_t, 2>{0, 1});
    put("histograms/exponent", std::array<std::int32_t, 2>{-10, -2});
    put("histograms/first_bin", std::array<std::int64_t, 2>{4, -1});
    put("histograms/bins", U32s{3, 1});
    put("histograms/counts", std::array<std::uint64_t, 4>{1, 0, 2, 9});
    put("channels/min", std::array{-1.0f, -2.0f, -3.0f});
    put("channels/max", std::array{1.0f, 2.0f, 3.0f});
    put("channels/abs_max_token", std::array<std::uint64_t, 3>{1, 0, 3});
    for (const char* sum : {"sum_abs", "mean", "m2", "m3", "m4"})
        put(std::string("channels/") + sum, std::array{0.5, 0.25, 0.125});
    put("extremes/capacity", U32s{2, 0});
    put("extremes/kept", U32s{2, 0});
    put("extremes/value", std::array{-2.0f, 1.0f});
    put("extremes/channel", U32s{1, 0});
    put("extremes/token", std::array<std::uint64_t, 2>{0, 3});
    put("windows/count", U32s{2, 1});
    put("windows/low", std::array{-2.0f, std::numeric_limits<float>::infinity(), -3.0f});
    put("windows/high", std::array{2.0f, -std::numeric_limits<float>::infinity(), 3.0f});
    put("channel_histograms/exponent", std::array{std::int32_t{0}});
    put("channel_histograms/first_bin", std::array{std::int64_t{-3}});
    put("channel_histograms/bins", U32s{1});
    put("channel_histograms/counts", std::array{std::uint64_t{4}});
    put("grams/tokens", std::array{std::uint64_t{5}});
    put("grams/0", std::array{1.0f, 0.5f, 2.0f});
}

TEST_F(ArtefactsTest, HandWrittenStatisticsAreRead) {
    save([](H5File& file) { writeTapsByHand(file, "", {}); });
    const BlockStatistics statistics = readBlockStatistics(H5File::openRead(path));
    ASSERT_EQ(statistics.taps.size(), 2u);
    const TapStatistics &first = statistics.taps[0], &second = statistics.taps[1];
    EXPECT_EQ(first.histogram.lowerEdge(0), 4.0 / 1024);
    EXPECT_EQ(first.histogram.total(), 3u);
    EXPECT_EQ(second.histogram.lowerEdge(0), -0.25);
    EXPECT_EQ(second.histogram.total(), 9u);
    EXPECT_EQ(first.channels.absMax(1), 2.0f);
    EXPECT_EQ(second.channels.mean(0), 0.125);
    EXPECT_EQ(first.extremes.values()[0], (ExtremeValue{-2, 1, 0}));
    EXPECT_TRUE(second.extremes.values().empty());
    EXPECT_FALSE(first.windows.seen(1));
    EXPECT_EQ(second.windows.high, std::vector<float>{3.0f});
    EXPECT_EQ(second.channelHistograms.at(0).total(), 4u);
    ASSERT_EQ(statistics.grams.size(), 1u);
    EXPECT_EQ(statistics.grams[0].sum()(0, 1), 0.5f);
    EXPECT_EQ(statistics.grams[0].sum()(1, 1), 2.0f);
}

TEST_F(ArtefactsTest, StatisticsThatDoNotFitTogetherAreRefused) {
    const auto instead = [](const char* dataset, auto values) {
        return [=](H5File& file) { file.write(dataset, values); };
    };
    using U32s = std::vector<std::uint32_t>;
    using U64s = std::vector<std::uint64_t>;
    using Floats = std::vector<float>;
    const float infinity = std::numeric_limits<float>::infinity();
    const std::tuple<const char*, std::function<void(H5File&)>, const char*> cases[] = {
        {"block", instead("block", std::vector<std::int32_t>{-1}), "block: -1 is no block"},
        {"block", instead("block", std::vector<std::int32_t>{1, 2}), "block: has 2 values instead of 1"},
        {"taps/tokens", instead("taps/tokens", U64s{5}), "taps/channels: has 2 values instead of 1"},
        {"taps/tokens", instead("taps/tokens", U64s(70000)), "more than 65536"},
        {"taps/channels", instead("taps/channels", U32s{2, 2}),
         "channel_histograms/exponent: has 1 values instead of 2"},
        {"taps/channels", instead("taps/channels", U32s{3, 1}), "channels/min: has 3 values instead of 4"},
        {"taps/channels", instead("taps/channels", U32s{4000000000u, 1}), "instead of 4000000001"},
        {"histograms/exponent", instead("histograms/exponent", std::vector<std::int32_t>{-999, 0}), "histogram"},
        {"histograms/bins", instead("histograms/bins", U32s{4, 1}), "histograms/counts: has 4 values instead of 5"},
        {"histograms/bins", instead("histograms/bins", U32s{1, 3}), "histogram"}, // the second would begin with 0
        {"channels/min", instead("channels/min", Floats{-1, 9, -3}), "9 and 2 are no smallest and largest value"},
        {"channels/max", instead("channels/max", Floats{1, infinity, 3}), "no smallest and largest value"},
        {"channels/sum_abs", instead("channels/sum_abs", Floats{1, 1, 1}),
         "channels/sum_abs: holds values of another type"},
        {"channels/m4", instead("channels/m4", std::vector<double>{1, std::nan(""), 1}), "channels/m4: holds NaN"},
        {"extremes/kept", instead("extremes/kept", U32s{1, 1}), "extreme values"}, // the second tap keeps none
        {"extremes/value", instead("extremes/value", Floats{1, -2}), "extreme values"},
        {"extremes/channel", instead("extremes/channel", U32s{2, 0}), "2 is none of 2 channels"},
        {"extremes/token", instead("extremes/token", U64s{0}), "extremes/token: has 1 values instead of 2"},
        {"extremes/capacity", instead("extremes/capacity", U32s{1u << 30, 0}), "extreme values"},
        {"windows/count", instead("windows/count", U32s{2, 2}), "windows/low: has 3 values instead of 4"},
        {"windows/high", instead("windows/high", Floats{2, 2, 3}), "inf and 2 are no smallest and largest value"},
        {"channel_histograms/bins", instead("channel_histograms/bins", U32s{}), "channel_histograms/counts"},
        {"grams/tokens", instead("grams/tokens", U64s{5, 5, 5}), "grams/tokens: has 3 values, more than the 2 taps"},
        {"grams/0", instead("grams/0", Floats{1, 2, 3, 4}), "grams/0: has 4 values instead of 3"},
        {"grams/0", [](H5File&) {}, "grams/0: is missing"}};
    for (const auto& [dataset, replacement, message] : cases)
        EXPECT_THAT(refusal(readBlockStatistics, [&](H5File& file) { writeTapsByHand(file, dataset, replacement); }),
                    HasSubstr(message));
}

TEST_F(ArtefactsTest, QuantizedBlockComesBackBitByBit) {
    const QuantizedBlock block = sampleBlock();
    save([&](H5File& file) { writeQuantizedBlock(file, block); });
    const QuantizedBlock back = readQuantizedBlock(H5File::openRead(path));
    EXPECT_EQ(back.block, 1);
    ASSERT_EQ(back.inputRanges.size(), 3u);
    EXPECT_EQ(back.inputRanges[0].low, -1.0 / 3);
    EXPECT_EQ(back.inputRanges[1].high, 1e-7);
    ASSERT_EQ(back.linears.size(), 6u);
    for (const auto& [name, linear] : block.linears) {
        const QuantizedLinear& linearBack = back.linears.at(name);
        EXPECT_EQ(linearBack.scheme, linear.scheme);
        EXPECT_EQ(linearBack.out, linear.out);
        EXPECT_EQ(linearBack.in, linear.in);
        EXPECT_EQ(linearBack.codes, linear.codes);
        EXPECT_EQ(linearBack.scales, linear.scales);
        EXPECT_EQ(linearBack.zeros, linear.zeros);
        EXPECT_EQ(linearBack.inputScales, linear.inputScales);
        EXPECT_EQ(linearBack.outputScales, linear.outputScales);
        EXPECT_EQ(linearBack.minimums, linear.minimums);
        EXPECT_EQ(linearBack.groupIndex, linear.groupIndex);
        EXPECT_EQ(linearBack.tensorScale, linear.tensorScale);
    }
    ASSERT_EQ(back.reports.size(), 2u);
    EXPECT_EQ(back.reports[0].sqnrDb, std::numeric_limits<double>::infinity());
    EXPECT_EQ(back.reports[1].name, "model.layers.1.mlp.up_proj");
    EXPECT_EQ(back.reports[1].relativeError, 1.0 / 3);
    EXPECT_EQ(back.reports[1].parameters, 231);
}

TEST_F(ArtefactsTest, CodesTakeTheirBitsOnly) {
    save([&](H5File& file) { writeQuantizedBlock(file, sampleBlock()); });
    const H5File file = H5File::openRead(path);
    EXPECT_EQ(file.shape("linears/0/codes"), (H5File::Shape{5, 49})); // 130 codes of 3 bits
    EXPECT_EQ(file.shape("linears/0/scales"), (H5File::Shape{5, 3}));
    EXPECT_FALSE(file.has("linears/0/input_scales"));
    EXPECT_EQ(file.shape("linears/1/input_scales"), (H5File::Shape{33}));
}

// One linear [1, 4] of 4 bits, with one dataset replaced.
void writeLinearByHand(H5File& file, const std::string& replaced, const std::function<void(H5File&)>& replacement) {
    const auto put = [&](const std::string& dataset, const auto& values) {
        if (dataset == replaced)
            replacement(file);
        else
            file.write(dataset, values);
    };
    file.writeAttribute("kind", "quantized_block");
    put("block", std::array{std::int32_t{0}});
    file.writeTexts("linears/name", std::vector<std::string>{"q_proj"});
    if (replaced == "linears/scheme")
        replacement(file);
    else
        file.writeTexts("linears/scheme", std::vector<std::string>{R"({"bits":4,"group_size":2,"symmetric":false})"});
    put("linears/out", std::array{std::int64_t{1}});
    put("linears/in", std::array{std::int64_t{4}});
    put("linears/0/codes", std::array<std::uint8_t, 2>{0x21, 0x43});
    put("linears/0/scales", std::array{0.5f, 1.5f});
    put("linears/0/zeros", std::array<std::uint8_t, 2>{8, 15});
    if (replaced == "linears/0/input_scales" || replaced == "linears/0/group_index")
        replacement(file);
    file.writeTexts(
        "reports",
        std::vector<std::string>{
            replaced == "reports"
                ? "{}"
                : R"({"name":"q_proj",)"
                  R"("relative_error":0.5,"sqnr_db":3.0,"stored_bytes":6,"parameters":4,"exponent":0,"damp_percent":0,"dead_columns":0})"});
}

TEST_F(ArtefactsTest, HandWrittenQuantizedBlockIsRead) {
    save([](H5File& file) { writeLinearByHand(file, "", {}); });
    const QuantizedBlock block = readQuantizedBlock(H5File::openRead(path));
    EXPECT_EQ(block.linears.at("q_proj").codes, (std::vector<std::uint8_t>{1, 2, 3, 4}));
    EXPECT_EQ(block.reports.at(0).sqnrDb, 3.0);
}

TEST_F(ArtefactsTest, QuantizedBlocksThatDoNotFitTogetherAreRefused) {
    const auto scheme = [](const std::vector<std::string>& schemes) {
        return [=](H5File& file) { file.writeTexts("linears/scheme", schemes); };
    };
    const std::string good = R"({"bits":4,"group_size":2,"symmetric":false})";
    const auto int64 = [](const char* dataset, std::int64_t value) {
        return [=](H5File& file) { file.write(dataset, std::array{value}); };
    };
    const std::tuple<const char*, std::function<void(H5File&)>, const char*> cases[] = {
        {"linears/scheme", scheme({R"({"bits":9,"group_size":2,"symmetric":false})"}), "bits"},
        {"linears/scheme", scheme({R"({"bits":3,"group_size":2,"symmetric":false})"}),
         "linears/0/zeros: holds a zero point that is no code"},
        {"linears/scheme", scheme({good, good}), "linears/scheme: has 2 values instead of 1"},
        {"linears/scheme", scheme({R"({"bits":4,"group_size":-2,"symmetric":false})"}), "group_size"},
        {"linears/scheme", scheme({R"({"bits":4,"group_size":-1,"symmetric":false})"}),
         "linears/0/scales: has 2 values instead of 1"},
        {"linears/scheme", scheme({R"({"bits":4,"group_size":32,"symmetric":true,"format":"q3_9"})"}), "format: q3_9"},
        {"linears/0/group_index",
         [](H5File& f) {
             f.write("linears/0/group_index", std::array<std::int32_t, 4>{0, 0, 1, 2});
         },
         "linears/0/group_index: names a group that is not there"},
        {"linears/out", int64("linears/out", -1), "linears/0: claims the shape [-1, 4]"},
        {"linears/in", int64("linears/in", std::int64_t{1} << 60), "linears/0: claims the shape"},
        {"linears/in", int64("linears/in", std::int64_t{1} << 28), "codes"},
        {"linears/0/zeros",
         [](H5File& f) {
             f.write("linears/0/zeros", std::array<std::uint8_t, 2>{8, 16});
         },
         "linears/0/zeros: holds a zero point that is no code"},
        {"linears/0/scales",
         [](H5File& f) {
             f.write("linears/0/scales", std::array{0.5f, std::nanf("")});
         },
         "linears/0/scales: holds NaN"},
        {"linears/0/input_scales",
         [](H5File& f) {
             f.write("linears/0/input_scales", std::array{1.0f, 1.0f, 0.0f, 1.0f});
         },
         "linears/0/input_scales: holds values that are not positive"},
        {"linears/0/input_scales", [](H5File& f) { f.write("linears/0/input_scales", std::array{1.0f}); },
         "linears/0/input_scales: has 1 values instead of 4"},
        {"reports", [](H5File&) {}, "name: is missing"}};
    for (const auto& [dataset, replacement, message] : cases)
        EXPECT_THAT(refusal(readQuantizedBlock, [&](H5File& file) { writeLinearByHand(file, dataset, replacement); }),
                    HasSubstr(message));
}

TEST_F(ArtefactsTest, KindsAreNotTakenForEachOther) {
    save([&](H5File& file) { writeQuantizedBlock(file, sampleBlock()); });
    const H5File file = H5File::openRead(path);
    EXPECT_THAT(caughtError([&] { readBlockStatistics(file); })->what(),
                HasSubstr("kind: is quantized_block instead of block_statistics"));
}

} // namespace
} // namespace vernier
