#include "core/workbench/set_mix.h"

#include "core/curate/language.h"
#include "core/tensor/parallel.h"
#include "core/text/message_spans.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// Adds up the shares of one list by name.
class Tally {
public:
    void add(const std::string& name, std::uint64_t tokens) {
        MixShare& share = m_shares[name];
        share.name = name;
        ++share.documents;
        share.tokens += tokens;
    }
    std::vector<MixShare> sorted(std::uint64_t all) const {
        std::vector<MixShare> shares;
        for (const auto& [name, share] : m_shares) {
            shares.push_back(share);
            shares.back().share = all > 0 ? static_cast<double>(share.tokens) / static_cast<double>(all) : 0;
        }
        std::ranges::stable_sort(shares, std::greater<>(), &MixShare::tokens);
        return shares;
    }

private:
    std::map<std::string, MixShare> m_shares;
};

using RoleTokens = std::map<std::string, std::uint64_t>;

/// Divides the tokens that windows hold of a document among its roles: its messages in order, as many as there are.
RoleTokens rolesOf(const DocumentView& document, std::uint64_t held, const Workbench::OpenModel& model) {
    if (!document.isConversation || !model.chatTemplate)
        return {{document.isConversation ? "conversation" : "text", held}};
    const RenderedConversation rendered =
        renderWithSpans(*model.chatTemplate, nlohmann::json::parse(document.text.begin(), document.text.end()));
    RoleTokens roles;
    std::string last = "conversation";
    for (const MessageSpan& message : rendered.messages) {
        last = message.role.empty() ? "no role" : message.role;
        const auto text =
            std::string_view(rendered.text).substr(message.span.begin, message.span.end - message.span.begin);
        const std::uint64_t tokens = std::min<std::uint64_t>(held, model.tokenizer.encode(text).size());
        roles[last] += tokens;
        held -= tokens;
    }
    roles[last] += held;
    return roles;
}

} // namespace

SetMix mixOf(const Project& project, const CalibrationSet& set, const TokenWindows& windows,
             const Workbench::OpenModel& model, JobContext& job) {
    std::vector<std::uint64_t> tokens(set.documents.size());
    std::uint64_t all = 0;
    for (std::size_t token = 0; token < windows.documents.size(); ++token)
        if (!windows.isPadding(static_cast<std::int64_t>(token)))
            ++tokens.at(windows.documents[token]), ++all;
    std::vector<std::uint32_t> places;
    for (std::size_t place = 0; place < tokens.size(); ++place)
        if (tokens[place] > 0)
            places.push_back(static_cast<std::uint32_t>(place));

    job.beginStage("look at documents", places.size());
    Tally domains, languages, roles;
    constexpr std::size_t kAtOnce = 1024;
    for (std::size_t first = 0; first < places.size(); first += kAtOnce) {
        const std::size_t now = std::min(kAtOnce, places.size() - first);
        std::vector<RoleTokens> roleTokens(now);
        std::vector<std::string> codes(now);
        parallelFor(static_cast<Index>(now), [&](Index i) {
            job.throwIfCancelled();
            const std::uint32_t place = places[first + static_cast<std::size_t>(i)];
            const DocumentView document = project.corpus[set.documents[place]];
            codes[static_cast<std::size_t>(i)] = std::string(guessLanguage(document.text).code);
            roleTokens[static_cast<std::size_t>(i)] = rolesOf(document, tokens[place], model);
        });
        for (std::size_t i = 0; i < now; ++i) {
            const std::uint32_t place = places[first + i];
            domains.add(std::string(project.corpus[set.documents[place]].domain), tokens[place]);
            languages.add(codes[i], tokens[place]);
            for (const auto& [role, count] : roleTokens[i])
                roles.add(role, count);
        }
        job.advance(now);
    }
    return {domains.sorted(all), languages.sorted(all), roles.sorted(all)};
}

} // namespace vernier
