#pragma once

#include "core/curate/set_edit.h"

#include <cstdint>
#include <functional>
#include <string>

namespace vernier {

/// Options of splitting documents off a set to evaluate on.
struct SplitOptions {
    std::string name = "evaluation"; ///< of the set that is split off
    double share = 0.1;              ///< of the set's distinct documents, above 0 and below 1
    std::uint64_t seed = 0;

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Says which kind of document a document is (its domain, its first tag); kinds keep their shares on both sides.
using StratumOf = std::function<std::string(std::uint32_t document)>;

/// Names the group of a document, such as the first document with the same content; groups are never torn apart, so
/// that nothing which is calibrated on is evaluated on. May be empty: every document is a group.
using GroupOf = std::function<std::uint32_t(std::uint32_t document)>;

struct SplitOutcome {
    CalibrationSet rest;    ///< the set without what was split off
    CalibrationSet heldOut; ///< for evaluation, with the recipe of the set; each document once, in the set's order
    std::string description;
};

/// Splits a share of a set off, drawn at random within every stratum; the same seed splits the same way. Every stratum
/// gives its share rounded to whole documents so that all of them together give the whole share (largest remainders);
/// where groups have several documents, the nearest to it that whole groups allow. Throws Error{Input} when a side
/// would be left without documents.
SplitOutcome splitSet(const CalibrationSet& set, const SplitOptions& options, const StratumOf& stratumOf,
                      const GroupOf& groupOf);

} // namespace vernier
