#pragma once

#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

/// Calls body(row) for every row, spread over the compute threads in tasks of fixed size.
template <class Body>
void forEachRow(Index rows, Body&& body) {
    constexpr Index kRowsPerTask = 64;
    parallelFor((rows + kRowsPerTask - 1) / kRowsPerTask, [&](Index task) {
        for (Index row = task * kRowsPerTask; row < std::min(rows, (task + 1) * kRowsPerTask); ++row)
            body(row);
    });
}

} // namespace vernier
