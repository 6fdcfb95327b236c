#include "ui/data/corpus_view.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace vernier::ui {

namespace {

constexpr std::size_t kDocumentsBetweenChecks = 1024;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Finds a text in others, ASCII letters in either case.
class Finder {
public:
    explicit Finder(std::string pattern) : m_pattern(std::move(pattern)) {
        std::transform(m_pattern.begin(), m_pattern.end(), m_pattern.begin(), lower);
    }

    bool in(std::string_view text) const {
        return std::search(text.begin(), text.end(), m_pattern.begin(), m_pattern.end(),
                           [](char a, char b) { return lower(a) == b; }) != text.end();
    }

    bool in(const DocumentView& document) const {
        return in(document.text) || in(document.domain) || in(document.source) ||
               std::any_of(document.tags.begin(), document.tags.end(),
                           [this](const std::string& tag) { return in(tag); });
    }

private:
    std::string m_pattern;
};

} // namespace

std::vector<std::uint32_t> findDocuments(const Project& project, const CorpusQuery& query, const JobContext& job) {
    std::vector<std::uint32_t> candidates;
    if (query.setName.empty()) {
        candidates.resize(project.corpus.size());
        std::iota(candidates.begin(), candidates.end(), 0U);
    } else if (const CalibrationSet* set = project.findSet(query.setName)) {
        candidates.assign(set->documents.begin(), set->documents.end());
    }
    if (query.contains.empty())
        return candidates;
    const Finder finder(query.contains);
    std::vector<std::uint32_t> found;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (i % kDocumentsBetweenChecks == 0)
            job.throwIfCancelled();
        if (finder.in(project.corpus[candidates[i]]))
            found.push_back(candidates[i]);
    }
    return found;
}

CorpusSummary summarize(const Project& project, std::span<const std::uint32_t> documents,
                        std::span<const std::int32_t> tokenCounts) {
    CorpusSummary summary;
    std::unordered_map<std::string_view, CorpusSummary::Domain> domains;
    for (const std::uint32_t index : documents) {
        const DocumentView document = project.corpus[index];
        CorpusSummary::Domain& domain = domains[document.domain];
        ++summary.documents;
        ++domain.documents;
        summary.conversations += document.isConversation ? 1 : 0;
        const std::int32_t count = index < tokenCounts.size() ? tokenCounts[index] : kNotCounted;
        if (count == kNotRendered)
            ++summary.unrenderable;
        if (count < 0)
            continue;
        ++summary.counted;
        summary.tokens += static_cast<std::uint64_t>(count);
        domain.tokens += static_cast<std::uint64_t>(count);
    }
    for (auto& [name, domain] : domains) {
        domain.name = name;
        summary.domains.push_back(std::move(domain));
    }
    std::sort(summary.domains.begin(), summary.domains.end(), [](const auto& a, const auto& b) {
        return a.documents != b.documents ? a.documents > b.documents : a.name < b.name;
    });
    return summary;
}

} // namespace vernier::ui
