#include "core/curate/token_coverage.h"

#include "core/base/error.h"

#include <algorithm>
#include <queue>

#include <fmt/format.h>

namespace vernier {

namespace {

/// Goes over the distinct ids of one document at a time.
class DistinctIds {
public:
    explicit DistinctIds(std::size_t vocabulary) : m_seen(vocabulary) {}

    template <class Body>
    void forEach(TokenSpan document, Body&& body) {
        ++m_round;
        for (const std::int32_t token : document) {
            const auto id = static_cast<std::size_t>(token);
            if (token < 0 || id >= m_seen.size())
                throw Error(ErrorKind::Input, "coverage",
                            fmt::format("token id {} is outside the vocabulary of {}", token, m_seen.size()));
            if (m_seen[id] != m_round) {
                m_seen[id] = m_round;
                body(id);
            }
        }
    }

private:
    std::vector<std::uint64_t> m_seen; ///< round in which the id was last seen
    std::uint64_t m_round = 0;
};

/// A document with its gain when age documents had been chosen; gains only fall.
struct Candidate {
    std::size_t gain;
    std::uint32_t document;
    std::size_t age;
    bool operator<(const Candidate& other) const {
        return gain != other.gain ? gain < other.gain : document > other.document;
    }
};

} // namespace

std::vector<std::uint32_t> selectTokenCoverage(std::span<const TokenSpan> documents, std::size_t vocabulary,
                                               std::size_t count, JobContext& job) {
    count = std::min(count, documents.size());
    job.beginStage("select", count);
    DistinctIds distinct(vocabulary);
    std::vector<bool> covered(vocabulary);
    const auto gainOf = [&](std::uint32_t document) {
        std::size_t gain = 0;
        distinct.forEach(documents[document], [&](std::size_t id) { gain += covered[id] ? 0 : 1; });
        return gain;
    };
    std::priority_queue<Candidate> queue;
    for (std::uint32_t i = 0; i < documents.size(); ++i) {
        job.throwIfCancelled();
        queue.push({gainOf(i), i, 0});
    }
    std::vector<std::uint32_t> chosen;
    while (chosen.size() < count) {
        job.throwIfCancelled();
        const Candidate best = queue.top();
        queue.pop();
        // A gain of nothing cannot fall, so nothing is computed again once all is covered.
        if (best.age != chosen.size() && best.gain > 0) {
            queue.push({gainOf(best.document), best.document, chosen.size()});
            continue;
        }
        chosen.push_back(best.document);
        distinct.forEach(documents[best.document], [&](std::size_t id) { covered[id] = true; });
        job.advance();
    }
    return chosen;
}

std::vector<float> coverageGains(std::span<const TokenSpan> documents, std::size_t vocabulary,
                                 std::span<const std::uint32_t> chosen) {
    DistinctIds distinct(vocabulary);
    std::vector<std::uint32_t> holders(vocabulary); // chosen documents that contain the id
    std::vector<bool> isChosen(documents.size());
    for (const std::uint32_t document : chosen) {
        if (isChosen[document])
            continue;
        isChosen[document] = true;
        distinct.forEach(documents[document], [&](std::size_t id) { ++holders[id]; });
    }
    std::vector<float> gains(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const std::uint32_t own = isChosen[i] ? 1 : 0;
        std::size_t gain = 0;
        distinct.forEach(documents[i], [&](std::size_t id) { gain += holders[id] == own ? 1 : 0; });
        gains[i] = static_cast<float>(gain);
    }
    return gains;
}

std::vector<std::uint32_t> coverageCurve(std::span<const TokenSpan> documents, std::size_t vocabulary,
                                         std::span<const std::uint32_t> chosen) {
    DistinctIds distinct(vocabulary);
    std::vector<bool> covered(vocabulary);
    std::vector<std::uint32_t> curve{0};
    for (const std::uint32_t document : chosen) {
        std::uint32_t count = curve.back();
        distinct.forEach(documents[document], [&](std::size_t id) {
            count += covered[id] ? 0 : 1;
            covered[id] = true;
        });
        curve.push_back(count);
    }
    return curve;
}

std::size_t coveredVocabulary(std::span<const TokenSpan> documents, std::size_t vocabulary,
                              std::span<const std::uint32_t> chosen) {
    return coverageCurve(documents, vocabulary, chosen).back();
}

} // namespace vernier
