#pragma once

#include "core/dataset/token_windows.h"

#include <string>

namespace vernier::test {

/// The first windows of one of the demo's texts ("calibration", "evaluation", "greetings"), packed as the golden
/// numbers were: each document rendered, followed by the end-of-text token, concatenated, cut in windows of 256. 0
/// takes all.
TokenWindows demoWindows(const std::string& text, int windows);

} // namespace vernier::test
