#pragma once

#include "core/dataset/corpus.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace vernier {

/// Gathers documents into a Corpus, copying each text once and computing its hash. Importers fill one; so does whoever
/// makes documents in another way, with a source that says so ("generated:MODEL seed 7").
class CorpusBuilder {
public:
    CorpusBuilder() = default;

    /// Copies document. A hash that it carries is believed.
    void add(const DocumentView& document);

    std::size_t size() const { return m_done.size() + m_open.size(); }

    /// Everything added since the last time.
    Corpus finish();

private:
    void seal();
    std::uint32_t originNumber(const DocumentView& document);
    std::uint32_t domainNumber(std::string_view domain);

    Corpus m_done;
    CorpusSegment m_open;
    std::uint32_t m_lastOrigin = 0, m_lastDomain = 0; // neighbours mostly share them
    std::unordered_map<std::string, std::uint32_t> m_domainNumbers, m_originNumbers;
};

} // namespace vernier
