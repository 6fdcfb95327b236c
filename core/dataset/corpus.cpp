#include "core/dataset/corpus.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace vernier {

DocumentView CorpusSegment::operator[](std::size_t document) const {
    const Origin& origin = originNames[origins[document]];
    DocumentView view;
    view.text = textOf(document);
    view.domain = domainNames[domains[document]];
    view.source = origin.source;
    view.field = origin.field;
    view.tags = origin.tags;
    view.line = lines[document];
    view.importedAt = origin.importedAt;
    view.replacedBytes = replaced[document];
    view.isConversation = conversation[document] != 0;
    view.hash = &hashes[document];
    return view;
}

Corpus::Place Corpus::find(std::size_t document) const {
    const auto end = std::ranges::upper_bound(m_ends, document);
    const auto& segment = m_segments[static_cast<std::size_t>(end - m_ends.begin())];
    return {*segment, document - (*end - segment->size())};
}

DocumentView Corpus::operator[](std::size_t document) const {
    const Place place = find(document);
    return place.segment[place.row];
}

std::string_view Corpus::text(std::size_t document) const {
    const Place place = find(document);
    return place.segment.textOf(place.row);
}

void Corpus::append(SegmentPointer segment) {
    if (segment->size() == 0)
        return;
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (segment->size() > kMost - size())
        throw Error(ErrorKind::Unsupported, "corpus", fmt::format("would have more than {} documents", kMost),
                    "divide the texts among several projects");
    m_ends.push_back(size() + segment->size());
    m_segments.push_back(std::move(segment));
}

void Corpus::append(const Corpus& other) {
    for (const SegmentPointer& segment : std::vector(other.m_segments))
        append(segment);
}

} // namespace vernier
