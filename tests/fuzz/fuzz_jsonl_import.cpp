#include "tests/fuzz/fuzz_targets.h"

#include "core/base/utf8.h"
#include "core/dataset/import.h"
#include "core/dataset/token_windows.h"

namespace vernier::fuzz {

void jsonlImport(std::string_view bytes) {
    const PackingRecipe withoutTemplate{.applyChatTemplate = false};
    for (const char* name : {"input.jsonl", "input.json", "input.txt"}) {
        ImportResult result;
        toleratingErrors([&] {
            JobContext job;
            result = importBytes(bytes, name, {}, job);
            require(!result.documents.empty(), "an import gives documents or throws");
        });
        for (const DocumentView document : result.documents) {
            require(countInvalidUtf8(document.text) == 0, "documents are valid UTF-8");
            require(!document.text.empty(), "documents have text");
            require(*document.hash == contentHash(toDocument(document)), "documents carry their hash");
            renderDocument(document, nullptr, withoutTemplate); // whatever was accepted can be rendered
        }
    }
}

} // namespace vernier::fuzz
