#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/calibrate/calibration_pass.h"
#include "core/model/fingerprint.h"
#include "core/store/artefact_cache.h"
#include "core/store/artefacts.h"
#include "tests/bench/synthetic_model.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::bench {
namespace {

constexpr int kSequence = 2048, kWindows = 4, kMoments = 40;

using Clock = std::chrono::steady_clock;

/// What the work was at when it was asked to stop.
std::atomic<const char*> doing = "";

/// Everything a calibration does with a model: identify it, then load, observe and save every block.
void calibrateOnce(const Model& model, const TokenWindows& windows, const ArtefactCache& cache, JobContext& job) {
    doing = "identify";
    hashModel(model, job);
    doing = "load and observe";
    PassHooks hooks;
    hooks.onBlock = [&](const BlockStatistics& statistics) {
        doing = "save";
        cache.save(
            {{"kind", "bench"}, {"block", statistics.block}},
            [&](H5File& file) { writeBlockStatistics(file, statistics); }, job);
        doing = "load and observe";
    };
    HiddenPlace place;
    place.folder = cache.folder();
    place.checkpoint = cache.folder() / "bench.hidden";
    runCalibrationPass(model, windows, place, hooks, job);
}

struct Answer {
    double asked = 0, seconds = 0; ///< when, and how long until the work had ended
    const char* doing = "";
};

Answer cancelAfter(double seconds, const std::function<void(JobContext&)>& work) {
    std::stop_source stop;
    const auto begin = Clock::now();
    Clock::time_point ended;
    bool wasCancelled = false;
    std::thread worker([&] {
        JobContext job(stop.get_token(), {}, {});
        try {
            work(job);
        } catch (const Error& error) {
            wasCancelled = error.kind() == ErrorKind::Cancelled;
        }
        ended = Clock::now();
    });
    std::this_thread::sleep_until(begin + std::chrono::duration<double>(seconds));
    Answer answer{seconds, 0, doing};
    const auto asked = Clock::now();
    stop.request_stop();
    worker.join();
    answer.seconds = wasCancelled ? std::chrono::duration<double>(ended - asked).count() : 0;
    return answer;
}

void run() {
    const test::TemporaryFolder folder;
    SyntheticShape shape;
    shape.blocks = 2;
    createFolders(folder / "model");
    writeSyntheticModel(folder / "model", shape);
    const Model model = Model::open(folder / "model");
    TokenWindows windows;
    windows.sequenceLength = kSequence;
    windows.ids.assign(std::size_t{kSequence} * kWindows, 0);
    windows.documents.assign(windows.ids.size(), 0);
    const ArtefactCache cache(folder / "cache");
    const auto work = [&](JobContext& job) { calibrateOnce(model, windows, cache, job); };
    JobContext quiet;
    const Stopwatch watch;
    work(quiet);
    const double whole = watch.seconds();
    fmt::print("whole: {:.2f} s\n", whole);
    double worst = 0;
    for (int moment = 0; moment < kMoments; ++moment) {
        const Answer answer = cancelAfter(whole * (moment + 0.5) / kMoments, work);
        fmt::print("{:6.2f} s  {:<18} {:6.1f} ms\n", answer.asked, answer.doing, 1000 * answer.seconds);
        worst = std::max(worst, answer.seconds);
    }
    fmt::print("longest: {:.1f} ms\n", 1000 * worst);
}

} // namespace
} // namespace vernier::bench

/// Prints how long a calibration at hidden size 2048 takes to end once it was asked to, at moments all over it.
int main() {
    vernier::bench::run();
}
