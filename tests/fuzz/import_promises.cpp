#include "tests/fuzz/import_promises.h"

#include "core/base/utf8.h"
#include "core/dataset/import.h"
#include "core/dataset/token_windows.h"
#include "tests/fuzz/fuzz_targets.h"

namespace vernier::fuzz {

void checkImport(std::string_view bytes, const char* name) {
    const PackingRecipe withoutTemplate{.applyChatTemplate = false};
    ImportResult result;
    toleratingErrors([&] {
        JobContext job;
        result = importBytes(bytes, name, {}, job);
        require(!result.documents.empty(), "an import gives documents or throws");
    });
    std::uint64_t line = 0;
    for (const DocumentView document : result.documents) {
        require(countInvalidUtf8(document.text) == 0, "documents are valid UTF-8");
        require(!document.text.empty(), "documents have text");
        require(*document.hash == contentHash(toDocument(document)), "documents carry their hash");
        require(document.line >= line, "documents come in the order of the file");
        line = document.line;
        renderDocument(document, nullptr, withoutTemplate); // whatever was accepted can be rendered
    }
    require(result.skipped.size() <= kMaxListedSkips && result.skipped.size() <= result.skippedCount,
            "what is listed was counted");
}

} // namespace vernier::fuzz
