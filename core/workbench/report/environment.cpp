#include "core/workbench/report/environment.h"

#include "core/base/clock.h"
#include "core/tensor/parallel.h"
#include "core/tensor/precision.h"

#include <fstream>
#include <sys/utsname.h>

#include <fmt/format.h>

namespace vernier {

namespace {

/// The value of the first line of a file that begins with a key, behind its colon or equals sign.
std::string fieldOf(const char* path, std::string_view key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key)) {
            const auto at = line.find_first_not_of(" \t:=\"", key.size());
            const auto end = line.find_last_not_of(" \t\"");
            return at == std::string::npos ? std::string() : line.substr(at, end + 1 - at);
        }
    return {};
}

std::string compilerText() {
#if defined(__clang__)
    return "Clang " __clang_version__;
#elif defined(__GNUC__)
    return "GCC " __VERSION__;
#else
    return "another compiler";
#endif
}

} // namespace

ReportEnvironment describeEnvironment() {
    ReportEnvironment environment;
    environment.vernier = VERNIER_VERSION;
    environment.compiler = compilerText();
    environment.processor = fieldOf("/proc/cpuinfo", "model name");
    environment.threads = computeThreads();
    environment.hasBf16 = hasBf16Units();
    environment.written = timestamp();
    utsname name{};
    environment.system = fieldOf("/etc/os-release", "PRETTY_NAME");
    if (uname(&name) == 0) {
        environment.system +=
            fmt::format("{}{} {}", environment.system.empty() ? "" : ", ", name.sysname, name.machine);
        if (environment.processor.empty())
            environment.processor = name.machine;
    }
    return environment;
}

} // namespace vernier
