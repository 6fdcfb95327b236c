#pragma once

#include "tests/ui/support/studio_fixture.h"
#include "ui/layers/layers_page.h"

#include <gtest/gtest.h>

namespace vernier::ui::test {

/// Is the Layers workspace over a project with the demo's texts and model.
struct LayersFixture : testing::Test {
    LayersFixture() : page(studio.services) {
        page.resize(1300, 850);
        page.show();
        studio.importDemo();
        studio.model.open(StudioFixture::demoModel());
        studio.settle();
    }
    void calibrate(const char* set) {
        CalibrateRequest request = StudioFixture::smallCalibration();
        request.setName = set;
        studio.session.calibrate(request);
        studio.settle();
    }

    StudioFixture studio;
    LayersPage page;
};

} // namespace vernier::ui::test
