#pragma once

#include "core/workbench/diagnose.h"

#include <QString>

#include <vector>

namespace vernier::ui {

/// Is a token that lost much, as a list shows it.
struct WorstToken {
    std::size_t token = 0; ///< the position that predicts it
    QString text;          ///< "what stands before[token]", on one line
};

/// The tokens that lost most, the worst first, at most so many. Looks at every token: not for the interface's thread.
std::vector<WorstToken> worstList(const TokenComparison& comparison, const Tokenizer& tokenizer, std::size_t most);

} // namespace vernier::ui
