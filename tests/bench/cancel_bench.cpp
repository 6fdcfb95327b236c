#include "core/base/error.h"
#include "core/base/file.h"
#include "core/curate/diverse_selection.h"
#include "core/curate/row_geometry.h"
#include "core/evaluate/document_scores.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/generate_documents.h"
#include "core/workbench/import_files.h"
#include "core/workbench/measure_documents.h"
#include "core/workbench/quantize.h"
#include "core/workbench/report_card.h"
#include "tests/bench/synthetic_model.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <execinfo.h>
#include <functional>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <random>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace vernier::bench {
namespace {

using Clock = std::chrono::steady_clock;

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A model of hidden size 2048 with one block and the demo's tokenizer, and a project with texts to feed it.
struct Workshop {
    test::TemporaryFolder folder;
    std::filesystem::path model = folder / "model", records = folder / "texts.jsonl";
    Project project;
    std::optional<CalibrationRecord> calibration; ///< in the cache of bench
    std::optional<Run> run;                       ///< of that calibration
    Workbench bench{folder / "cache"};
    int coldFolders = 0;

    Workshop() {
        createFolders(model);
        SyntheticShape shape;
        shape.vocabulary = 1536;
        shape.intermediate = 4096; // the work of a solve grows with its cube
        writeSyntheticModel(model, shape);
        for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
            std::filesystem::copy_file(test::demoFolder() / "model" / name, model / name);
        writeRecords();
        JobContext quiet;
        ImportOptions options;
        options.tag = "texts";
        importFiles(project, {records}, options, quiet);
        CalibrationSet& all = project.sets.front();
        project.sets.push_back({"few", std::vector<std::uint32_t>(all.documents.begin(), all.documents.begin() + 4),
                                SetPurpose::Evaluation});
    }

    std::vector<std::uint32_t> all() const {
        const DocumentList& documents = project.sets.front().documents;
        return {documents.begin(), documents.end()};
    }
    std::filesystem::path coldFolder() { return folder / fmt::format("cold{}", coldFolders++); }

private:
    void writeRecords() {
        std::mt19937 random(1);
        std::string lines;
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (int word = 0; word < 150; ++word)
                text += fmt::format("word{} ", random() % (random() % 3000 + 1));
            lines += fmt::format("{{\"text\": \"{}\"}}\n", text);
        }
        test::put(records, lines);
    }
};

using Work = std::function<void(JobContext&)>;

/// Is a long action; every piece of work it makes is another one, so that nothing is found in the cache.
struct Action {
    const char* name;
    std::function<Work(Workshop&, int time)> make;
};

CalibrateRequest calibrateRequest(const Workshop& shop) {
    CalibrateRequest request{shop.model, "few", {}};
    request.recipe.sequenceLength = 512;
    request.recipe.maxWindows = 2;
    return request;
}

QuantizeRequest quantizeRequest(const Workshop& shop, Method method, int time) {
    QuantizeRequest request{{}, {}, *shop.calibration};
    request.settings.method = method;
    request.settings.dampPercent = 0.01 + 1e-6 * time;
    request.settings.gridPoints = 2 + time;
    return request;
}

Work calibrating(Workshop& shop, int) {
    return [&shop, folder = shop.coldFolder()](JobContext& job) {
        Workbench bench(folder);
        calibrate(bench, shop.project, calibrateRequest(shop), job);
    };
}

void needCalibration(Workshop& shop) {
    JobContext quiet;
    if (!shop.calibration)
        shop.calibration = calibrate(shop.bench, shop.project, calibrateRequest(shop), quiet).record;
}

template <Method method>
Work quantizing(Workshop& shop, int time) {
    needCalibration(shop);
    return [&shop, time](JobContext& job) {
        quantize(shop.bench, shop.project, quantizeRequest(shop, method, time), job);
    };
}

Work evaluating(Workshop& shop, int time) {
    needCalibration(shop);
    if (!shop.run) {
        JobContext quiet;
        shop.run = quantize(shop.bench, shop.project, quantizeRequest(shop, Method::Rtn, 0), quiet).run;
    }
    return [&shop, time](JobContext& job) {
        EvaluationData data;
        data.setName = "few";
        data.sequenceLength = 256 + time;
        evaluateRun(shop.bench, shop.project, *shop.run, data, job);
    };
}

Work importing(Workshop& shop, int) {
    return [&shop](JobContext& job) {
        Project project;
        importFiles(project, {shop.records, shop.records, shop.records}, {}, job);
    };
}

Work selecting(Workshop&, int) {
    // Of embedded documents; embedding them is what "measure" does.
    static const Matrix rows = centredUnitRows(test::randomMatrix(20'000, kMostEmbedding, 5).view());
    return [](JobContext& job) { selectFacilityLocation(rows.view(), 512, 1, job); };
}

Work findingDuplicates(Workshop& shop, int) {
    return [&shop](JobContext& job) {
        findDuplicates(shop.project, shop.all(), {.shingleTokens = 2, .threshold = 0.5}, job);
    };
}

Work reporting(Workshop& shop, int) {
    return [&shop](JobContext& job) {
        ReportCardRequest request;
        request.modelFolder = shop.model;
        request.setName = "few";
        request.recipe = calibrateRequest(shop).recipe;
        reportCard(shop.bench, shop.project, request, job);
    };
}

Work measuring(Workshop& shop, int) {
    return [&shop, folder = shop.coldFolder()](JobContext& job) {
        Workbench bench(folder);
        const auto documents = shop.all();
        measureDocuments(bench, shop.project, std::span(documents).first(8), {shop.model, {}}, job);
    };
}

Work generating(Workshop& shop, int time) {
    return [&shop, time](JobContext& job) {
        Project project;
        GenerateRequest request{shop.model, {}, 2, 16, {}, {}};
        request.sampling.seed = static_cast<std::uint64_t>(time);
        generateDocuments(shop.bench, project, request, job);
    };
}

std::vector<Action> actions() {
    return {{"calibrate", calibrating},
            {"quantize gptq", quantizing<Method::Gptq>},
            {"quantize awq", quantizing<Method::Awq>},
            {"evaluate", evaluating},
            {"import", importing},
            {"select", selecting},
            {"duplicates", findingDuplicates},
            {"report card", reporting},
            {"measure", measuring},
            {"generate", generating}};
}

struct Answer {
    double seconds = 0;   ///< until the work had ended; 0 when it was done before it was asked
    double processor = 0; ///< processor time of all threads in these seconds: what a busy machine does not add to
    std::string stage;    ///< what the job said it was at
};

Answer cancelAfter(double moment, const Work& work, bool explains) {
    std::stop_source stop;
    std::mutex guard;
    std::string stage;
    const auto begin = Clock::now();
    Clock::time_point ended;
    double endedProcessor = 0;
    bool wasCancelled = false;
    std::atomic<bool> isOver = false;
    std::thread worker([&] {
        JobContext job(stop.get_token(),
                       [&](const Progress& progress) {
                           const std::lock_guard lock(guard);
                           stage = fmt::format("{} {}/{}", progress.stage, progress.done, progress.total);
                       },
                       {});
        try {
            work(job);
        } catch (const Error& error) {
            wasCancelled = error.kind() == ErrorKind::Cancelled;
            if (!wasCancelled)
                fmt::print("{}\n", error.what());
        }
        ended = Clock::now();
        endedProcessor = processorSeconds();
        isOver = true;
    });
    std::this_thread::sleep_until(begin + std::chrono::duration<double>(moment));
    Answer answer;
    {
        const std::lock_guard lock(guard);
        answer.stage = stage;
    }
    const auto asked = Clock::now();
    const double askedProcessor = processorSeconds();
    stop.request_stop();
    if (explains) {
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
        if (!isOver)
            pthread_kill(worker.native_handle(), SIGUSR1);
    }
    worker.join();
    if (wasCancelled)
        answer.seconds = std::chrono::duration<double>(ended - asked).count(),
        answer.processor = endedProcessor - askedProcessor;
    return answer;
}

void showWhere(int) {
    void* frames[40];
    backtrace_symbols_fd(frames, backtrace(frames, 40), 2);
}

struct Options {
    double seconds = 1; ///< spent on asking each action to stop, beside doing it once to the end
    std::string_view only;
    bool explains = false;
};

/// Asks an action to stop at moments all over it, drawn one from each of equal stretches; prints the slowest answer.
double measure(const Action& action, Workshop& shop, const Options& options) {
    JobContext quiet;
    const Work complete = action.make(shop, 0);
    const auto begin = Clock::now();
    complete(quiet);
    const double whole = secondsSince(begin);
    const int moments = std::clamp(static_cast<int>(2 * options.seconds / whole), 2, 200);
    std::mt19937 random(7);
    Answer slowest;
    double at = 0;
    int answered = 0;
    for (int i = 0; i < moments; ++i) {
        const double moment = whole * (i + std::uniform_real_distribution<>(0, 1)(random)) / moments;
        Answer answer = cancelAfter(moment, action.make(shop, i + 1), options.explains);
        answered += answer.seconds > 0;
        if (answer.seconds > slowest.seconds)
            slowest = std::move(answer), at = moment;
    }
    fmt::print("{:<14} {:6.2f} s  {:3} of {:3}  {:6.1f} ms  {:7.1f} ms  at {:5.2f} s  {}\n", action.name, whole,
               answered, moments, 1000 * slowest.seconds, 1000 * slowest.processor, at, slowest.stage);
    std::fflush(stdout);
    return slowest.seconds;
}

void run(const Options& options) {
    Workshop shop;
    fmt::print("{:<14} {:>8}  {:>10}  {:>9}  {:>10}\n", "action", "whole", "cancelled", "slowest", "processor");
    double worst = 0;
    for (const Action& action : actions())
        if (std::string_view(action.name).find(options.only) != std::string_view::npos)
            worst = std::max(worst, measure(action, shop, options));
    fmt::print("longest: {:.1f} ms (goal: 200 ms)\n", 1000 * worst);
}

} // namespace
} // namespace vernier::bench

/// Prints how long actions on a model of hidden size 2048 take to end once they were asked to, at moments all over
/// them.
/// --seconds=N asks for N seconds of each, --only=WORD only actions with that word, --where prints the stack of an
/// action that has not ended after 120 ms.
int main(int count, char** arguments) {
    vernier::bench::Options options;
    for (const std::string_view argument : std::span(arguments + 1, arguments + count)) {
        if (argument.starts_with("--seconds="))
            options.seconds = std::max(0.1, std::atof(argument.data() + 10));
        else if (argument.starts_with("--only="))
            options.only = argument.substr(7);
        else if (argument == "--where")
            options.explains = true;
    }
    std::signal(SIGUSR1, vernier::bench::showWhere);
    vernier::bench::run(options);
}
