#include "core/workbench/import_example.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"
#include "core/workbench/demo.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

ImportResult readExamples(const std::string& tag, JobContext& job) {
    ImportOptions options;
    options.tag = tag;
    return importFile(demoFolder() / "text" / "calibration.jsonl", options, job);
}

} // namespace

std::vector<ExampleSource> exampleSources(JobContext& job) {
    std::map<std::string, std::uint64_t, std::less<>> counts;
    const ImportResult examples = readExamples({}, job);
    for (const DocumentView document : examples.documents)
        ++counts[std::string(document.domain)];
    std::vector<ExampleSource> sources;
    for (const auto& [name, documents] : counts)
        sources.push_back({name, documents});
    return sources;
}

ImportReport importExample(Project& project, const std::string& name, const std::string& tag, JobContext& job) {
    const std::string setName = tag.empty() ? name : tag;
    const ImportResult examples = readExamples(setName, job);
    CorpusBuilder chosen;
    for (const DocumentView document : examples.documents)
        if (document.domain == name)
            chosen.add(document);
    if (chosen.size() > 0)
        return addDocuments(project, chosen.finish(), setName, job);
    std::vector<std::string> names;
    for (const ExampleSource& source : exampleSources(job))
        names.push_back(source.name);
    throw Error(ErrorKind::Input, "example", fmt::format("{} does not exist", name),
                fmt::format("choose one of {}", fmt::join(names, ", ")));
}

} // namespace vernier
