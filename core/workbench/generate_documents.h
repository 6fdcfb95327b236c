#pragma once

#include "core/model/sampler.h"
#include "core/store/project.h"
#include "core/workbench/import_files.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vernier {

/// Says what a model is to write. Deployment text is often the model's own.
struct GenerateRequest {
    std::filesystem::path modelFolder;
    std::vector<std::string>
        prompts; ///< each text begins with one of them, in turn; empty: with the begin-of-text
                 ///< token, else with the end-of-text token, which begins a new text in most models
    int documents = 16;
    int tokens = 256;         ///< at most, per document, without the prompt
    SamplerSettings sampling; ///< document i draws with the seed plus i
    std::string tag;          ///< the set they join; empty: "generated"

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Lets the model write documents and adds them to the corpus and to a set. Their source says what made them
/// ("generated: NAME, seed 7, temperature 0.8, top-p 0.95"), their line which of them it is, so that the same request
/// adds nothing twice. The same request writes the same texts. The whole model is in memory meanwhile. Progress counts
/// documents. Throws Error{Input} when prompt and tokens do not fit into the model's positions, Cancelled.
ImportReport generateDocuments(Workbench& bench, Project& project, const GenerateRequest& request, JobContext& job);

} // namespace vernier
