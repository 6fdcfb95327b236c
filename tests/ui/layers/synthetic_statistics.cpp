#include "tests/ui/layers/synthetic_statistics.h"

#include <random>

namespace vernier::ui::test {

StudioWithModel::StudioWithModel() {
    session.create();
    model.open(demoModel());
    settle();
}

std::shared_ptr<const BlockStatistics> makeBlock(const StatisticsStore& store, int block, Index tokens,
                                                 Index channels) {
    constexpr Index kLoudChannel = 5;
    std::mt19937 random(static_cast<unsigned>(block) + 1);
    std::normal_distribution<float> normal;
    auto statistics = std::make_shared<BlockStatistics>();
    statistics->block = block;
    for (std::size_t group = 0; group < store.inputGroups(block).size(); ++group) {
        Matrix x(tokens, channels);
        for (Index row = 0; row < tokens; ++row)
            for (Index column = 0; column < channels; ++column)
                x.view()(row, column) = normal(random) * (column == kLoudChannel ? 10.0F : 1.0F);
        TapStatistics tap(channels);
        tap.observe(x.view());
        statistics->taps.push_back(std::move(tap));
    }
    return statistics;
}

} // namespace vernier::ui::test
