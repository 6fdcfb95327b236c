#include "tests/bench/measure.h"

#include "core/tensor/packed_weight.h"
#include "core/tensor/parallel.h"
#include "tests/support/random_matrix.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <limits>
#include <thread>

#include <nlohmann/json.hpp>

namespace vernier::bench {

namespace {

double clockSeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The text behind "key" and its colon in the first line of a file that begins with it.
std::string fieldOf(const char* file, const std::string& key) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(key))
            if (const auto colon = line.find(':'); colon != std::string::npos)
                return line.substr(line.find_first_not_of(" \t", colon + 1));
    return {};
}

} // namespace

Seconds oneRound(const std::function<void()>& work) {
    const double clock = clockSeconds(), processor = processorSeconds();
    work();
    return {clockSeconds() - clock, (processorSeconds() - processor) / computeThreads()};
}

Seconds leastSeconds(int rounds, const std::function<void()>& work) {
    work();
    Seconds least{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    for (int i = 0; i < rounds; ++i) {
        const Seconds seconds = oneRound(work);
        least.clock = std::min(least.clock, seconds.clock);
        least.processor = std::min(least.processor, seconds.processor);
    }
    return least;
}

Peak matrixPeak(Precision precision) {
    Peak peak;
    for (const Index size : {2048, 4096}) {
        const Matrix x = test::randomMatrix(size, size, 3), w = test::randomMatrix(size, size, 4);
        Matrix y(size, size);
        const PackedWeight packed(w.view(), precision);
        const auto seconds = leastSeconds(size == 2048 ? 20 : 5, [&] { packed.multiply(x.view(), y.view()); });
        const double operations = 2.0 * static_cast<double>(size) * static_cast<double>(size * size);
        peak.clock = std::max(peak.clock, operations / seconds.clock);
        peak.processor = std::max(peak.processor, operations / seconds.processor);
    }
    return peak;
}

nlohmann::json machine() {
    std::string load;
    std::getline(std::ifstream("/proc/loadavg"), load);
    return {{"processor", fieldOf("/proc/cpuinfo", "model name")},
            {"processors", std::thread::hardware_concurrency()},
            {"threads", computeThreads()},
            {"bf16_units", hasBf16Units()},
            {"load_average", load}};
}

std::uint64_t anonymousBytes() {
    return std::stoull("0" + fieldOf("/proc/self/status", "RssAnon")) * 1024;
}

struct MemoryPeak::Watcher {
    std::atomic<std::uint64_t> most = anonymousBytes();
    std::jthread thread{[this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            most = std::max(most.load(), anonymousBytes());
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }};
};

MemoryPeak::MemoryPeak() : m_watcher(std::make_unique<Watcher>()) {}
MemoryPeak::~MemoryPeak() = default;

std::uint64_t MemoryPeak::bytes() const {
    return m_watcher->most;
}

} // namespace vernier::bench
