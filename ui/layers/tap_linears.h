#pragma once

#include <string>
#include <vector>

namespace vernier {
struct ArchitectureSpec;
}

namespace vernier::ui {

/// The full names of the linears at a tap of a block: those that read it, or the one whose output it is; none where it
/// is neither, or is no tap.
std::vector<std::string> linearsOfTap(const ArchitectureSpec& spec, int block, int tap);

} // namespace vernier::ui
