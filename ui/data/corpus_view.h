#pragma once

#include "core/base/job.h"
#include "core/store/project.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier::ui {

/// Which documents of the corpus a table shows.
struct CorpusQuery {
    std::string setName;  ///< empty: the whole corpus
    std::string contains; ///< part of text, domain, source or a tag, whatever its case (ASCII); empty: everything
    bool operator==(const CorpusQuery&) const = default;
};

/// Indices into the corpus, in the set's order. Throws Error{Cancelled} when the job is stopped.
std::vector<std::uint32_t> findDocuments(const Project& project, const CorpusQuery& query, const JobContext& job);

/// Marks of token counts that are no count.
inline constexpr std::int32_t kNotCounted = -2;
inline constexpr std::int32_t kNotRendered = -1;

/// What documents amount to, in total and by domain.
struct CorpusSummary {
    struct Domain {
        std::string name; ///< empty for documents without one
        std::uint64_t documents = 0;
        std::uint64_t tokens = 0; ///< of the counted ones
    };
    std::uint64_t documents = 0;
    std::uint64_t conversations = 0;
    std::uint64_t counted = 0; ///< documents whose tokens are known
    std::uint64_t tokens = 0;
    std::uint64_t unrenderable = 0;
    std::vector<Domain> domains; ///< most documents first
};

/// tokenCounts holds a count or a mark per document of the corpus; it may be shorter.
CorpusSummary summarize(const Project& project, std::span<const std::uint32_t> documents,
                        std::span<const std::int32_t> tokenCounts);

} // namespace vernier::ui
