#pragma once

#include "core/base/error.h"

#include <functional>
#include <optional>

namespace vernier::test {

/// The Error that work throws, nothing when it throws none.
inline std::optional<Error> caughtError(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

} // namespace vernier::test
