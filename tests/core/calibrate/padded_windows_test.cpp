#include "core/calibrate/block_statistics.h"
#include "core/calibrate/token_place.h"
#include "core/model/model.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using Ids = std::vector<std::int32_t>;

constexpr int kLength = 12;

std::vector<Ids> someDocuments() {
    std::vector<Ids> documents;
    for (const int tokens : {5, 12, 1, 7, 12, 3}) {
        documents.emplace_back();
        for (int i = 0; i < tokens; ++i)
            documents.back().push_back(
                static_cast<std::int32_t>((documents.size() * 31 + static_cast<std::size_t>(i) * 7919) % 61));
    }
    return documents;
}

TokenWindows padded(const std::vector<Ids>& documents, std::int32_t padding) {
    TokenWindows windows;
    windows.sequenceLength = kLength;
    for (const Ids& document : documents) {
        windows.ids.insert(windows.ids.end(), document.begin(), document.end());
        windows.validLengths.push_back(static_cast<std::int32_t>(document.size()));
        windows.ids.resize(windows.validLengths.size() * kLength, padding);
    }
    return windows;
}

/// Observes block 1 from the first row of a window on, its input being what block 0 gives.
void observe(const Model& model, const TokenWindows& windows, std::int64_t firstWindow, std::int64_t count,
             BlockStatistics& statistics) {
    const Index first = firstWindow * windows.sequenceLength, rows = count * windows.sequenceLength;
    Matrix hidden(rows, model.spec.hiddenSize);
    model.embed(std::span(windows.ids).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(rows)),
                windows.sequenceLength, hidden.view());
    Block(model, 0).forward(hidden.view(), windows.sequenceLength, JobContext());
    observeBlock(model.spec, Block(model, 1), hidden.view(), first, windows, statistics, JobContext());
}

BlockStatistics observe(const Model& model, const TokenWindows& windows) {
    BlockStatistics statistics(model.spec, 1);
    observe(model, windows, 0, 2, statistics);
    observe(model, windows, 2, windows.count() - 2, statistics);
    return statistics;
}

/// What the documents show when each is observed alone, without any padding.
BlockStatistics observeAlone(const Model& model, const std::vector<Ids>& documents) {
    BlockStatistics all(model.spec, 1);
    for (const Ids& document : documents) {
        TokenWindows alone;
        alone.sequenceLength = static_cast<int>(document.size());
        alone.ids = document;
        BlockStatistics statistics(model.spec, 1);
        observe(model, alone, 0, 1, statistics);
        for (std::size_t tap = 0; tap < all.taps.size(); ++tap)
            all.taps[tap].merge(statistics.taps[tap]);
        for (std::size_t group = 0; group < all.grams.size(); ++group)
            all.grams[group].merge(statistics.grams[group]);
    }
    return all;
}

void expectNear(double value, double expected, double scale) {
    EXPECT_NEAR(value, expected, 1e-4 * scale + 1e-7);
}

class PaddedWindows : public testing::TestWithParam<const char*> {
protected:
    Model m_model = Model::open(test::tinyModel(GetParam()));
    std::vector<Ids> m_documents = someDocuments();
    BlockStatistics m_seen = observe(m_model, padded(m_documents, 0));
};

TEST_P(PaddedWindows, GiveTheStatisticsOfTheirDocumentsAlone) {
    const BlockStatistics alone = observeAlone(m_model, m_documents);
    const auto specs = m_model.spec.taps(1);
    for (std::size_t i = 0; i < alone.taps.size(); ++i) {
        SCOPED_TRACE(specs[i].name);
        const TapStatistics &tap = m_seen.taps[i], &expected = alone.taps[i];
        ASSERT_EQ(tap.tokens(), expected.tokens());
        if (specs[i].expert < 0) {
            EXPECT_EQ(tap.tokens(), 40u);
        }
        if (tap.tokens() == 0)
            continue;
        const double scale = std::max(std::fabs(double{expected.min()}), std::fabs(double{expected.max()}));
        expectNear(tap.min(), expected.min(), scale);
        expectNear(tap.max(), expected.max(), scale);
        expectNear(tap.mean(), expected.mean(), scale);
        expectNear(tap.rms(), expected.rms(), scale);
        EXPECT_EQ(tap.histogram.total(), expected.histogram.total());
        EXPECT_LE(tap.windows.windows(), m_documents.size());
    }
    for (std::size_t group = 0; group < alone.grams.size(); ++group) {
        EXPECT_EQ(m_seen.grams[group].tokens(), alone.grams[group].tokens());
        const auto sum = m_seen.grams[group].sum(), expected = alone.grams[group].sum();
        double scale = 0;
        for (Index i = 0; i < expected.rows; ++i)
            scale = std::max(scale, double{expected(i, i)});
        for (Index i = 0; i < expected.rows; ++i)
            for (Index j = 0; j < expected.cols; ++j)
                ASSERT_NEAR(sum(i, j), expected(i, j), 1e-4 * scale);
    }
}

TEST_P(PaddedWindows, NameTokensThatAreNoPadding) {
    const TokenWindows windows = padded(m_documents, 0);
    for (std::size_t i = 0; i < m_seen.taps.size(); ++i) {
        const auto extremes = m_seen.taps[i].extremes.values();
        for (const ExtremeValue& extreme : extremes) {
            const TokenPlace place = placeOf(windows, extreme.row);
            ASSERT_LT(place.position, windows.validLength(place.window));
        }
        if (extremes.empty())
            continue;
        // The most extreme is where its document alone has it.
        const TokenPlace worst = placeOf(windows, extremes.front().row);
        TokenWindows alone;
        alone.ids = m_documents[static_cast<std::size_t>(worst.window)];
        alone.sequenceLength = static_cast<int>(alone.ids.size());
        BlockStatistics statistics(m_model.spec, 1);
        observe(m_model, alone, 0, 1, statistics);
        const ExtremeValue same = statistics.taps[i].extremes.values().front();
        EXPECT_EQ(same.row, static_cast<std::uint64_t>(worst.position));
        EXPECT_EQ(same.channel, extremes.front().channel);
        expectNear(extremes.front().value, same.value, std::fabs(double{same.value}));
    }
}

TEST_P(PaddedWindows, AreIndifferentToWhatPadsThem) {
    const BlockStatistics other = observe(m_model, padded(m_documents, 33));
    for (std::size_t i = 0; i < m_seen.taps.size(); ++i) {
        EXPECT_EQ(m_seen.taps[i].extremes, other.taps[i].extremes);
        EXPECT_EQ(m_seen.taps[i].histogram, other.taps[i].histogram);
        EXPECT_EQ(m_seen.taps[i].channels.moments, other.taps[i].channels.moments);
    }
    for (std::size_t group = 0; group < m_seen.grams.size(); ++group) {
        const auto sum = m_seen.grams[group].sum(), same = other.grams[group].sum();
        EXPECT_TRUE(std::equal(sum.data, sum.data + sum.rows * sum.cols, same.data));
    }
}

INSTANTIATE_TEST_SUITE_P(Tiny, PaddedWindows, testing::Values("mistral", "mixtral", "qwen3_moe", "gemma3", "gpt2"),
                         [](const auto& info) { return std::string(info.param); });

} // namespace
} // namespace vernier
