#pragma once

#include "core/base/job.h"
#include "core/curate/document_columns.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

struct FilterNode;

/// Is a parsed filter expression over documents. Terms stand side by side and all must hold; OR between terms or
/// groups, parentheses, and a minus before a term or group for its opposite.
///
///     word  "a phrase"                      stands in the text, whatever the case of its letters
///     domain:code  tag:x  lang:de  script:Latn  source:*.jsonl    the whole name, any case; * and ? are wildcards
///     in:calibration                        belongs to the set
///     tokens>200  bytes<=4000  ppl<30  gain>=0.1  tokens:100..400   numbers; also < <= > >= =
///     dup                                   repeats an earlier document
///     is:conversation  is:text  is:chosen
///
/// A number that is not known for a document fails every comparison. Immutable and cheap to copy.
class Filter {
public:
    Filter() = default; ///< lets every document through

    /// Throws Error{Input} whose place is "filter, column N" (counted in characters, from 1).
    static Filter parse(std::string_view expression);

    bool empty() const { return m_root == nullptr; }
    const FilterNode* root() const { return m_root.get(); }

private:
    std::shared_ptr<const FilterNode> m_root;
};

/// The rows that pass, in rising order. Names are compared once each, cheap terms first, texts only where the others
/// leave a doubt. Throws Error{Input} when a term needs a column that is not there ("perplexity has not been computed")
/// or a set that does not exist, Error{Cancelled} when the job is stopped. Same result at any thread count.
std::vector<std::uint32_t> filterRows(const Filter& filter, const DocumentColumns& columns, const JobContext& job);

/// Offers what may stand where the cursor is: fields at the beginning of a term ("domain:", "tokens>"), values behind
/// the colon ("code"). replaceFrom is where in the expression, in bytes, the text that an offer replaces begins.
struct FilterCompletion {
    std::size_t replaceFrom = 0;
    std::vector<std::string> offers; ///< in alphabetical order, at most 100
};
FilterCompletion completeFilter(std::string_view expression, std::size_t cursor, const DocumentColumns& columns);

} // namespace vernier
