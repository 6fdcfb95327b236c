#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/import_promises.h"

namespace vernier::fuzz {

void tableImport(std::string_view bytes) {
    for (const char* name : {"input.csv", "input.tsv"})
        checkImport(bytes, name);
}

} // namespace vernier::fuzz
