#include "core/curate/sort_rows.h"

#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace vernier {

namespace {

using Key = std::uint64_t;

constexpr Key kUnknown = std::numeric_limits<Key>::max();
constexpr std::size_t kTaskRows = std::size_t{1} << 16;
constexpr int kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

constexpr std::size_t kPrefixBytes = 7; // of a text in one key, which leaves its highest bits free
constexpr std::size_t kDeepestPrefix = 8 * kPrefixBytes;

struct Entry {
    Key key;
    std::uint32_t row;
};

/// Calls body(first, end) over fixed stretches of [0, count).
template <class Body>
void forStretches(std::size_t count, const JobContext& job, Body&& body) {
    const std::size_t tasks = (count + kTaskRows - 1) / kTaskRows;
    parallelFor(static_cast<Index>(tasks), [&](Index task) {
        job.throwIfCancelled();
        const std::size_t first = static_cast<std::size_t>(task) * kTaskRows;
        body(first, std::min(count, first + kTaskRows));
    });
}

/// A key for rising order; the highest bit of every known key is free, so that unknown ones stay last when inverted.
Key directed(Key key, SortOrder order) {
    return key == kUnknown || order == SortOrder::Rising ? key : ~key & (kUnknown >> 1);
}

/// An unsigned number that orders like value.
Key floatKey(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value == 0 ? 0.0f : value); // -0 equals 0
    return (bits & 0x80000000u) != 0 ? ~bits & 0xFFFFFFFFu : bits | 0x80000000u;
}

/// The first bytes of a text; zeros stand behind a shorter one.
Key prefixKey(std::string_view text) {
    Key key = 0;
    for (std::size_t i = 0; i < kPrefixBytes; ++i)
        key = key << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
    return key;
}

/// The place of every value in the sorted order of the distinct ones.
template <class Value>
std::vector<std::uint32_t> ranksOf(std::span<const Value> values) {
    std::vector<std::uint32_t> order(values.size()), ranks(values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && values[order[i - 1]] < values[order[i]])
            ++rank;
        ranks[order[i]] = rank;
    }
    return ranks;
}

/// Sorts entries by key, stable; least significant digit first, passes that would move nothing left out.
void radixSort(std::vector<Entry>& entries, const JobContext& job) {
    Key varying = 0; // digits that are the same everywhere need no pass
    for (const Entry& entry : entries)
        varying |= entry.key ^ entries.front().key;
    const std::size_t tasks = (entries.size() + kTaskRows - 1) / kTaskRows;
    std::vector<Entry> sorted(entries.size());
    std::vector<std::array<std::uint32_t, kDigits>> places(tasks);
    for (int shift = 0; shift < 64; shift += kDigitBits) {
        if ((varying >> shift & (kDigits - 1)) == 0)
            continue;
        const auto digit = [shift](const Entry& entry) { return entry.key >> shift & (kDigits - 1); };
        forStretches(entries.size(), job, [&](std::size_t first, std::size_t end) {
            auto& counts = places[first / kTaskRows];
            counts.fill(0);
            for (std::size_t i = first; i < end; ++i)
                ++counts[digit(entries[i])];
        });
        std::uint32_t next = 0;
        for (std::size_t value = 0; value < kDigits; ++value)
            for (auto& place : places)
                next += std::exchange(place[value], next);
        forStretches(entries.size(), job, [&](std::size_t first, std::size_t end) {
            auto& place = places[first / kTaskRows];
            for (std::size_t i = first; i < end; ++i)
                sorted[place[digit(entries[i])]++] = entries[i];
        });
        entries.swap(sorted);
    }
}

/// An entry for every row, with keyOf(row) in the direction of the order.
template <class KeyOf>
std::vector<Entry> makeEntries(const std::vector<std::uint32_t>& rows, SortOrder order, const JobContext& job,
                               KeyOf keyOf) {
    std::vector<Entry> entries(rows.size());
    forStretches(rows.size(), job, [&](std::size_t first, std::size_t end) {
        for (std::size_t i = first; i < end; ++i) {
            entries[i] = {directed(keyOf(rows[i]), order), rows[i]};
        }
    });
    return entries;
}

/// Calls body(first, end) for every run of two or more equal keys.
template <class Body>
void forTies(std::span<const Entry> entries, Body&& body) {
    for (std::size_t first = 0, end = 0; first < entries.size(); first = end) {
        end = first + 1;
        while (end < entries.size() && entries[end].key == entries[first].key)
            ++end;
        if (end - first > 1)
            body(first, end);
    }
}

/// Sorts entries whose texts agree in the first `skipped` bytes: by the bytes behind them, a few at a time and out of a
/// key beside the row, since every look at a text itself is a miss of the cache.
void sortTie(std::span<const std::string_view> texts, SortOrder order, std::size_t skipped, std::span<Entry> entries,
             const JobContext& job) {
    job.throwIfCancelled();
    if (skipped >= kDeepestPrefix) {
        std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
            return order == SortOrder::Rising ? texts[a.row] < texts[b.row] : texts[b.row] < texts[a.row];
        });
        return;
    }
    for (Entry& entry : entries) {
        const std::string_view text = texts[entry.row];
        entry.key = directed(prefixKey(text.substr(std::min(skipped, text.size()))), order);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    forTies(entries, [&](std::size_t first, std::size_t end) {
        sortTie(texts, order, skipped + kPrefixBytes, entries.subspan(first, end - first), job);
    });
}

class RowSorter {
public:
    RowSorter(SortOrder order, std::vector<std::uint32_t>& rows, const JobContext& job)
        : m_order(order), m_rows(rows), m_job(job) {}

    template <class Value, class KeyOf>
    void byValue(std::span<const Value> column, KeyOf keyOf) {
        if (!column.empty())
            byKey([&](std::uint32_t row) { return keyOf(column[row]); });
    }

    template <class Value>
    void byRank(std::span<const std::uint32_t> ids, std::span<const Value> values) {
        if (ids.empty())
            return;
        const std::vector<std::uint32_t> ranks = ranksOf(values);
        byKey([&](std::uint32_t row) -> Key { return ranks[ids[row]]; });
    }

    void byText(std::span<const std::string_view> texts) {
        auto entries = makeEntries(m_rows, m_order, m_job, [&](std::uint32_t row) { return prefixKey(texts[row]); });
        radixSort(entries, m_job);
        std::vector<std::span<Entry>> ties;
        forTies(entries, [&](std::size_t first, std::size_t end) {
            ties.push_back(std::span(entries).subspan(first, end - first));
        });
        parallelFor(std::ssize(ties), [&](Index tie) {
            sortTie(texts, m_order, kPrefixBytes, ties[static_cast<std::size_t>(tie)], m_job);
        });
        take(entries);
    }

    template <class KeyOf>
    void byKey(KeyOf keyOf) {
        auto entries = makeEntries(m_rows, m_order, m_job, keyOf);
        radixSort(entries, m_job);
        take(entries);
    }

private:
    void take(const std::vector<Entry>& entries) {
        std::transform(entries.begin(), entries.end(), m_rows.begin(), [](const Entry& entry) { return entry.row; });
    }

    SortOrder m_order;
    std::vector<std::uint32_t>& m_rows;
    const JobContext& m_job;
};

Key knownKey(float value) {
    return std::isnan(value) ? kUnknown : floatKey(value);
}

} // namespace

void sortRows(const DocumentColumns& columns, SortColumn column, SortOrder order, std::vector<std::uint32_t>& rows,
              const JobContext& job) {
    RowSorter sorter(order, rows, job);
    const auto number = [](auto value) -> Key { return value; };
    switch (column) {
    case SortColumn::Row:
        return sorter.byKey(number);
    case SortColumn::Text:
        return sorter.byText(columns.texts);
    case SortColumn::Bytes:
        return sorter.byValue(columns.texts, [](std::string_view text) -> Key { return text.size(); });
    case SortColumn::Domain:
        return sorter.byRank(columns.domains.ids, columns.domains.names);
    case SortColumn::Source:
        return sorter.byRank(columns.sources.ids, columns.sources.names);
    case SortColumn::Tags:
        return sorter.byRank(columns.tags.ids, columns.tags.lists);
    case SortColumn::Language:
        return sorter.byRank(columns.languages.ids, columns.languages.names);
    case SortColumn::Script:
        return sorter.byRank(columns.scripts.ids, columns.scripts.names);
    case SortColumn::Tokens:
        return sorter.byValue(columns.tokens,
                              [](std::uint32_t value) -> Key { return value == kUnknownTokens ? kUnknown : value; });
    case SortColumn::Perplexity:
        return sorter.byValue(columns.perplexity, knownKey);
    case SortColumn::Duplicate:
        return sorter.byValue(columns.duplicateOf, number);
    case SortColumn::CoverageGain:
        return sorter.byValue(columns.coverageGain, knownKey);
    case SortColumn::Chosen:
        return sorter.byValue(columns.chosen, number);
    }
}

} // namespace vernier
