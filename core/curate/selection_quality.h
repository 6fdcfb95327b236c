#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Is how much of a selection one group has, beside what it has of all and what was asked for.
struct GroupShare {
    std::string group;
    std::size_t documents = 0; ///< selected
    double share = 0;          ///< of the selection
    double ofAll = 0;          ///< the group's share of all documents
    double wanted = 0;         ///< by weight; the share of all where no weights were given
};

/// Says how well selected documents stand for all of them.
struct SelectionQuality {
    std::size_t documents = 0;
    std::uint64_t tokens = 0;
    double vocabularyCoverage = 0; ///< share of the token ids of all documents that the selection contains
    double meanDistance = 0;       ///< 1 − cosine from a document to the nearest selected one, mean over all
    double maxDistance = 0;        ///< the same, of the document that is left farthest
    double groupEntropy = 0;       ///< bits, over the groups of the selection
    std::vector<GroupShare> groups;
};

/// Distances of all rows to the nearest chosen one, 1 − cosine: its mean and maximum. Rows as centredUnitRows() makes
/// them; 0 and 0 when nothing is chosen. Same result at any thread count.
struct NearestDistance {
    double mean = 0, max = 0;
};
NearestDistance distanceToNearest(MatrixView<const float> unitRows, std::span<const std::uint32_t> chosen,
                                  const JobContext& job);

} // namespace vernier
