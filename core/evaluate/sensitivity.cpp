#include "core/evaluate/sensitivity.h"

#include "core/base/error.h"
#include "core/evaluate/evaluation.h"

#include <algorithm>

namespace vernier {

namespace {

// Hidden states of so many trials exist at once, so that later blocks are loaded once for several linears.
constexpr std::size_t kTrials = 8;

void copyStates(const HiddenStates& from, HiddenStates& to, const JobContext& job) {
    Matrix buffer;
    Index chunk = 0;
    to.update(
        [&](Index, MatrixView<float> rows) {
            const auto states = from.read(chunk++, buffer);
            std::copy_n(states.data, states.rows * states.cols, rows.data);
        },
        job);
}

} // namespace

SensitivityMeter::SensitivityMeter(const Model& model, const TokenWindows& windows, const HiddenPlace& place,
                                   Precision precision, const JobContext& job)
    : m_model(model), m_windows(windows), m_place{place.inMemory, place.folder}, m_precision(precision),
      m_job(job.quiet()), m_before(states()), m_reference(states()) {
    requirePositions(model, windows);
    embedWindows(model, windows, m_before, m_job);
    m_reference = finalHidden(model, windows, {}, m_place, m_job, precision);
}

HiddenStates SensitivityMeter::states() const {
    return HiddenStates(std::ssize(m_windows.ids), m_model.spec.hiddenSize, m_windows.sequenceLength, m_place);
}

std::vector<double> SensitivityMeter::measure(int block, std::span<const std::string> linears,
                                              const LinearSource& quantized) {
    if (block != m_next++)
        throw Error(ErrorKind::Internal, "sensitivity", "blocks are measured in order");
    std::vector<double> divergences;
    for (std::size_t first = 0; first < linears.size(); first += kTrials) {
        const auto some =
            measureSome(block, linears.subspan(first, std::min(kTrials, linears.size() - first)), quantized);
        divergences.insert(divergences.end(), some.begin(), some.end());
    }
    forwardBlock(Block(m_model, block, {}, m_precision, m_job), m_windows.sequenceLength, m_before, m_job);
    return divergences;
}

std::vector<double> SensitivityMeter::measureSome(int block, std::span<const std::string> linears,
                                                  const LinearSource& quantized) {
    std::vector<HiddenStates> trials;
    for (const std::string& linear : linears) {
        m_job.throwIfCancelled();
        const LinearSource alone = [&](const std::string& name) {
            return name == linear ? quantized(name) : std::nullopt;
        };
        copyStates(m_before, trials.emplace_back(states()), m_job);
        forwardBlock(Block(m_model, block, alone, m_precision, m_job), m_windows.sequenceLength, trials.back(), m_job);
    }
    for (int later = block + 1; later < m_model.spec.blocks; ++later) {
        const Block exact(m_model, later, {}, m_precision, m_job);
        for (HiddenStates& trial : trials)
            forwardBlock(exact, m_windows.sequenceLength, trial, m_job);
    }
    std::vector<double> divergences;
    JobContext scoring = m_job.quiet();
    for (const HiddenStates& trial : trials)
        divergences.push_back(*score(m_model, m_windows, trial, &m_reference, scoring, {m_precision}).kl);
    return divergences;
}

} // namespace vernier
