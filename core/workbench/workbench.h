#pragma once

#include "core/base/job.h"
#include "core/calibrate/memory_plan.h"
#include "core/dataset/token_windows.h"
#include "core/evaluate/evaluation.h"
#include "core/model/model.h"
#include "core/store/artefact_cache.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Opens models, tokenizers and the cache for the use cases of this folder and keeps the last model open between them.
/// The use cases are free functions that take it; the command line and the studio call the same ones. A use case
/// takes the project by const reference or value and returns what changed, so that a cancelled or failed one changes
/// nothing.
struct Workbench {
    /// The cache is kept below cacheLimit bytes; 0 lets it grow.
    explicit Workbench(std::filesystem::path cacheFolder, ArtefactCache::Warn warn = {}, std::uint64_t cacheLimit = 0);

    ArtefactCache cache;
    /// Bytes of memory that a pass may take (PassMemory says what counts); 0 takes half of what is available when it
    /// begins. Hidden states that do not fit go to a file in the cache folder.
    std::atomic<std::uint64_t> memoryLimit = 0;
    /// The limit, or what stands for it, at this moment.
    std::uint64_t memoryAllowed() const;

    /// A model with its text side, opened once.
    struct OpenModel {
        Model model;
        std::string fingerprint;
        Tokenizer tokenizer;
        std::optional<ChatTemplate> chatTemplate;
    };
    /// Opens a model folder, or returns the one that is open. The first time, all weights are read to identify them
    /// (FingerprintMemo), with progress. Thread-safe.
    std::shared_ptr<const OpenModel> open(const std::filesystem::path& folder, JobContext& job);

    /// Where a pass keeps its hidden states: in memory if everything fits, else in the cache folder. With resumable,
    /// the inputs of what is computed, the states after each block also become a checkpoint in the cache. Throws
    /// Error{Input} as planPassMemory does.
    HiddenPlace hiddenPlace(const ArchitectureSpec& spec, const PassDemand& demand,
                            const nlohmann::json& resumable) const;
    /// The same for a pass that was planned.
    HiddenPlace hiddenPlace(const PassMemory& memory, const nlohmann::json& resumable) const;

    /// Final hidden states of the model as stored over windows (a quantized checkpoint's linears as their codes say),
    /// computed in a precision; the last ones asked for are
    /// kept, so that several runs are compared with one forward pass. Thread-safe.
    std::shared_ptr<const HiddenStates> referenceHidden(const OpenModel& model, const TokenWindows& windows,
                                                        Precision precision, JobContext& job);

private:
    std::mutex m_guard;
    std::shared_ptr<const OpenModel> m_open;
    std::shared_ptr<const HiddenStates> m_reference;
    std::string m_referenceKey;
};

/// The precision to compute in: the one wished for, or float32, with a line in the log, where the processor cannot.
Precision choosePrecision(Precision wished, JobContext& job);

} // namespace vernier
