#pragma once

#include "core/text/jinja/budget.h"

namespace vernier::jinja {

/// Is thrown for a template that cannot be read, with the line that is to blame.
class SyntaxFailure : public Failure {
public:
    SyntaxFailure(const std::string& message, int line, ErrorKind kind = ErrorKind::Input)
        : Failure(message, kind), m_line(line) {}

    int line() const { return m_line; }

private:
    int m_line;
};

} // namespace vernier::jinja
