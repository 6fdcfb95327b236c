#pragma once

#include "core/base/job.h"
#include "core/curate/document_columns.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Names what a table of documents can be sorted by.
enum class SortColumn {
    Row, ///< the order of import
    Text,
    Bytes, ///< length of the text
    Domain,
    Source,
    Tags, ///< the list of them, compared tag by tag
    Language,
    Script,
    Tokens,
    Perplexity,
    Duplicate, ///< brings the documents of a cluster together
    CoverageGain,
    Chosen,
};

enum class SortOrder { Rising, Falling };

/// Sorts rows by a column. Stable: rows that are equal keep their order, in both directions. Values that are not known
/// stand last in both directions; by a column that is not there, nothing moves. Names and texts are compared byte by
/// byte. Same result at any thread count; throws Error{Cancelled} when the job is stopped.
void sortRows(const DocumentColumns& columns, SortColumn column, SortOrder order, std::vector<std::uint32_t>& rows,
              const JobContext& job);

} // namespace vernier
