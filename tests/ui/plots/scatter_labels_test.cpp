#include "ui/plots/scatter_labels.h"

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

const QRectF kArea(0, 0, 400, 300);

TEST(ScatterLabels, StandRightOfALonelyPoint) {
    const auto places = placeLabels({{100, 100}}, {{60, 14}}, kArea, 9);
    EXPECT_EQ(places[0], QRectF(109, 93, 60, 14));
}

TEST(ScatterLabels, TurnLeftAtTheRightEdge) {
    const auto places = placeLabels({{380, 100}}, {{60, 14}}, kArea, 9);
    EXPECT_EQ(places[0].right(), 371);
}

TEST(ScatterLabels, NeverOverlapAndGiveUpInACrowd) {
    const std::vector<QPointF> points(20, QPointF(200, 150));
    const auto places = placeLabels(points, std::vector<QSizeF>(20, QSizeF(60, 14)), kArea, 9);
    int drawn = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        drawn += places[i].isNull() ? 0 : 1;
        for (std::size_t j = 0; j < i; ++j)
            EXPECT_FALSE(places[i].intersects(places[j])) << i << " " << j;
    }
    EXPECT_GE(drawn, 4);
    EXPECT_LT(drawn, 20);
}

TEST(ScatterLabels, KeepOffWhatIsTaken) {
    const QRectF line(0, 99, 400, 2);
    const auto places = placeLabels({{100, 100}}, {{60, 14}}, kArea, 9, {line});
    ASSERT_FALSE(places[0].isNull());
    EXPECT_FALSE(places[0].intersects(line));
}

TEST(ScatterLabels, LeaveOutPointsOutsideTheArea) {
    EXPECT_TRUE(placeLabels({{-50, 100}}, {{60, 14}}, kArea, 9)[0].isNull());
}

} // namespace
} // namespace vernier::ui
