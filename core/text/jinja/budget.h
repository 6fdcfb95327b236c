#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <stdexcept>
#include <string>

namespace vernier::jinja {

/// Is thrown by every part of the engine; whoever knows file and line makes an Error of it.
class Failure : public std::runtime_error {
public:
    explicit Failure(const std::string& message, ErrorKind kind = ErrorKind::Input)
        : std::runtime_error(message), m_kind(kind) {}

    ErrorKind kind() const { return m_kind; }

private:
    ErrorKind m_kind;
};

/// Bounds what rendering one template may cost in time and memory, for templates come from strangers.
class Budget {
public:
    static constexpr std::size_t kOutputBytes = std::size_t{64} << 20;

    /// Counts elementary steps; throws Failure past the limit.
    void step(std::size_t count = 1) {
        if (count > m_steps)
            throw Failure("the template takes too many steps");
        m_steps -= count;
    }

    /// Counts bytes that are about to be allocated, over the whole rendering; throws Failure past the limit.
    void allocate(std::size_t bytes) {
        if (bytes > m_bytes)
            throw Failure("the template makes too much text");
        m_bytes -= bytes;
    }

private:
    std::size_t m_steps = 20'000'000;
    std::size_t m_bytes = std::size_t{1} << 30;
};

} // namespace vernier::jinja
