#include "core/base/error.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace vernier {

namespace {

std::string oneLine(const std::string& place, const std::string& problem, const std::string& remedy) {
    std::string line = place.empty() ? problem : fmt::format("{}: {}", place, problem);
    if (!remedy.empty())
        line += "; " + remedy;
    // Places and problems quote foreign bytes; a message must stay one line on every terminal and in every log.
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20)
            c = ' ';
    return line;
}

const char* remedyFor(int errorNumber) {
    switch (errorNumber) {
    case ENOSPC:
    case EDQUOT:
        return "free disk space or choose another folder";
    case EACCES:
    case EPERM:
    case EROFS:
        return "check the permissions or choose another folder";
    case ENOENT:
        return "check the path";
    default:
        return "";
    }
}

} // namespace

Error::Error(ErrorKind kind, std::string place, std::string problem, std::string remedy)
    : std::runtime_error(oneLine(place, problem, remedy)), m_kind(kind), m_place(std::move(place)),
      m_problem(std::move(problem)), m_remedy(std::move(remedy)) {}

Error ioError(std::string place, std::string problem, int errorNumber) {
    return Error(ErrorKind::Io, std::move(place), fmt::format("{} ({})", problem, std::strerror(errorNumber)),
                 remedyFor(errorNumber));
}

} // namespace vernier
