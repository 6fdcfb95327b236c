#include "core/base/error.h"
#include "core/calibrate/token_place.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(TokenPlace, FindsWindowPositionAndDocument) {
    TokenWindows windows;
    windows.sequenceLength = 4;
    windows.ids = {10, 11, 12, 13, 14, 15, 16, 17};
    windows.documents = {0, 0, 0, 1, 1, 1, 2, 2};
    const TokenPlace place = placeOf(windows, 6);
    EXPECT_EQ(place.window, 1);
    EXPECT_EQ(place.position, 2);
    EXPECT_EQ(place.document, 2u);
    EXPECT_EQ(place.id, 16);
    EXPECT_THROW(placeOf(windows, 8), Error);
}

} // namespace
} // namespace vernier
