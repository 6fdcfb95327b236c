#include "core/dataset/read_documents.h"

#include "core/base/random.h"
#include "core/dataset/render_document.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

namespace {

// Bytes rendered and tokenized between two reports: some hundredths of a second, long enough that threads seldom wait
// for each other.
constexpr std::size_t kBatchBytes = std::size_t{2} << 20;

// When only the first windows are wanted, a batch is about what they still lack, at the usual bytes per token.
constexpr std::size_t kBytesPerToken = 4;
constexpr std::size_t kLeastBatchBytes = std::size_t{64} << 10;

using Ids = std::vector<std::int32_t>;

std::vector<std::uint32_t> orderOf(const PackingInput& input) {
    std::vector<std::uint32_t> order(input.documents.size());
    std::iota(order.begin(), order.end(), 0u);
    if (input.recipe.shuffle)
        SeededRandom(input.recipe.seed).shuffle(std::span(order));
    return order;
}

/// End of the batch of documents that begins at first and has at most limit bytes, or one document.
std::size_t batchEnd(const PackingInput& input, std::span<const std::uint32_t> order, std::size_t first,
                     std::size_t limit) {
    const auto size = [&](std::size_t at) { return input.documents[order[at]].text.size(); };
    std::size_t bytes = size(first), end = first + 1;
    while (end < order.size() && bytes + size(end) <= limit)
        bytes += size(end++);
    return end;
}

std::ptrdiff_t countCharacters(std::string_view text) {
    return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

/// A document's own tokens; nothing when there are fewer than the recipe wants.
std::optional<Ids> tokensOf(const PackingInput& input, std::uint32_t document, const JobContext& job) {
    const std::string text = renderDocument(input.documents[document], input.chatTemplate, input.recipe);
    if (input.recipe.minimumCharacters > 0 && countCharacters(text) < input.recipe.minimumCharacters)
        return std::nullopt;
    Ids ids = input.tokenizer.encode(text, {}, job);
    if (std::ssize(ids) < input.recipe.minimumTokens)
        return std::nullopt;
    return ids;
}

} // namespace

std::uint64_t readDocuments(const PackingInput& input, const LackingTokens& lacking, const TakeDocument& take,
                            JobContext& job) {
    const std::vector<std::uint32_t> order = orderOf(input);
    std::uint64_t leftOut = 0;
    job.beginStage("tokenize", order.size());
    std::vector<std::optional<Ids>> batch;
    for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
        const std::uint64_t wanted = std::min<std::uint64_t>(lacking(), kBatchBytes);
        if (wanted == 0)
            break;
        end = batchEnd(input, order, first, std::clamp(wanted * kBytesPerToken, kLeastBatchBytes, kBatchBytes));
        batch.assign(end - first, {});
        parallelFor(static_cast<Index>(batch.size()), [&](Index i) {
            job.throwIfCancelled();
            const auto at = static_cast<std::size_t>(i);
            batch[at] = tokensOf(input, order[first + at], job);
        });
        // The end must not depend on where batches end, so the rest of the batch behind the last window is thrown away.
        for (std::size_t at = first; at < end && lacking() > 0; ++at) {
            if (const auto& ids = batch[at - first])
                take(order[at], *ids);
            else
                ++leftOut;
        }
        job.throwIfCancelled();
        job.advance(end - first);
    }
    job.advance(job.progress().total - job.progress().done);
    return leftOut;
}

} // namespace vernier
