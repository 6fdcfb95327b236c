#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/import_promises.h"

namespace vernier::fuzz {

void packedImport(std::string_view bytes) {
    // What is inside is told by the first bytes, gzip or Zstandard, whatever the name says.
    for (const char* name : {"input.jsonl.gz", "input.csv.zst", "input.txt"})
        checkImport(bytes, name);
}

} // namespace vernier::fuzz
