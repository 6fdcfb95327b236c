#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/model/fingerprint.h"
#include "core/store/cache_maintenance.h"

#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string kind;
    double olderThanDays = -1;
    bool all = false, remove = false, json = false;
};

double hoursUnused(const CacheEntry& entry) {
    return std::chrono::duration<double, std::ratio<3600>>(std::filesystem::file_time_type::clock::now() - entry.used)
        .count();
}

std::string textOf(const nlohmann::json& inputs, const char* key) {
    return inputs.is_object() && inputs.contains(key) && inputs[key].is_string() ? inputs[key].get<std::string>()
                                                                                 : std::string();
}

nlohmann::json toJson(const CacheEntry& entry, const std::string& model) {
    nlohmann::json json = {{"file", entry.path.string()},
                           {"kind", entry.kind},
                           {"bytes", entry.bytes},
                           {"hours_unused", hoursUnused(entry)},
                           {"inputs", entry.inputs}};
    if (!model.empty())
        json["model_folder"] = model;
    return json;
}

/// What entries of one kind and model have together.
struct Group {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
    double hours = 1e9;
};

void list(const Options& options) {
    Console console;
    JobContext job = console.job();
    const FingerprintMemo memo(fingerprintMemoFile(cacheFolder()));
    const auto entries = listCache(cacheFolder(), job);
    std::uint64_t total = 0;
    nlohmann::json files = nlohmann::json::array();
    std::map<std::pair<std::string, std::string>, Group> groups;
    for (const CacheEntry& entry : entries) {
        const std::string fingerprint = textOf(entry.inputs, "model");
        const std::string folder = memo.folderOf(fingerprint);
        files.push_back(toJson(entry, folder));
        total += entry.bytes;
        Group& group = groups[{entry.kind, folder.empty() ? fingerprint.substr(0, 12) : folder}];
        ++group.files, group.bytes += entry.bytes, group.hours = std::min(group.hours, hoursUnused(entry));
    }
    if (options.json)
        return print({{"folder", cacheFolder().string()},
                      {"bytes", total},
                      {"limit", cacheLimit()},
                      {"files", std::move(files)}});
    std::vector<std::vector<std::string>> rows;
    for (const auto& [what, group] : groups)
        rows.push_back({fmt::format("{} of {}", what.first, what.second.empty() ? "unknown origin" : what.second),
                        std::to_string(group.files), megabytes(static_cast<double>(group.bytes)),
                        fmt::format("{:.1f}", group.hours)});
    fmt::print("{}", table({"kind and model", "files", "size", "hours unused"}, rows));
    fmt::print("{}: {} in {} files; limit {}\n", cacheFolder().string(), megabytes(static_cast<double>(total)),
               entries.size(), megabytes(static_cast<double>(cacheLimit())));
}

void verify(const Options& options) {
    Console console;
    JobContext job = console.job();
    const auto problems = verifyCache(cacheFolder(), job);
    nlohmann::json found = nlohmann::json::array();
    for (const CacheProblem& problem : problems) {
        found.push_back({{"file", problem.path.string()}, {"problem", problem.problem}});
        if (!options.json)
            fmt::print("{}: {}\n", problem.path.string(), problem.problem);
        if (std::error_code gone; options.remove)
            std::filesystem::remove(problem.path, gone);
    }
    if (options.json)
        print({{"folder", cacheFolder().string()}, {"problems", std::move(found)}});
    if (!problems.empty() && !options.remove)
        throw Error(ErrorKind::Input, cacheFolder().string(),
                    fmt::format("{} of its files are damaged", problems.size()),
                    "remove them with: vernier cache verify --remove");
    if (!options.json)
        fmt::print("{}: {}\n", cacheFolder().string(),
                   problems.empty() ? "every file is intact" : "damaged files were removed");
}

void clear(const Options& options) {
    if (!options.all && options.kind.empty() && options.olderThanDays < 0)
        throw CLI::ValidationError("cache clear", "say what to remove: --kind, --older-than or --all");
    Console console;
    JobContext job = console.job();
    ClearRequest request;
    if (!options.kind.empty())
        request.kind = options.kind;
    if (options.olderThanDays >= 0)
        request.unusedFor = std::chrono::seconds(static_cast<std::int64_t>(options.olderThanDays * 86400));
    const ClearReport report = clearCache(cacheFolder(), request, job);
    if (options.json)
        return print({{"folder", cacheFolder().string()}, {"files", report.files}, {"bytes", report.bytes}});
    fmt::print("{}: {} files removed, {}\n", cacheFolder().string(), report.files,
               megabytes(static_cast<double>(report.bytes)));
}

} // namespace

void addCache(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("cache", "Look after the cache: list, verify or clear");
    verb->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, void (*work)(const Options&)) {
        CLI::App* action = verb->add_subcommand(name, help);
        action->add_flag("--json", options->json, "Print JSON");
        action->callback([options, work] { work(*options); });
        return action;
    };
    add("list", "Show what is in the cache, by kind and model", list);
    add("verify", "Read everything and check it; exit code 1 when something is damaged", verify)
        ->add_flag("--remove", options->remove, "Remove what is damaged; it is computed again when needed");
    CLI::App* clearing = add("clear", "Remove files; projects and models are never touched", clear);
    clearing->add_option("--kind", options->kind, "Only files of this kind, as shown by list");
    clearing->add_option("--older-than", options->olderThanDays, "Only files not used for so many days")
        ->check(CLI::NonNegativeNumber);
    clearing->add_flag("--all", options->all, "Everything");
}

} // namespace vernier::cli
