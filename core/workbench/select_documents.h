#pragma once

#include "core/curate/selection_quality.h"
#include "core/store/project.h"
#include "core/workbench/measure_documents.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is how documents are chosen for a set.
enum class SelectionMethod { KCenter, FacilityLocation, TokenCoverage, Random, First };

std::string_view name(SelectionMethod method); ///< "k-center", "facility-location", "coverage", "random", "first"
SelectionMethod selectionMethodFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Is the weight of the documents that have a tag or domain.
struct TagWeight {
    std::string tag;
    double weight = 1;
};

struct SelectRequest {
    std::string setName; ///< to choose from; empty: see chooseSet
    std::size_t documents = 512;
    SelectionMethod method = SelectionMethod::FacilityLocation;
    std::uint64_t seed = 1;
    std::vector<TagWeight> weights; ///< documents are divided by these and chosen within each; a document belongs to
                                    ///< the first tag it has, those with none are left out. Empty: no division
    MeasureRequest measure;         ///< the model that tokenizes and embeds; its perplexity is not used
};

/// Says how the vocabulary is covered as documents are added, one after the other in their order: the share of the
/// token ids of all documents that the first 0, 1, … of them contain. Curves end after kMostCurveDocuments.
struct CoverageCurves {
    std::vector<double> chosen;
    std::vector<double> first;  ///< as many documents from the beginning of the set chosen from
    std::vector<double> random; ///< as many drawn at random, mean over kRandomDraws draws
};
inline constexpr std::size_t kMostCurveDocuments = 10'000;
inline constexpr std::size_t kRandomDraws = 8;

struct SelectOutcome {
    CalibrationSet set;      ///< the chosen documents, in such an order that its beginnings are mixed as it is; no name
    SelectionQuality before; ///< of as many documents from the beginning of the set chosen from
    SelectionQuality after;
    CoverageCurves coverage;
};

/// Chooses documents of a set for their diversity. Documents without tokens are never chosen. The same request gives
/// the same set. Throws Error{Input} when nothing can be chosen.
SelectOutcome selectDocuments(Workbench& bench, const Project& project, const SelectRequest& request, JobContext& job);

} // namespace vernier
