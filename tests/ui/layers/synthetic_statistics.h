#pragma once

#include "core/calibrate/calibration_pass.h"
#include "tests/ui/support/studio_fixture.h"

#include <memory>

namespace vernier::ui::test {

/// Is a studio with an empty project and the demo model open.
struct StudioWithModel : StudioFixture {
    StudioWithModel();
};

/// Statistics as a calibration of the open model would bring them: noise in every channel, channel 5 ten times as
/// large. Smaller than the real widths.
std::shared_ptr<const BlockStatistics> makeBlock(const StatisticsStore& store, int block, Index tokens = 64,
                                                 Index channels = 32);

} // namespace vernier::ui::test
