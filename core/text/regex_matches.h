#pragma once

#include "core/base/utf8.h"
#include "core/text/regex.h"

namespace vernier {

/// Calls visit(span) for every match of a pattern, in order, not overlapping. An empty match right behind another match
/// does not count.
template <class Visit>
void forEachMatch(const Regex& pattern, std::string_view text, RegexScratch& scratch, Visit visit) {
    std::size_t from = 0, covered = 0;
    bool matchedBefore = false;
    while (from <= text.size()) {
        const auto match = pattern.find(text, from, scratch);
        if (!match)
            return;
        if (match->empty() && matchedBefore && match->end == covered) {
            if (from == text.size())
                return;
            nextCodePoint(text, from);
            continue;
        }
        visit(*match);
        from = covered = match->end;
        matchedBefore = true;
    }
}

} // namespace vernier
