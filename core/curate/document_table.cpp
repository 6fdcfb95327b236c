#include "core/curate/document_table.h"

namespace vernier {

std::uint32_t NameList::numberOf(std::string_view name) {
    if (const auto known = m_numbers.find(name); known != m_numbers.end())
        return known->second;
    const auto number = static_cast<std::uint32_t>(m_names.size());
    m_names.emplace_back(name);
    m_numbers.emplace(name, number);
    return number;
}

void NameList::set(std::size_t document, std::string_view name) {
    if (document >= m_ids.size())
        resize(document + 1);
    m_ids[document] = numberOf(name);
}

DocumentTable::DocumentTable(const Corpus& corpus) {
    auto base = std::make_shared<Base>();
    base->corpus = corpus;
    base->texts.reserve(corpus.size());
    base->conversations.reserve(corpus.size());
    base->tagIds.reserve(corpus.size());
    base->domains.resize(corpus.size());
    base->sources.resize(corpus.size());
    std::map<std::vector<std::string>, std::uint32_t> knownTags;
    for (const Corpus::SegmentPointer& segment : corpus.segments()) {
        // Names are looked up once per segment, not once per document.
        std::vector<std::uint32_t> domains, sources, tags;
        for (const std::string& name : segment->domainNames)
            domains.push_back(base->domains.numberOf(name));
        for (const Origin& origin : segment->originNames) {
            sources.push_back(base->sources.numberOf(origin.source));
            const auto [place, isNew] =
                knownTags.try_emplace(origin.tags, static_cast<std::uint32_t>(base->tagLists.size()));
            if (isNew)
                base->tagLists.push_back(origin.tags);
            tags.push_back(place->second);
        }
        for (std::size_t row = 0; row < segment->size(); ++row) {
            const std::size_t document = base->texts.size();
            base->texts.push_back(segment->textOf(row));
            base->conversations.push_back(segment->conversation[row]);
            base->tagIds.push_back(tags[segment->origins[row]]);
            base->domains.setNumber(document, domains[segment->domains[row]]);
            base->sources.setNumber(document, sources[segment->origins[row]]);
        }
    }
    m_base = std::move(base);
}

DocumentColumns DocumentTable::columns() const {
    DocumentColumns columns;
    if (!m_base)
        return columns;
    columns.count = m_base->texts.size();
    columns.texts = m_base->texts;
    columns.conversations = m_base->conversations;
    columns.domains = m_base->domains.column();
    columns.sources = m_base->sources.column();
    columns.tags = {m_base->tagIds, m_base->tagLists};
    columns.tokens = measures.tokens;
    columns.perplexity = measures.perplexity;
    columns.duplicateOf = measures.duplicateOf;
    columns.coverageGain = measures.coverageGain;
    columns.languages = measures.languages.column();
    columns.scripts = measures.scripts.column();
    return columns;
}

std::vector<std::uint8_t> membership(std::size_t documents, std::span<const std::uint32_t> list) {
    std::vector<std::uint8_t> member(documents, 0);
    for (const std::uint32_t document : list)
        if (document < documents)
            member[document] = 1;
    return member;
}

} // namespace vernier
