#pragma once

#include <future>
#include <utility>

namespace vernier {

/// Calls use(make(i)) for i from 0 to count − 1 in order, each value made on a thread of its own while the one before
/// is used: at most two are in memory. Exceptions of both reach the caller.
template <class Make, class Use>
void oneAhead(int count, Make make, Use use) {
    const auto begin = [&](int i) { return std::async(std::launch::async, [&make, i] { return make(i); }); };
    if (count == 0)
        return;
    auto next = begin(0);
    for (int i = 0; i < count; ++i) {
        auto value = next.get();
        if (i + 1 < count)
            next = begin(i + 1);
        use(std::move(value));
    }
}

} // namespace vernier
