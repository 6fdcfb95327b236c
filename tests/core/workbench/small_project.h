#pragma once

#include "core/store/project.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/import_files.h"
#include "core/workbench/workbench.h"
#include "tests/support/test_files.h"

#include <sstream>

#include <gtest/gtest.h>

namespace vernier::test {

/// A project with a little of the demo's text, calibrated.
class SmallProject : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;
    CalibrationRecord calibration;

    void SetUp() override {
        for (const char* name : {"calibration", "evaluation"}) {
            std::istringstream all(test::get(test::demoFolder() / "text" / (std::string(name) + ".jsonl")));
            std::string line, some;
            for (int i = 0; i < 60 && std::getline(all, line); ++i)
                some += line + '\n';
            test::put(folder / (std::string(name) + ".jsonl"), some);
            importFiles(project, {folder / (std::string(name) + ".jsonl")}, {name, {}}, job);
        }
        CalibrateRequest request;
        request.modelFolder = test::demoFolder() / "model";
        request.setName = "calibration";
        request.recipe.sequenceLength = 64;
        request.recipe.maxWindows = 4;
        calibration = calibrate(bench, project, request, job).record;
    }
};

} // namespace vernier::test
