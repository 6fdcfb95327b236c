#include "core/base/error.h"
#include "core/base/job.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(Error, IsOneLineOfPlaceProblemAndRemedy) {
    const Error error(ErrorKind::Input, "a.json, byte 3", "is\nbroken", "mend it");
    EXPECT_STREQ(error.what(), "a.json, byte 3: is broken; mend it");
    EXPECT_STREQ(Error(ErrorKind::Cancelled, {}, "cancelled").what(), "cancelled");
}

TEST(Error, SaysWhatToDoAboutAFullDisk) {
    EXPECT_STREQ(ioError("/x", "cannot be written", ENOSPC).what(),
                 "/x: cannot be written (No space left on device); free disk space or choose another folder");
}

TEST(Job, ReportsStagesAndStopsWhenAsked) {
    std::stop_source stop;
    std::vector<std::string> seen;
    JobContext job(
        stop.get_token(),
        [&](const Progress& p) {
            seen.push_back(p.stage + " " + std::to_string(p.done) + "/" + std::to_string(p.total));
        },
        [&](std::string_view line) { seen.emplace_back(line); });
    job.beginStage("calibrate", 2);
    job.advance();
    job.log("half way");
    EXPECT_EQ(seen, (std::vector<std::string>{"calibrate 0/2", "calibrate 1/2", "half way"}));
    stop.request_stop();
    EXPECT_THROW(job.throwIfCancelled(), Error);
    EXPECT_THROW(job.beginStage("next", 1), Error);
}

} // namespace
} // namespace vernier
