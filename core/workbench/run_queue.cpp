#include "core/workbench/run_queue.h"

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/store/project_json.h"
#include "core/store/settings_json.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/pack_set.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

auto placeOf(auto& queue, const std::string& name) {
    return std::ranges::find_if(queue.runs, [&](const QueuedRun& queued) { return queued.order.name == name; });
}

std::string freeOrderName(const Project& project, const RunOrder& order) {
    const std::string wished = order.name.empty() ? freeRunName(project, order.settings, order.setName) : order.name;
    return freeName(wished,
                    [&](const std::string& name) { return project.findRun(name) || findOrder(project.queue, name); });
}

/// The order of one combination's set.
RunOrder onSet(const Project& project, RunOrder order, const std::string& setName) {
    if (setName == order.setName)
        return order;
    const CalibrationSet& set = chooseSet(project, setName);
    const PackingRecipe base = order.recipe;
    order.setName = set.name;
    order.recipe = recipeOf(set);
    order.recipe.maxWindows = base.maxWindows;
    order.recipe.sequenceLength = base.sequenceLength;
    return order;
}

/// Makes one run; what fails throws.
void make(Workbench& bench, Project& project, const RunOrder& order, JobContext& job) {
    const CalibrationRecord record = calibrate(bench, project, calibrateRequestOf(order), job).record;
    remember(project, record);
    remember(project, quantize(bench, project, {order.name, order.settings, record}, job).run);
    if (order.evaluation) {
        Run& run = *project.findRun(order.name);
        run.evaluation = evaluateRun(bench, project, run, *order.evaluation, job).evaluation;
    }
}

} // namespace

CalibrateRequest calibrateRequestOf(const RunOrder& order) {
    CalibrateRequest request;
    request.modelFolder = order.modelFolder;
    request.setName = order.setName;
    request.recipe = order.recipe;
    request.precision = order.precision;
    request.observers = order.observers;
    return request;
}

RunOrder orderOn(const CalibrateRequest& request) {
    RunOrder order;
    order.modelFolder = request.modelFolder;
    order.setName = request.setName;
    order.recipe = request.recipe;
    order.precision = request.precision;
    order.observers = request.observers;
    return order;
}

RunOrder orderOn(const CalibrationRecord& record) {
    RunOrder order;
    order.modelFolder = record.modelFolder;
    order.setName = record.setName;
    order.recipe = record.recipe;
    order.precision = record.precision;
    order.observers = record.observers;
    return order;
}

std::vector<RunOrder> sweepOrders(const Project& project, const RunOrder& base, const SweepAxes& axes) {
    std::vector<RunOrder> orders;
    const std::vector<std::string> sets = axes.sets.empty() ? std::vector{base.setName} : axes.sets;
    for (const std::string& set : sets)
        for (const QuantizeSettings& settings : sweepSettings(base.settings, axes)) {
            RunOrder order = onSet(project, base, set);
            order.settings = settings;
            if (std::ranges::none_of(orders, [&](const RunOrder& known) { return isSameWork(known, order); }))
                orders.push_back(std::move(order));
        }
    return orders;
}

bool isSameWork(const RunOrder& a, const RunOrder& b) {
    const auto work = [](RunOrder order) {
        order.name.clear();
        return toJson(order);
    };
    return work(a) == work(b);
}

std::vector<std::string> enqueue(Project& project, const std::vector<RunOrder>& orders) {
    std::vector<std::string> names;
    for (RunOrder order : orders) {
        order.settings = settingsForProject(std::move(order.settings), project);
        const auto isWaiting = [&](const QueuedRun& queued) { return isSameWork(queued.order, order); };
        if (std::ranges::any_of(project.queue.runs, isWaiting))
            continue;
        order.name = freeOrderName(project, order);
        names.push_back(order.name);
        project.queue.runs.push_back({std::move(order), QueuedState::Waiting, {}});
    }
    return names;
}

const QueuedRun* nextOrder(const RunQueue& queue) {
    const auto next = std::ranges::find(queue.runs, QueuedState::Waiting, &QueuedRun::state);
    return next == queue.runs.end() ? nullptr : &*next;
}

const QueuedRun* findOrder(const RunQueue& queue, const std::string& name) {
    const auto place = placeOf(queue, name);
    return place == queue.runs.end() ? nullptr : &*place;
}

void moveOrder(RunQueue& queue, const std::string& name, int places) {
    const auto from = placeOf(queue, name);
    if (from == queue.runs.end())
        return;
    const auto at = from - queue.runs.begin();
    const auto to = std::clamp<std::ptrdiff_t>(at + places, 0, std::ssize(queue.runs) - 1);
    if (to > at)
        std::rotate(from, from + 1, queue.runs.begin() + to + 1);
    else
        std::rotate(queue.runs.begin() + to, from, from + 1);
}

void removeOrder(RunQueue& queue, const std::string& name) {
    std::erase_if(queue.runs, [&](const QueuedRun& queued) { return queued.order.name == name; });
}

void retryOrder(RunQueue& queue, const std::string& name) {
    if (const auto place = placeOf(queue, name); place != queue.runs.end()) {
        place->state = QueuedState::Waiting;
        place->error.clear();
    }
}

void finishOrder(RunQueue& queue, const std::string& name, const OrderEnd& end) {
    if (end.kind == OrderEnd::Kind::Done)
        return removeOrder(queue, name);
    if (const auto place = placeOf(queue, name); place != queue.runs.end()) {
        place->state = end.kind == OrderEnd::Kind::Failed ? QueuedState::Failed : QueuedState::Cancelled;
        place->error = end.error;
    }
}

void workOffQueue(Workbench& bench, Project& project, JobContext& job, const std::function<void()>& changed) {
    while (const QueuedRun* next = nextOrder(project.queue)) {
        const RunOrder order = next->order;
        OrderEnd end;
        try {
            make(bench, project, order, job);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Cancelled)
                throw;
            job.log(fmt::format("{}: {}", order.name, error.what()));
            end = {OrderEnd::Kind::Failed, error.what()};
        }
        finishOrder(project.queue, order.name, end);
        changed();
    }
}

} // namespace vernier
