#include "core/workbench/workbench.h"

#include "core/export/read_checkpoint.h"
#include "core/model/fingerprint.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

std::shared_ptr<const Workbench::OpenModel> openModel(const fs::path& folder, const fs::path& cacheFolder,
                                                      JobContext& job) {
    Model model = Model::open(folder);
    std::string fingerprint = FingerprintMemo(fingerprintMemoFile(cacheFolder)).fingerprint(model, job);
    return std::make_shared<const Workbench::OpenModel>(Workbench::OpenModel{
        std::move(model), std::move(fingerprint), Tokenizer::load(folder), ChatTemplate::load(folder)});
}

} // namespace

Workbench::Workbench(fs::path cacheFolder, ArtefactCache::Warn warn, std::uint64_t cacheLimit)
    : cache(std::move(cacheFolder), std::move(warn)) {
    cache.setLimit(cacheLimit);
}

std::shared_ptr<const Workbench::OpenModel> Workbench::open(const fs::path& folder, JobContext& job) {
    std::error_code unresolvable;
    const fs::path place = fs::weakly_canonical(folder, unresolvable);
    const fs::path& named = unresolvable ? folder : place;
    const std::lock_guard lock(m_guard);
    if (!m_open || m_open->model.folder != named) {
        m_open = nullptr; // one model in memory at a time
        m_open = openModel(named, cache.folder(), job);
    }
    return m_open;
}

std::uint64_t Workbench::memoryAllowed() const {
    const std::uint64_t limit = memoryLimit;
    return limit ? limit : defaultMemoryLimit();
}

HiddenPlace Workbench::hiddenPlace(const ArchitectureSpec& spec, const PassDemand& demand,
                                   const nlohmann::json& resumable) const {
    return hiddenPlace(planPassMemory(spec, demand, memoryAllowed()), resumable);
}

HiddenPlace Workbench::hiddenPlace(const PassMemory& memory, const nlohmann::json& resumable) const {
    cache.prepare();
    HiddenPlace place;
    place.inMemory = memory.hiddenInMemory;
    place.folder = cache.folder();
    if (!resumable.is_null()) {
        place.checkpoint = cache.checkpointPath(resumable);
        place.checkpointInputs = resumable.dump();
    }
    return place;
}

std::shared_ptr<const HiddenStates> Workbench::referenceHidden(const OpenModel& model, const TokenWindows& windows,
                                                               Precision precision, JobContext& job) {
    const std::string key = fmt::format("{} {} {}", model.fingerprint, windows.hash(), name(precision));
    {
        const std::lock_guard lock(m_guard);
        if (m_reference && m_referenceKey == key)
            return m_reference;
        m_reference = nullptr;
    }
    const auto hidden = std::make_shared<const HiddenStates>(
        finalHidden(model.model, windows, storedChanges(model.model),
                    hiddenPlace(model.model.spec, PassDemand(windows, 0), {}), job, precision));
    const std::lock_guard lock(m_guard);
    m_reference = hidden;
    m_referenceKey = key;
    return hidden;
}

Precision choosePrecision(Precision wished, JobContext& job) {
    if (const std::string reason = whyNotPrecision(wished); !reason.empty())
        job.log(reason);
    return usablePrecision(wished);
}

} // namespace vernier
