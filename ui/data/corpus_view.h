#pragma once

#include "core/base/job.h"
#include "core/curate/document_table.h"
#include "core/curate/sort_rows.h"
#include "core/store/project.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier::ui {

/// Which documents a table shows, in relation to the set that is curated and to what was picked elsewhere.
enum class SetScope { Everything, Inside, Outside, Picked };

/// Says which documents a table shows, and in what order.
struct CorpusQuery {
    std::string expression = {}; ///< as Filter::parse reads it
    SetScope scope = SetScope::Everything;
    std::vector<std::uint32_t> picked = {}; ///< the documents of SetScope::Picked
    SortColumn sort = SortColumn::Row;      ///< by Row, what is Inside stands in the set's order
    SortOrder order = SortOrder::Rising;
};

/// Rows of the table that the query asks for; set may be null. Throws Error{Input} for an expression that is none or
/// asks for what is not known, Error{Cancelled} when the job is stopped.
std::vector<std::uint32_t> findDocuments(const DocumentTable& table, const Project& project, const CalibrationSet* set,
                                         const CorpusQuery& query, const JobContext& job);

/// Columns of a table with the project's sets, and the chosen documents of one of them; chosen keeps what they view.
DocumentColumns columnsOf(const DocumentTable& table, const Project& project, std::span<const std::uint8_t> chosen);

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
