#pragma once

#include "core/curate/duplicates.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Holds documents of a corpus as tokens, each alone and whole.
struct DocumentTokens {
    std::vector<std::vector<std::int32_t>> ids; ///< in the order asked for; empty for a document that was refused
    std::vector<std::string> refused;           ///< a line for each that the chat template would not render

    std::vector<TokenSpan> spans() const { return {ids.begin(), ids.end()}; }
};

/// Renders documents as the model would see them (conversations through its chat template, where it has one) and
/// tokenizes them without special tokens. Same result at any thread count.
DocumentTokens tokenizeDocuments(const Corpus& corpus, std::span<const std::uint32_t> documents,
                                 const Workbench::OpenModel& model, JobContext& job);

} // namespace vernier
