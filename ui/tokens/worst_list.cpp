#include "ui/tokens/worst_list.h"

#include "ui/bridge/text.h"
#include "ui/plots/token_text.h"

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr std::size_t kBefore = 8; // tokens of context

} // namespace

std::vector<WorstToken> worstList(const TokenComparison& comparison, const Tokenizer& tokenizer, std::size_t most) {
    const auto length = static_cast<std::size_t>(comparison.windows.sequenceLength);
    std::vector<WorstToken> list;
    for (const std::size_t token : worstTokens(comparison, most)) {
        const auto at = comparison.windows.ids.begin() + static_cast<std::ptrdiff_t>(token);
        const auto before = static_cast<std::ptrdiff_t>(std::min(kBefore, token % length));
        list.push_back(
            {token, QStringLiteral("%1[%2]").arg(onOneLine(fromUtf8(tokenizer.decode({at - before, at + 1}))),
                                                 onOneLine(fromUtf8(tokenizer.decode({at[1]}))))});
    }
    return list;
}

} // namespace vernier::ui
