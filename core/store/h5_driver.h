#pragma once

#include <cstdint>

namespace vernier::h5 {

class Output;

/// Makes files opened with this access list go to output; false when HDF5 will not have it. Under lock().
bool useOutputDriver(std::int64_t accessList, Output& output);

} // namespace vernier::h5
