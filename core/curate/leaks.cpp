#include "core/curate/leaks.h"

#include "core/base/error.h"
#include "core/curate/hashing.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kMostPlaces = 64;
constexpr Index kDocumentsPerTask = 64;

/// Hashes all n-grams of a text in turn, each from the one before (Rabin & Karp).
class RollingHash {
public:
    RollingHash(TokenSpan tokens, std::size_t n) : m_tokens(tokens), m_n(n) {
        for (std::size_t i = 1; i < n; ++i)
            m_leading *= kBase;
        for (std::size_t i = 0; i < n; ++i)
            m_hash = m_hash * kBase + value(i);
    }
    /// Of the n-gram at the present position.
    std::uint64_t hash() const { return mixBits(m_hash); }
    void advance() {
        m_hash = (m_hash - value(m_first) * m_leading) * kBase + value(m_first + m_n);
        ++m_first;
    }

private:
    static constexpr std::uint64_t kBase = 0x9e3779b97f4a7c15u;
    std::uint64_t value(std::size_t i) const { return static_cast<std::uint32_t>(m_tokens[i]) + std::uint64_t{1}; }

    TokenSpan m_tokens;
    std::size_t m_n, m_first = 0;
    std::uint64_t m_hash = 0, m_leading = 1;
};

template <class Body>
void forEachNgram(TokenSpan tokens, std::size_t n, Body&& body) {
    if (tokens.size() < n)
        return;
    RollingHash rolling(tokens, n);
    for (std::size_t at = 0;; ++at) {
        body(rolling.hash(), static_cast<std::uint32_t>(at));
        if (at + n == tokens.size())
            return;
        rolling.advance();
    }
}

/// Finds where an n-gram stands in the evaluation text.
class NgramIndex {
public:
    struct Place {
        std::uint64_t hash;
        std::uint32_t document, at;
        auto operator<=>(const Place&) const = default;
    };

    NgramIndex(std::span<const TokenSpan> documents, std::size_t n, const JobContext& job) {
        for (std::size_t i = 0; i < documents.size(); ++i) {
            job.throwIfCancelled();
            forEachNgram(documents[i], n, [&](std::uint64_t hash, std::uint32_t at) {
                m_places.push_back({hash, static_cast<std::uint32_t>(i), at});
            });
        }
        std::ranges::sort(m_places);
        // One bit per possible prefix of a hash, sixteen for each place: most n-grams end here, without a search.
        m_bits = static_cast<int>(std::bit_width(m_places.size() * 16 + 63));
        m_known.resize((std::size_t{1} << m_bits) / 64);
        for (const Place& place : m_places)
            m_known[slot(place.hash) / 64] |= std::uint64_t{1} << slot(place.hash) % 64;
    }

    std::span<const Place> find(std::uint64_t hash) const {
        if (!(m_known[slot(hash) / 64] >> slot(hash) % 64 & 1))
            return {};
        const auto first = std::ranges::lower_bound(m_places, hash, {}, &Place::hash);
        auto last = first;
        while (last != m_places.end() && last->hash == hash && static_cast<std::size_t>(last - first) < kMostPlaces)
            ++last;
        return {first, last};
    }

private:
    std::size_t slot(std::uint64_t hash) const { return static_cast<std::size_t>(hash >> (64 - m_bits)); }

    std::vector<Place> m_places;
    int m_bits = 0;
    std::vector<std::uint64_t> m_known;
};

/// An n-gram at one place of an evaluation document and one of a calibration document.
struct Match {
    std::uint32_t evaluation, inEvaluation, inCalibration;
    auto operator<=>(const Match&) const = default;
};

/// The longest run of matches whose places move on together.
void findLongestRun(std::vector<Match> matches, std::uint32_t n, Leak& leak) {
    const auto diagonal = [](const Match& m) { return std::int64_t{m.inEvaluation} - m.inCalibration; };
    std::ranges::sort(matches, {}, [&](const Match& m) { return std::pair(diagonal(m), m.inEvaluation); });
    for (std::size_t first = 0, end = 0; first < matches.size(); first = end) {
        for (end = first + 1; end < matches.size() && diagonal(matches[end]) == diagonal(matches[first]) &&
                              matches[end].inEvaluation == matches[end - 1].inEvaluation + 1;)
            ++end;
        const auto count = static_cast<std::uint32_t>(end - first) - 1 + n;
        if (count > leak.inEvaluation.count) {
            leak.inEvaluation = {matches[first].inEvaluation, count};
            leak.inCalibration = {matches[first].inCalibration, count};
        }
    }
}

/// Tokens that lie in at least one of the n-grams beginning at rising places.
template <class Places>
std::uint64_t coveredTokens(const Places& places, std::uint32_t n) {
    std::uint64_t covered = 0, end = 0;
    for (const std::uint64_t place : places) {
        covered += place + n - std::max(place, end);
        end = place + n;
    }
    return covered;
}

Leak summarise(std::span<const Match> matches, std::uint32_t calibration, TokenSpan evaluation, std::uint32_t n) {
    Leak leak;
    leak.evaluation = matches.front().evaluation;
    leak.calibration = calibration;
    std::vector<std::uint64_t> places;
    for (const Match& match : matches)
        if (places.empty() || places.back() != match.inEvaluation)
            places.push_back(match.inEvaluation);
    leak.sharedTokens = coveredTokens(places, n);
    leak.share = static_cast<double>(leak.sharedTokens) / static_cast<double>(evaluation.size());
    findLongestRun({matches.begin(), matches.end()}, n, leak);
    return leak;
}

/// What a stretch of calibration documents shares with the evaluation text.
struct Found {
    std::vector<Leak> leaks;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places; ///< evaluation document and place, each once
};

} // namespace

void LeakOptions::validate() const {
    if (ngram < 2 || ngram > 1000)
        throw Error(ErrorKind::Input, "n-gram", fmt::format("{} is out of range", ngram), "choose 2 to 1000");
}

LeakReport findLeaks(std::span<const TokenSpan> calibration, std::span<const TokenSpan> evaluation,
                     const LeakOptions& options, JobContext& job) {
    options.validate();
    const auto n = static_cast<std::uint32_t>(options.ngram);
    job.beginStage("find leaks", 1);
    const NgramIndex index(evaluation, n, job);
    const auto count = static_cast<Index>(calibration.size());
    std::vector<Found> found(static_cast<std::size_t>((count + kDocumentsPerTask - 1) / kDocumentsPerTask));
    parallelFor(std::ssize(found), [&](Index task) {
        Found& mine = found[static_cast<std::size_t>(task)];
        for (Index i = task * kDocumentsPerTask; i < std::min(count, (task + 1) * kDocumentsPerTask); ++i) {
            job.throwIfCancelled();
            const auto document = static_cast<std::uint32_t>(i);
            const TokenSpan tokens = calibration[document];
            std::vector<Match> matches;
            forEachNgram(tokens, n, [&](std::uint64_t hash, std::uint32_t at) {
                for (const auto& place : index.find(hash))
                    if (std::ranges::equal(tokens.subspan(at, n), evaluation[place.document].subspan(place.at, n)))
                        matches.push_back({place.document, place.at, at});
            });
            std::ranges::sort(matches);
            for (std::size_t first = 0, end = 0; first < matches.size(); first = end) {
                while (end < matches.size() && matches[end].evaluation == matches[first].evaluation)
                    mine.places.emplace_back(matches[end].evaluation, matches[end].inEvaluation), ++end;
                mine.leaks.push_back(summarise(std::span(matches).subspan(first, end - first), document,
                                               evaluation[matches[first].evaluation], n));
            }
        }
        std::ranges::sort(mine.places);
        mine.places.erase(std::ranges::unique(mine.places).begin(), mine.places.end());
    });

    LeakReport report;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
    for (const Found& part : found) {
        report.leaks.insert(report.leaks.end(), part.leaks.begin(), part.leaks.end());
        places.insert(places.end(), part.places.begin(), part.places.end());
    }
    std::uint32_t last = 0;
    for (const Leak& leak : report.leaks) { // still in order of calibration document
        report.calibrationDocuments += report.calibrationDocuments == 0 || leak.calibration != last ? 1 : 0;
        last = leak.calibration;
    }
    std::ranges::sort(report.leaks, {}, [](const Leak& leak) { return std::pair(leak.evaluation, leak.calibration); });
    std::ranges::sort(places);
    places.erase(std::ranges::unique(places).begin(), places.end());
    std::uint64_t shared = 0, all = 0;
    for (std::size_t first = 0, end = 0; first < places.size(); first = end) {
        std::vector<std::uint64_t> ofDocument;
        for (; end < places.size() && places[end].first == places[first].first; ++end)
            ofDocument.push_back(places[end].second);
        shared += coveredTokens(ofDocument, n);
        ++report.evaluationDocuments;
    }
    for (const TokenSpan& document : evaluation)
        all += document.size();
    report.share = all > 0 ? static_cast<double>(shared) / static_cast<double>(all) : 0.0;
    job.advance();
    return report;
}

} // namespace vernier
