#pragma once

#include "core/workbench/import_files.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

/// Is a domain of the texts that come with Vernier.
struct ExampleSource {
    std::string name; ///< "story", "code", …
    std::uint64_t documents = 0;
};

/// The built-in examples, by name. Throws Error{Input} when they are not installed.
std::vector<ExampleSource> exampleSources(JobContext& job);

/// Adds the documents of one example to the corpus and to the set named by tag (empty: the example's name). Throws
/// Error{Input} listing the examples there are.
ImportReport importExample(Project& project, const std::string& name, const std::string& tag, JobContext& job);

} // namespace vernier
