#pragma once

#include "core/workbench/diagnose.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

/// Is a change of settings that was tried on one linear, and what it is worth there.
struct Remedy {
    enum class Kind { MoreBits, SmallerGroup, Gptq, ActivationOrder, RangeSearch };
    std::string linear; ///< full name
    Kind kind = Kind::MoreBits;
    std::string text;            ///< "8 bits", "groups of 32", "activation order", …
    bool everywhere = false;     ///< the change is one of the whole run; of the linear alone otherwise
    double kl = 0;               ///< measured: of the linear alone as it is, nats
    double before = 0;           ///< relative output error as it is, solved under the calibration's Grams
    double after = 0;            ///< with the change, likewise
    std::int64_t bytes = 0;      ///< that the linear takes more
    QuantizeSettings settings{}; ///< of a run with the change

    /// KL of the linear alone with the change, as far as KL grows in proportion to the error.
    double expectedKl() const { return before > 0 ? kl * after / before : kl; }
};

/// Tries changes on the linears that lose most alone, at most so many: more bits, smaller groups, GPTQ, activation
/// order and a search of ranges, as far as the run's settings leave room. Solves each from the Grams of the calibration
/// without a forward pass; those that do not lower the error are left out. The worst linear comes first, and of each
/// the remedy that helps most. Progress counts linears.
std::vector<Remedy> findRemedies(Workbench& bench, const Project& project, const Run& run,
                                 const std::vector<LinearSensitivity>& sensitivities, std::size_t linears,
                                 JobContext& job);

/// Is a domain of the evaluation text that lost more than the whole, beside its share of the calibration set.
struct LosingDomain {
    std::string name;
    double kl = 0; ///< nats; of all text: totalKl
    double totalKl = 0;
    double evaluationShare = 0;  ///< of the predictions scored
    double calibrationShare = 0; ///< of the documents calibrated on
};

/// The share of a set's documents that each domain has; "no domain" for those without one.
std::vector<std::pair<std::string, double>> domainShares(const Project& project, const std::string& setName);

/// Domains that lost more than the text as a whole and are rarer in the calibration set than in the evaluation text,
/// the worst first: more data of them should help. Nothing for a run that was not scored by domain.
std::vector<LosingDomain> losingDomains(const Project& project, const Run& run);

} // namespace vernier
