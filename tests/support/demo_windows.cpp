#include "tests/support/demo_windows.h"

#include "core/dataset/import.h"
#include "tests/support/test_files.h"

namespace vernier::test {

TokenWindows demoWindows(const std::string& text, int windows) {
    JobContext job;
    const auto imported = importFile(demoFolder() / "text" / (text + ".jsonl"), {}, job);
    const std::vector<DocumentView> documents(imported.documents.begin(), imported.documents.end());
    const auto tokenizer = Tokenizer::load(demoFolder() / "model");
    const auto chatTemplate = ChatTemplate::load(demoFolder() / "model");
    PackingRecipe recipe;
    recipe.sequenceLength = 256;
    recipe.maxWindows = windows;
    return packDocuments(documents, tokenizer, &*chatTemplate, recipe, job);
}

} // namespace vernier::test
