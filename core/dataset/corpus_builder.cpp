#include "core/dataset/corpus_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vernier {

namespace {

// A segment is closed when it has so much, so that growing and trimming it never moves more than that.
constexpr std::size_t kSegmentBytes = std::size_t{32} << 20;
constexpr std::size_t kSegmentDocuments = std::size_t{1} << 18;

bool isFrom(const DocumentView& document, const Origin& origin) {
    return document.source == origin.source && document.field == origin.field &&
           document.importedAt == origin.importedAt && std::ranges::equal(document.tags, origin.tags);
}

/// The origin as one text, no two of which are the same.
std::string originKey(const DocumentView& document) {
    std::string key = fmt::format("{} {} {}{} {}", document.importedAt, document.source.size(), document.source,
                                  document.field.size(), document.field);
    for (const std::string& tag : document.tags)
        key += fmt::format(" {} {}", tag.size(), tag);
    return key;
}

void trim(CorpusSegment& segment) {
    segment.text.shrink_to_fit();
    segment.offsets.shrink_to_fit();
    segment.hashes.shrink_to_fit();
    segment.lines.shrink_to_fit();
    segment.origins.shrink_to_fit();
    segment.domains.shrink_to_fit();
    segment.replaced.shrink_to_fit();
    segment.conversation.shrink_to_fit();
}

} // namespace

std::uint32_t CorpusBuilder::originNumber(const DocumentView& document) {
    if (m_lastOrigin < m_open.originNames.size() && isFrom(document, m_open.originNames[m_lastOrigin]))
        return m_lastOrigin;
    const auto [entry, isNew] =
        m_originNumbers.try_emplace(originKey(document), static_cast<std::uint32_t>(m_open.originNames.size()));
    if (isNew)
        m_open.originNames.push_back({std::string(document.source),
                                      std::string(document.field),
                                      {document.tags.begin(), document.tags.end()},
                                      document.importedAt});
    return m_lastOrigin = entry->second;
}

std::uint32_t CorpusBuilder::domainNumber(std::string_view domain) {
    if (m_lastDomain < m_open.domainNames.size() && domain == m_open.domainNames[m_lastDomain])
        return m_lastDomain;
    const auto [entry, isNew] =
        m_domainNumbers.try_emplace(std::string(domain), static_cast<std::uint32_t>(m_open.domainNames.size()));
    if (isNew)
        m_open.domainNames.emplace_back(domain);
    return m_lastDomain = entry->second;
}

void CorpusBuilder::add(const DocumentView& document) {
    m_open.hashes.push_back(contentHash(document));
    m_open.text.insert(m_open.text.end(), document.text.begin(), document.text.end());
    m_open.offsets.push_back(m_open.text.size());
    m_open.lines.push_back(document.line);
    m_open.origins.push_back(originNumber(document));
    m_open.domains.push_back(domainNumber(document.domain));
    m_open.replaced.push_back(document.replacedBytes);
    m_open.conversation.push_back(document.isConversation ? 1 : 0);
    if (m_open.text.size() >= kSegmentBytes || m_open.size() >= kSegmentDocuments)
        seal();
}

void CorpusBuilder::seal() {
    trim(m_open);
    m_done.append(std::make_shared<const CorpusSegment>(std::exchange(m_open, {})));
    m_originNumbers.clear();
    m_domainNumbers.clear();
}

Corpus CorpusBuilder::finish() {
    seal();
    return std::exchange(m_done, {});
}

} // namespace vernier
