#include "core/workbench/preview_set.h"

#include "core/workbench/pack_set.h"

namespace vernier {

SetPreview previewSet(const Project& project, const CalibrationSet& set, const Workbench::OpenModel& model,
                      const PackingRecipe& recipe, std::int64_t window, JobContext& job) {
    const std::vector<DocumentView> documents = documentsOf(project, set);
    SetPreview preview{packDocuments(documents, model.tokenizer, templateOf(model), recipe, job), {}};
    preview.tokens =
        previewWindow(preview.windows, window, {documents, model.tokenizer, templateOf(model), recipe}, job);
    return preview;
}

} // namespace vernier
