#pragma once

#include "core/curate/document_table.h"
#include "core/curate/filter.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vernier {

/// Says which of the columns that have to be computed a filter reads.
struct FilterNeeds {
    bool tokens = false, perplexity = false, languages = false, scripts = false, duplicates = false;
};
FilterNeeds needsOf(const Filter& filter);

/// Computes the measures that are needed and not there yet, for all documents of a table. Tokens and perplexity need a
/// model; with an empty folder they stay unknown, and a filter that asks for them says so.
void fillMeasures(DocumentTable& table, const FilterNeeds& needs, Workbench& bench, const Project& project,
                  const std::filesystem::path& modelFolder, JobContext& job);

/// The documents of a project for which a filter expression holds, in rising order; is:chosen means the set of that
/// name, which may be empty. Throws as Filter::parse and filterRows do.
std::vector<std::uint32_t> filterDocuments(Workbench& bench, const Project& project, const std::string& expression,
                                           const std::string& setName, const std::filesystem::path& modelFolder,
                                           JobContext& job);

} // namespace vernier
