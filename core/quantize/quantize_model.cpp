#include "core/quantize/quantize_model.h"

#include "core/base/error.h"
#include "core/quantize/gather_inputs.h"
#include "core/quantize/solve_block.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

/// The statistics of a block in full precision; hidden stays what the quantized blocks before it made.
BlockStatistics observe(const Model& model, const Block& block, int index, const TokenWindows& windows,
                        const HiddenStates& hidden, const QuantizeHooks& hooks, const JobContext& job) {
    BlockStatistics statistics(model.spec, index);
    Matrix buffer, seen(hidden.shape().rows(0), hidden.shape().width);
    for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
        job.throwIfCancelled();
        const auto states = hidden.read(chunk, buffer);
        const auto rows = seen.view().rowRange(0, states.rows);
        std::copy_n(states.data, states.rows * states.cols, rows.data);
        observeBlock(model.spec, block, rows, hidden.shape().firstToken(chunk), windows, statistics, job,
                     hooks.documentName, {TapKind::LinearInput});
    }
    return statistics;
}

/// Hands over the blocks that are known from the beginning on; returns how many these are.
int handOverKnown(const Model& model, const QuantizeHooks& hooks, JobContext& job) {
    int index = 0;
    for (; hooks.known && index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        auto block = hooks.known(index);
        if (!block)
            break;
        job.advance(block->reports.size());
        if (hooks.onBlock)
            hooks.onBlock(*block);
    }
    return index;
}

} // namespace

namespace {

/// Solves the blocks from `first` on under the Grams of the full-precision pass.
void solveFromStatistics(const Model& model, int first, const QuantizeSettings& settings, const QuantizeHooks& hooks,
                         JobContext& job) {
    if (!hooks.statistics)
        throw Error(ErrorKind::Internal, "quantization", "nobody gives the statistics of the full-precision pass");
    for (int index = first; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        std::optional<QuantizedBlock> solved = hooks.known ? hooks.known(index) : std::nullopt;
        if (solved)
            job.advance(solved->reports.size());
        else
            solved = solveBlock(model, *hooks.statistics(index), settings, hooks.onLinear, job);
        if (hooks.onBlock)
            hooks.onBlock(*solved);
    }
}

/// Linears that read one input are rounded to the same values or not at all.
void requireWholeGroups(const ArchitectureSpec& spec, const QuantizeSettings& settings) {
    for (int block = 0; settings.activations.rounds() && block < spec.blocks; ++block)
        for (const InputGroup& group : spec.inputGroups(block)) {
            const auto skipped = [&](const LinearSpec& linear) {
                return settingsFor(settings, spec.linearName(block, linear.name)).skip;
            };
            if (std::ranges::any_of(group.linears, skipped) && !std::ranges::all_of(group.linears, skipped))
                throw Error(ErrorKind::Input, spec.linearName(block, group.linears.front().name),
                            "of the linears that read its input some are quantized and some are not, and activations "
                            "are rounded for all of them",
                            "leave all of them in full precision or none");
        }
}

} // namespace

BlockActivations activationsOf(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                               const QuantizedBlock& block) {
    const auto groups = spec.inputGroups(block.block);
    const ActivationScheme& scheme = settings.activations;
    if (scheme.isStatic() && block.inputRanges.size() != groups.size())
        throw Error(ErrorKind::Input, fmt::format("block {}", block.block), "has no ranges of its inputs",
                    "quantize again");
    BlockActivations activations{scheme, {}};
    for (std::size_t g = 0; g < groups.size(); ++g) {
        InputRounding input;
        const auto found = block.linears.find(spec.linearName(block.block, groups[g].linears.front().name));
        input.exact = found == block.linears.end();
        if (!input.exact)
            input.divisors = found->second.inputScales;
        if (scheme.isStatic())
            input.range = layGrid(block.inputRanges[g].low, block.inputRanges[g].high, {scheme.bits, scheme.symmetric});
        activations.inputs.push_back(std::move(input));
    }
    return activations;
}

LinearSource sourceOf(const QuantizedBlock& block) {
    return [&block](const std::string& name) -> std::optional<Matrix> {
        const auto found = block.linears.find(name);
        return found == block.linears.end() ? std::nullopt : std::optional(found->second.dequantize());
    };
}

namespace {

// The windows' way through the quantized blocks and, where inputs' drift is corrected, through the full-precision ones.
class Streams {
public:
    Streams(const Model& model, const TokenWindows& windows, const QuantizeSettings& settings, HiddenPlace place)
        : m_model(model), m_windows(windows), m_precision(settings.precision) {
        if (settings.driftCorrection > 0 && usesGptq(settings.method))
            m_full.emplace(make(HiddenPlace{place.inMemory, place.folder, {}, {}}));
        m_hidden.emplace(make(std::move(place)));
    }

    // Where a checkpoint of at most so many blocks leaves off; returns how many these are.
    int begin(int mostBlocks, JobContext& job) {
        const int behind = m_hidden->resume(mostBlocks, job);
        if (behind == 0)
            embedWindows(m_model, m_windows, *m_hidden, job);
        if (!m_full)
            return behind;
        embedWindows(m_model, m_windows, *m_full, job);
        for (int index = 0; index < behind; ++index)
            forwardBlock(Block(m_model, index, {}, m_precision, job), m_windows.sequenceLength, *m_full, job);
        return behind;
    }

    HiddenStates& hidden() { return *m_hidden; }
    const HiddenStates* full() const { return m_full ? &*m_full : nullptr; }

    void advance(int index, const QuantizedBlock& solved, JobContext& job) {
        if (m_full)
            forwardBlock(Block(m_model, index, {}, m_precision, job), m_windows.sequenceLength, *m_full, job);
        forwardBlock(Block(m_model, index, sourceOf(solved), m_precision, job), m_windows.sequenceLength, *m_hidden,
                     job);
        m_hidden->checkpoint(index + 1, job);
    }

private:
    HiddenStates make(HiddenPlace place) const {
        return HiddenStates(std::ssize(m_windows.ids), m_model.spec.hiddenSize, m_windows.sequenceLength,
                            std::move(place));
    }

    const Model& m_model;
    const TokenWindows& m_windows;
    Precision m_precision;
    std::optional<HiddenStates> m_hidden, m_full;
};

/// Quantizes one block by what its linears read: all seen with the block in full precision, or stage after stage with
/// what is solved so far.
QuantizedBlock solveFromStreams(const Model& model, int index, const TokenWindows& windows, Streams& streams,
                                const QuantizeSettings& settings, const QuantizeHooks& hooks, JobContext& job) {
    const Block full(model, index, {}, settings.precision, job);
    const BlockStatistics statistics = observe(model, full, index, windows, streams.hidden(), hooks, job);
    if (!settings.trueSequential && !streams.full())
        return solveBlock(model, statistics, settings, hooks.onLinear, job);
    BlockSolver solver(model, statistics, settings, hooks.onLinear, job);
    const std::size_t groups = statistics.grams.size();
    const auto gather = [&](const Block& block, const std::vector<bool>& wanted) {
        if (!streams.full())
            return gatherInputs(model.spec, block, index, wanted, windows, streams.hidden(), nullptr, job);
        const FullPrecisionStream stream{full, *streams.full()};
        return gatherInputs(model.spec, block, index, wanted, windows, streams.hidden(), &stream, job);
    };
    for (int stage = 0; stage < kInputStages; ++stage) {
        std::vector<bool> wanted(groups);
        for (std::size_t g = 0; g < groups; ++g)
            wanted[g] = inputStage(g) == stage;
        GatheredInputs seen;
        const bool again = settings.trueSequential && stage > 0;
        if (again)
            seen = gather(Block(model, index, sourceOf(solver.block()), settings.precision, job), wanted);
        else if (streams.full())
            seen = gather(full, wanted);
        for (std::size_t g = 0; g < groups; ++g)
            if (wanted[g])
                solver.solve(g, again ? seen.grams[g] : statistics.grams[g],
                             streams.full() && seen.drifts[g].rows() > 0 ? &seen.drifts[g] : nullptr);
    }
    return solver.take();
}

} // namespace

void quantizeModel(const Model& model, const TokenWindows& windows, const QuantizeSettings& settings, HiddenPlace place,
                   const QuantizeHooks& hooks, JobContext& job) {
    settings.validate();
    requirePositions(model, windows);
    requireWholeGroups(model.spec, settings);
    job.beginStage("quantize", static_cast<std::uint64_t>(model.spec.linears()));
    const int finished = handOverKnown(model, hooks, job);
    if (finished == model.spec.blocks)
        return;
    if (settings.grams == GramSource::FullPrecision)
        return solveFromStatistics(model, finished, settings, hooks, job);
    Streams streams(model, windows, settings, std::move(place));
    for (int index = streams.begin(finished, job); index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        std::optional<QuantizedBlock> solved = hooks.known ? hooks.known(index) : std::nullopt;
        if (!solved)
            solved = solveFromStreams(model, index, windows, streams, settings, hooks, job);
        else if (index >= finished)
            job.advance(solved->reports.size());
        if (index >= finished && hooks.onBlock)
            hooks.onBlock(*solved);
        if (index + 1 < model.spec.blocks)
            streams.advance(index, *solved, job);
    }
    streams.hidden().removeCheckpoint();
}

} // namespace vernier
