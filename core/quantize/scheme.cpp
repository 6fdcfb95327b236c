#include "core/quantize/scheme.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

void Scheme::validate() const {
    if (bits < 2 || bits > 8)
        throw Error(ErrorKind::Input, "bits", fmt::format("{} is not in 2 to 8", bits),
                    "common choices are 4, 3 and 8");
    if (groupSize != -1 && groupSize < 1)
        throw Error(ErrorKind::Input, "group_size", fmt::format("{} is neither -1 nor at least 1", groupSize),
                    "give -1 for one group per row, or a width such as 128");
}

std::string Scheme::text() const {
    return fmt::format("{} bits, {}, {}", bits,
                       groupSize < 0 ? std::string("one group per row") : fmt::format("groups of {}", groupSize),
                       symmetric ? "symmetric" : "asymmetric");
}

} // namespace vernier
