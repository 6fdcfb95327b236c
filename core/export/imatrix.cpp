#include "core/export/imatrix.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/export/gguf/gguf_names.h"
#include "core/export/gguf/gguf_writer.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

struct Entry {
    std::vector<float> sums; ///< per input channel
    std::uint64_t tokens = 0;
};
using Entries = std::map<std::string, Entry>;

/// Sum of squares per channel: the Gram's diagonal, summed in float32, from the moments in double precision.
Entry entryOf(const TapStatistics& tap) {
    Entry entry;
    entry.tokens = tap.tokens();
    for (Index channel = 0; channel < tap.channels.channels(); ++channel) {
        const double rms = tap.channels.rms(channel);
        entry.sums.push_back(static_cast<float>(rms * rms * static_cast<double>(tap.tokens())));
    }
    return entry;
}

Entries entriesOf(const ImatrixSource& source, JobContext& job) {
    Entries entries;
    for (int block = 0; block < source.spec.blocks; ++block) {
        job.throwIfCancelled();
        const auto statistics = source.block(block);
        const auto groups = source.spec.inputGroups(block);
        for (std::size_t g = 0; g < groups.size(); ++g)
            for (const LinearSpec& linear : groups[g].linears)
                entries.emplace(ggufName(source.spec.linearName(block, linear.name) + ".weight").value(),
                                entryOf(statistics->taps.at(g)));
        job.advance();
    }
    return entries;
}

void writeGgufForm(const ImatrixSource& source, const Entries& entries, const std::filesystem::path& path) {
    const GgufMetadata metadata = {
        {"general.type", std::string("imatrix")},
        {"imatrix.datasets", std::vector<std::string>{source.dataset}},
        {"imatrix.chunk_count", static_cast<std::uint32_t>(source.windows)},
        {"imatrix.chunk_size", static_cast<std::uint32_t>(source.sequenceLength)},
    };
    std::vector<GgufTensor> tensors;
    for (const auto& [name, entry] : entries) {
        tensors.push_back({name + ".in_sum2", GgmlType::F32, {1, std::ssize(entry.sums)}});
        tensors.push_back({name + ".counts", GgmlType::F32, {1, 1}});
    }
    GgufWriter writer(path, metadata, tensors);
    for (const auto& [name, entry] : entries) {
        const auto count = static_cast<float>(entry.tokens);
        writer.append(std::as_bytes(std::span(entry.sums)));
        writer.append(std::as_bytes(std::span(&count, 1)));
    }
    writer.finish();
}

/// Per entry: name, calls (chunks), values; a value is the mean square times the calls, which readers divide by.
std::string datForm(const ImatrixSource& source, const Entries& entries) {
    std::string bytes;
    const auto number = [&](auto value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof(value)); };
    const auto text = [&](const std::string& value) {
        number(static_cast<std::int32_t>(value.size()));
        bytes += value;
    };
    number(static_cast<std::int32_t>(entries.size()));
    for (const auto& [name, entry] : entries) {
        const auto length = static_cast<std::uint64_t>(std::max(1, source.sequenceLength));
        const auto calls = static_cast<std::int32_t>((entry.tokens + length - 1) / length);
        text(name);
        number(std::max(1, calls));
        number(static_cast<std::int32_t>(entry.sums.size()));
        for (const float sum : entry.sums)
            number(entry.tokens ? sum / static_cast<float>(entry.tokens) * static_cast<float>(calls) : 0.0f);
    }
    number(static_cast<std::int32_t>(source.windows));
    text(source.dataset);
    return bytes;
}

} // namespace

void writeImatrix(const ImatrixSource& source, const std::filesystem::path& file, ImatrixForm form, JobContext& job) {
    if (!ggufFamily(source.spec.modelType))
        throw Error(ErrorKind::Unsupported, source.spec.modelType + " as imatrix",
                    fmt::format("the families whose tensors can be named are {}", fmt::join(ggufFamilies(), ", ")),
                    "use llama-imatrix");
    job.beginStage("importance matrix", static_cast<std::uint64_t>(source.spec.blocks));
    const Entries entries = entriesOf(source, job);
    if (form == ImatrixForm::Dat)
        writeFile(file, datForm(source, entries));
    else
        replaceFile(file, [&](const std::filesystem::path& temporary) { writeGgufForm(source, entries, temporary); });
}

} // namespace vernier
