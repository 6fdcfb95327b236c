#pragma once

#include "core/base/job.h"
#include "core/curate/duplicates.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

// Coverage of the vocabulary: which token ids, 0 … vocabulary − 1, a selection of documents contains at least once.
// All throw Error{Input} for an id outside the vocabulary.

/// Chooses count documents, each the one with most token ids that none before it has (greedy maximum coverage, lazily:
/// at least 1 − 1/e of the best possible). Once nothing new is to be had, the remaining ones are taken in their order.
/// Returns them in the order of choice; of equal ones the first wins. Throws Cancelled when the job is stopped.
std::vector<std::uint32_t> selectTokenCoverage(std::span<const TokenSpan> documents, std::size_t vocabulary,
                                               std::size_t count, JobContext& job);

/// Per document, how many token ids it adds to those of the chosen documents; for a chosen one, how many only it has.
std::vector<float> coverageGains(std::span<const TokenSpan> documents, std::size_t vocabulary,
                                 std::span<const std::uint32_t> chosen);

/// How many distinct token ids the first 0, 1, … all of the named documents contain.
std::vector<std::uint32_t> coverageCurve(std::span<const TokenSpan> documents, std::size_t vocabulary,
                                         std::span<const std::uint32_t> chosen);

/// How many distinct token ids the named documents contain.
std::size_t coveredVocabulary(std::span<const TokenSpan> documents, std::size_t vocabulary,
                              std::span<const std::uint32_t> chosen);

} // namespace vernier
