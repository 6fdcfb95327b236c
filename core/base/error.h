#pragma once

#include <stdexcept>
#include <string>

namespace vernier {

/// Says what went wrong, for callers that react to it: exit codes, retry buttons, cache misses.
enum class ErrorKind {
    Input,       ///< a file, setting or argument is not what it should be
    Io,          ///< the system refused: unreadable, unwritable, disk full
    Unsupported, ///< well formed, but nothing Vernier knows
    Numeric,     ///< NaN, Inf, a matrix that cannot be factorised
    Cancelled,   ///< the job was stopped on request
    Internal,    ///< a broken promise of our own code
};

/// Is the one exception type of the core. what() is a single line, "place: problem; remedy".
class Error : public std::runtime_error {
public:
    /// place names the file and the spot in it (or the setting); remedy is what the user can do, may be empty.
    Error(ErrorKind kind, std::string place, std::string problem, std::string remedy = {});

    ErrorKind kind() const noexcept { return m_kind; }
    const std::string& place() const noexcept { return m_place; }
    const std::string& problem() const noexcept { return m_problem; }
    const std::string& remedy() const noexcept { return m_remedy; }

private:
    ErrorKind m_kind;
    std::string m_place, m_problem, m_remedy;
};

/// Builds an Io error from errno, with a remedy for the usual causes (permissions, disk full, missing file).
Error ioError(std::string place, std::string problem, int errorNumber);

} // namespace vernier
