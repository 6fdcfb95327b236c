#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/import_promises.h"

namespace vernier::fuzz {

void jsonlImport(std::string_view bytes) {
    for (const char* name : {"input.jsonl", "input.json", "input.txt"})
        checkImport(bytes, name);
}

} // namespace vernier::fuzz
