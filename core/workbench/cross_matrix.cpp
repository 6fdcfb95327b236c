#include "core/workbench/cross_matrix.h"

#include "core/base/error.h"
#include "core/calibrate/block_statistics.h"
#include "core/calibrate/convergence.h"
#include "core/calibrate/hidden_states.h"
#include "core/quantize/output_error.h"
#include "core/quantize/solve_group.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// Is a group of documents and its windows, as many as all groups give.
struct Group {
    std::string name;
    TokenWindows windows;
};

std::map<std::string, std::vector<std::uint32_t>> groupDocuments(const Project& project, const CalibrationSet& set,
                                                                 GroupBy by) {
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (const std::uint32_t document : set.documents) {
        const DocumentView view = project.corpus[document];
        if (by == GroupBy::Domain) {
            groups[view.domain.empty() ? "none" : std::string(view.domain)].push_back(document);
            continue;
        }
        for (const std::string& tag : view.tags)
            groups[tag].push_back(document);
    }
    return groups;
}

/// Packs the groups that fill a window and cuts them to the same number; the others are told in leftOut.
std::vector<Group> packGroups(const Project& project, const CalibrationSet& set, const Workbench::OpenModel& model,
                              const CrossMatrixRequest& request, std::vector<CrossMatrix::LeftOut>& leftOut,
                              JobContext& job) {
    const auto documents = groupDocuments(project, set, request.by);
    std::vector<const decltype(documents)::value_type*> largest;
    for (const auto& group : documents)
        largest.push_back(&group);
    std::ranges::stable_sort(largest, std::greater<>(), [](const auto* group) { return group->second.size(); });

    std::vector<Group> groups;
    for (const auto* group : largest) {
        const auto& [name, members] = *group;
        if (groups.size() == kMostCrossGroups) {
            leftOut.push_back({name, members.size(), fmt::format("only the {} largest take part", kMostCrossGroups)});
            continue;
        }
        CalibrationSet part;
        part.documents = DocumentList(members);
        try {
            JobContext quiet = job.quiet();
            groups.push_back({name, packSet(project, part, model, request.recipe, quiet)});
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input)
                throw;
            leftOut.push_back({name, members.size(), error.problem()});
        }
    }
    if (groups.size() < 2)
        throw Error(ErrorKind::Input, fmt::format("matrix by {}", name(request.by)),
                    fmt::format("{} of {} groups of {} fill a window of {} tokens", groups.size(), documents.size(),
                                set.name, request.recipe.sequenceLength),
                    "choose shorter windows, or documents of two groups at least");
    std::ranges::sort(groups, {}, &Group::name);
    std::int64_t fewest = groups.front().windows.count();
    for (const Group& group : groups)
        fewest = std::min(fewest, group.windows.count());
    for (Group& group : groups) {
        group.windows.ids.resize(static_cast<std::size_t>(fewest * group.windows.sequenceLength));
        group.windows.documents.resize(group.windows.ids.size());
        if (!group.windows.validLengths.empty())
            group.windows.validLengths.resize(static_cast<std::size_t>(fewest));
    }
    return groups;
}

/// The windows of all groups, one group behind the other.
TokenWindows joined(const std::vector<Group>& groups) {
    TokenWindows all;
    all.sequenceLength = groups.front().windows.sequenceLength;
    for (const Group& group : groups) {
        all.ids.insert(all.ids.end(), group.windows.ids.begin(), group.windows.ids.end());
        all.documents.insert(all.documents.end(), group.windows.documents.begin(), group.windows.documents.end());
        for (std::int64_t window = 0; window < group.windows.count(); ++window)
            all.validLengths.push_back(group.windows.validLength(window));
    }
    return all;
}

/// What each group shows at the inputs of a block's linears, from one pass over all of them.
std::vector<BlockStatistics> observeGroups(const Workbench& bench, const Model& model, const std::vector<Group>& groups,
                                           int block, JobContext& job) {
    const TokenWindows windows = joined(groups);
    requirePositions(model, windows);
    const auto blocks = static_cast<std::uint64_t>(block) + 1;
    job.beginStage("matrix: observe", blocks);
    HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength,
                        bench.hiddenPlace(model.spec, PassDemand(windows, static_cast<int>(groups.size())), {}));
    embedWindows(model, windows, hidden, job);
    for (int before = 0; before < block; ++before) {
        forwardBlock(Block(model, before), windows.sequenceLength, hidden, job);
        job.advance();
    }
    std::vector<BlockStatistics> seen;
    for (std::size_t g = 0; g < groups.size(); ++g)
        seen.emplace_back(model.spec, block);
    const Index groupTokens = std::ssize(groups.front().windows.ids);
    const Block last(model, block);
    hidden.update(
        [&](Index first, MatrixView<float> rows) {
            // Chunks are of whole windows; one is run in parts where a group ends inside it.
            for (Index done = 0; done < rows.rows;) {
                const Index group = (first + done) / groupTokens;
                const Index end = std::min(rows.rows, (group + 1) * groupTokens - first);
                observeBlock(model.spec, last, rows.rowRange(done, end - done), first + done, windows,
                             seen[static_cast<std::size_t>(group)], job, {}, {TapKind::LinearInput});
                done = end;
            }
        },
        job);
    job.advance();
    return seen;
}

/// Sums up numbers of all pairs of groups, to be divided by how many there were.
struct PairSums {
    std::vector<double> sums;
    std::size_t count = 0;
    explicit PairSums(std::size_t groups) : sums(groups * groups) {}
    std::vector<double> means() const {
        std::vector<double> means = sums;
        for (double& mean : means)
            mean /= static_cast<double>(std::max<std::size_t>(count, 1));
        return means;
    }
};

} // namespace

std::string name(GroupBy by) {
    return by == GroupBy::Tag ? "tag" : "domain";
}

GroupBy groupByFromName(std::string_view text) {
    for (const GroupBy by : {GroupBy::Tag, GroupBy::Domain})
        if (text == name(by))
            return by;
    throw Error(ErrorKind::Input, "matrix", fmt::format("{} is not known", text), "choose tag or domain");
}

CrossMatrix crossMatrix(const Workbench& bench, const Project& project, const CalibrationSet& set,
                        const Workbench::OpenModel& model, const CrossMatrixRequest& request, JobContext& job) {
    request.settings.validate();
    const ArchitectureSpec& spec = model.model.spec;
    CrossMatrix matrix;
    matrix.by = request.by;
    matrix.block = request.block < 0 ? spec.blocks / 2 : request.block;
    if (matrix.block >= spec.blocks)
        throw Error(ErrorKind::Input, "block", fmt::format("{} does not exist", matrix.block),
                    fmt::format("the model has blocks 0 to {}", spec.blocks - 1));
    const std::vector<Group> groups = packGroups(project, set, model, request, matrix.leftOut, job);
    for (const Group& group : groups)
        matrix.groups.push_back(group.name);
    matrix.windows = groups.front().windows.count();
    const std::vector<BlockStatistics> seen = observeGroups(bench, model.model, groups, matrix.block, job);

    const std::size_t count = groups.size();
    const std::vector<InputGroup> inputs = spec.inputGroups(matrix.block);
    PairSums errors(count), distances(count);
    job.beginStage("matrix: quantize", inputs.size() * count);
    for (std::size_t g = 0; g < inputs.size(); ++g) {
        // Of an expert that some group never reaches, nothing can be compared.
        if (std::ranges::any_of(seen, [&](const BlockStatistics& block) { return block.grams[g].tokens() == 0; })) {
            job.advance(count);
            continue;
        }
        GroupProblem problem;
        for (const LinearSpec& linear : inputs[g].linears) {
            problem.weights.push_back(model.model.linear(matrix.block, linear));
            problem.settings.push_back(settingsFor(request.settings, spec.linearName(matrix.block, linear.name)));
        }
        problem.outputScales.resize(problem.weights.size());
        const std::vector<Matrix>& weights = problem.weights;
        errors.count += weights.size();
        ++distances.count;
        for (std::size_t a = 0; a < count; ++a) {
            problem.gram = &seen[a].grams[g];
            problem.scaling = findInputScaling(model.model, matrix.block, g, weights, seen[a].taps[g], *problem.gram,
                                               request.settings, job);
            const std::vector<SolvedLinear> solved = solveGroup(problem, request.settings, job);
            for (std::size_t b = 0; b < count; ++b) {
                job.throwIfCancelled();
                distances.sums[matrix.at(a, b)] += gramDistance(seen[a].grams[g], seen[b].grams[g]);
                for (std::size_t i = 0; i < weights.size(); ++i)
                    if (solved[i].linear)
                        errors.sums[matrix.at(a, b)] +=
                            outputError(weights[i].view(), solved[i].linear->dequantize().view(), seen[b].grams[g], job)
                                .relative();
            }
            job.advance();
        }
    }
    matrix.error = errors.means();
    matrix.gramDistance = distances.means();
    matrix.relative.resize(count * count);
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = 0; b < count; ++b) {
            const double own = matrix.error[matrix.at(b, b)];
            matrix.relative[matrix.at(a, b)] = a == b || own == 0 ? 1 : matrix.error[matrix.at(a, b)] / own;
        }
    return matrix;
}

} // namespace vernier
