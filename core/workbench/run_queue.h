#pragma once

#include "core/store/project.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/quantize.h"
#include "core/workbench/sweep.h"

#include <string>
#include <vector>

namespace vernier {

// The queue of a project: orders of runs, made one after the other. What makes them asks for nextOrder(), works, and
// tells finishOrder() what came of it; all else may happen meanwhile.

/// The calibration that an order begins with.
CalibrateRequest calibrateRequestOf(const RunOrder& order);
/// An order that begins with a calibration, to be given settings.
RunOrder orderOn(const CalibrateRequest& request);
/// An order that begins with a calibration of the project again.
RunOrder orderOn(const CalibrationRecord& record);

/// The order of every combination of the axes, methods outermost, without those that come out equal. The sets of the
/// axes are packed by their own recipes, with as many windows of the same length as base says. Throws Error{Input} for
/// a combination that makes no sense, naming it, and for a set that the project does not have.
std::vector<RunOrder> sweepOrders(const Project& project, const RunOrder& base, const SweepAxes& axes);

/// Whether two orders would make the same codes and judge them on the same text; names do not matter.
bool isSameWork(const RunOrder& a, const RunOrder& b);

/// Puts orders at the end of the queue, but for those whose work waits there already. One without a name, or with a
/// name that is taken, gets a free one. Static activation grids take the ranges chosen by now. Returns the names.
std::vector<std::string> enqueue(Project& project, const std::vector<RunOrder>& orders);

/// The first order that waits; null for none.
const QueuedRun* nextOrder(const RunQueue& queue);
const QueuedRun* findOrder(const RunQueue& queue, const std::string& name); ///< null for none

// Edits by name; a name that is not in the queue changes nothing.

/// Moves an order by so many places, towards the end of the queue where positive, as far as there are places.
void moveOrder(RunQueue& queue, const std::string& name, int places);
void removeOrder(RunQueue& queue, const std::string& name);
void retryOrder(RunQueue& queue, const std::string& name); ///< lets a failed or cancelled one wait again

/// How the work on an order ended.
struct OrderEnd {
    enum class Kind { Done, Failed, Cancelled };
    Kind kind = Kind::Done;
    std::string error; ///< of Failed
};

/// A finished order leaves the queue, another keeps its place and says why it is not done.
void finishOrder(RunQueue& queue, const std::string& name, const OrderEnd& end);

/// Makes all runs that wait, in order, and keeps them in the project; an order that fails is marked and the next one is
/// taken. changed is called after each, so that the project can be saved. Pauses do not hold it up. Throws Cancelled,
/// with the order that was at work still waiting.
void workOffQueue(Workbench& bench, Project& project, JobContext& job, const std::function<void()>& changed);

} // namespace vernier
