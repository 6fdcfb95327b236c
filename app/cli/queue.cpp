#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/store/project_json.h"
#include "core/workbench/run_queue.h"

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project;
    std::vector<std::string> remove, retry;
    std::string move;
    int places = 0;
    bool pause = false, resume = false, work = false, json = false;
};

void requireOrder(const RunQueue& queue, const std::string& name) {
    if (!findOrder(queue, name))
        throw Error(ErrorKind::Input, "order " + name, "is not in the queue", "see vernier queue without options");
}

void edit(RunQueue& queue, const Options& options) {
    for (const std::string& name : options.remove) {
        requireOrder(queue, name);
        removeOrder(queue, name);
    }
    for (const std::string& name : options.retry) {
        requireOrder(queue, name);
        retryOrder(queue, name);
    }
    if (!options.move.empty()) {
        requireOrder(queue, options.move);
        moveOrder(queue, options.move, options.places);
    }
    if (options.pause || options.resume)
        queue.isPaused = options.pause;
}

std::string stateText(const QueuedRun& queued) {
    if (queued.state == QueuedState::Failed)
        return "failed: " + queued.error;
    return queued.state == QueuedState::Waiting ? "waiting" : "cancelled";
}

void print(const RunQueue& queue, bool json) {
    if (json) {
        nlohmann::json runs = nlohmann::json::array();
        for (const QueuedRun& queued : queue.runs)
            runs.push_back(toJson(queued));
        return cli::print({{"paused", queue.isPaused}, {"runs", runs}});
    }
    std::vector<std::vector<std::string>> rows;
    for (const QueuedRun& queued : queue.runs)
        rows.push_back({queued.order.name, name(queued.order.settings.method), queued.order.settings.scheme.text(),
                        queued.order.setName, stateText(queued)});
    if (rows.empty())
        fmt::print("Nothing waits.\n");
    else
        fmt::print("{}", table({"run", "method", "grid", "set", "state"}, rows));
    if (queue.isPaused)
        fmt::print("The queue is paused.\n");
}

void run(const Options& options) {
    Console console;
    Project project = requireProject(options.project);
    edit(project.queue, options);
    const bool edits =
        !options.remove.empty() || !options.retry.empty() || !options.move.empty() || options.pause || options.resume;
    if (edits)
        saveProject(project, options.project);
    if (options.work) {
        Workbench bench = makeBench(console);
        JobContext job = console.job();
        workOffQueue(bench, project, job, [&] { saveProject(project, options.project); });
    }
    print(project.queue, options.json);
}

} // namespace

void addQueue(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("queue", "Show, edit or work off the runs that wait in a project");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--remove", options->remove, "Orders to take out, with commas between")->delimiter(',');
    verb->add_option("--retry", options->retry, "Failed or cancelled orders that are to wait again")->delimiter(',');
    auto* move = verb->add_option("--move", options->move, "Order to move by --places");
    verb->add_option("--places", options->places, "Places towards the end; negative towards the front")->needs(move);
    auto* pause = verb->add_flag("--pause", options->pause, "Let the studio start none of them");
    verb->add_flag("--resume", options->resume, "Let the studio go on")->excludes(pause);
    verb->add_flag("--work", options->work, "Make all that wait, one after the other");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
