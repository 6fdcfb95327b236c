#include "core/curate/duplicates.h"

#include "core/base/error.h"
#include "core/curate/hashing.h"
#include "core/curate/minhash.h"
#include "core/curate/union_find.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr Index kDocumentsPerTask = 64;
// Members of a bucket that a document is compared with. Larger buckets hold boilerplate; a duplicate has other bands.
constexpr std::size_t kMostCompared = 4096;
// An estimate this far below the threshold is more than three standard deviations away: the sets are not compared.
constexpr double kEstimateMargin = 0.13;

/// The signatures of all documents, row by row.
struct Signatures {
    std::size_t width = 0;
    std::vector<std::uint32_t> entries;

    std::span<std::uint32_t> of(std::size_t document) { return {entries.data() + document * width, width}; }
    std::span<const std::uint32_t> of(std::size_t document) const { return {entries.data() + document * width, width}; }
};

Signatures signAll(std::span<const TokenSpan> documents, const DuplicateOptions& options, JobContext& job) {
    const MinHasher hasher(options.permutations, mixBits(options.seed));
    Signatures signatures{static_cast<std::size_t>(options.permutations), {}};
    signatures.entries.resize(documents.size() * signatures.width);
    const auto count = static_cast<Index>(documents.size());
    parallelFor((count + kDocumentsPerTask - 1) / kDocumentsPerTask, [&](Index task) {
        for (Index i = task * kDocumentsPerTask; i < std::min(count, (task + 1) * kDocumentsPerTask); ++i) {
            job.throwIfCancelled();
            const auto document = static_cast<std::size_t>(i);
            hasher.sign(shingleSet(documents[document], options.shingleTokens, options.seed), signatures.of(document));
        }
    });
    return signatures;
}

/// A document and what one band of its signature hashes to.
struct Banded {
    std::uint64_t hash;
    std::uint32_t document;
    auto operator<=>(const Banded&) const = default;
};

/// Documents that share a band, in rising order.
using Bucket = std::span<const Banded>;

std::vector<Banded> bandHashes(std::span<const TokenSpan> documents, const Signatures& signatures,
                               const Banding& banding, int band) {
    std::vector<Banded> hashes;
    hashes.reserve(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (documents[i].empty())
            continue;
        std::uint64_t hash = 0;
        const auto rows = static_cast<std::size_t>(banding.rows);
        for (const std::uint32_t entry : signatures.of(i).subspan(static_cast<std::size_t>(band) * rows, rows))
            hash = mixBits(hash ^ entry) + 1;
        hashes.push_back({hash, static_cast<std::uint32_t>(i)});
    }
    std::ranges::sort(hashes);
    return hashes;
}

std::vector<Bucket> bucketsOf(const std::vector<Banded>& hashes) {
    std::vector<Bucket> buckets;
    for (std::size_t first = 0, end = 0; first < hashes.size(); first = end) {
        while (end < hashes.size() && hashes[end].hash == hashes[first].hash)
            ++end;
        if (end - first > 1)
            buckets.push_back(Bucket(hashes).subspan(first, end - first));
    }
    return buckets;
}

/// Compares the documents of a bucket that known does not join already.
class BucketSearch {
public:
    BucketSearch(std::span<const TokenSpan> documents, const Signatures& signatures, const DuplicateOptions& options,
                 const JobContext& job)
        : m_documents(documents), m_signatures(signatures), m_options(options), m_job(job) {}

    std::vector<DuplicateLink> search(Bucket bucket, const std::vector<std::uint32_t>& known) const {
        std::vector<DuplicateLink> links;
        UnionFind groups(bucket.size());
        std::unordered_map<std::uint32_t, std::uint32_t> firstOfCluster;
        for (std::uint32_t i = 0; i < bucket.size(); ++i)
            groups.unite(i, firstOfCluster.try_emplace(known[bucket[i].document], i).first->second);
        for (std::uint32_t i = 1; i < bucket.size(); ++i) {
            m_job.throwIfCancelled();
            compareWithEarlier(bucket, i, groups, links);
        }
        return links;
    }

private:
    void compareWithEarlier(Bucket bucket, std::uint32_t i, UnionFind& groups,
                            std::vector<DuplicateLink>& links) const {
        const std::uint32_t mine = bucket[i].document;
        std::vector<std::uint64_t> shingles;
        for (std::uint32_t other = 0; other < std::min<std::size_t>(i, kMostCompared); ++other) {
            const std::uint32_t theirs = bucket[other].document;
            if (groups.find(other) == groups.find(i) ||
                estimatedJaccard(m_signatures.of(mine), m_signatures.of(theirs)) <
                    m_options.threshold - kEstimateMargin)
                continue;
            if (shingles.empty())
                shingles = shinglesOf(mine);
            const double similarity = jaccard(shingles, shinglesOf(theirs));
            if (similarity >= m_options.threshold) {
                groups.unite(i, other);
                links.push_back({theirs, mine, similarity});
            }
        }
    }

    std::vector<std::uint64_t> shinglesOf(std::uint32_t document) const {
        return shingleSet(m_documents[document], m_options.shingleTokens, m_options.seed);
    }

    std::span<const TokenSpan> m_documents;
    const Signatures& m_signatures;
    const DuplicateOptions& m_options;
    const JobContext& m_job;
};

std::vector<std::uint32_t> clustersNow(UnionFind& groups, std::size_t count) {
    std::vector<std::uint32_t> clusters(count);
    for (std::size_t i = 0; i < count; ++i)
        clusters[i] = groups.find(static_cast<std::uint32_t>(i));
    return clusters;
}

} // namespace

void DuplicateOptions::validate() const {
    const auto refuse = [](const char* field, std::string range) {
        throw Error(ErrorKind::Input, field, "is out of range", "choose " + std::move(range));
    };
    if (shingleTokens < 1 || shingleTokens > 100)
        refuse("shingle tokens", "1 to 100");
    if (permutations < 16 || permutations > 1024)
        refuse("permutations", "16 to 1024");
    if (!(threshold >= 0.1 && threshold <= 1))
        refuse("threshold", "0.1 to 1");
}

std::size_t DuplicateClusters::redundant() const {
    return links.size();
}

std::size_t DuplicateClusters::clusters() const {
    std::vector<std::uint32_t> firsts;
    for (const DuplicateLink& link : links)
        firsts.push_back(representative[link.first]);
    std::ranges::sort(firsts);
    return static_cast<std::size_t>(std::ranges::unique(firsts).begin() - firsts.begin());
}

DuplicateClusters exactDuplicates(std::span<const std::string_view> hashes) {
    DuplicateClusters result;
    std::unordered_map<std::string_view, std::uint32_t> firsts;
    for (std::uint32_t i = 0; i < hashes.size(); ++i) {
        const std::uint32_t first = firsts.try_emplace(hashes[i], i).first->second;
        result.representative.push_back(first);
        if (first != i)
            result.links.push_back({first, i, 1.0});
    }
    std::ranges::stable_sort(result.links, {}, &DuplicateLink::first);
    return result;
}

DuplicateClusters nearDuplicates(std::span<const TokenSpan> documents, const DuplicateOptions& options,
                                 JobContext& job) {
    options.validate();
    const Banding banding = chooseBanding(options.permutations, options.threshold);
    job.beginStage("find duplicates", static_cast<std::uint64_t>(banding.bands) + 1);
    const Signatures signatures = signAll(documents, options, job);
    job.advance();
    const BucketSearch search(documents, signatures, options, job);
    DuplicateClusters result;
    UnionFind groups(documents.size());
    for (int band = 0; band < banding.bands; ++band) {
        job.throwIfCancelled();
        const std::vector<Banded> hashes = bandHashes(documents, signatures, banding, band);
        const std::vector<Bucket> buckets = bucketsOf(hashes);
        // Every bucket starts from what earlier bands knew, whatever the threads are doing.
        const std::vector<std::uint32_t> known = clustersNow(groups, documents.size());
        std::vector<std::vector<DuplicateLink>> found(buckets.size());
        parallelFor(static_cast<Index>(buckets.size()), [&](Index i) {
            const auto at = static_cast<std::size_t>(i);
            found[at] = search.search(buckets[at], known);
        });
        for (const auto& links : found)
            for (const DuplicateLink& link : links)
                if (groups.unite(link.first, link.second))
                    result.links.push_back(link);
        job.advance();
    }
    result.representative = clustersNow(groups, documents.size());
    std::ranges::sort(result.links, [](const DuplicateLink& a, const DuplicateLink& b) {
        return std::pair(a.first, a.second) < std::pair(b.first, b.second);
    });
    return result;
}

} // namespace vernier
