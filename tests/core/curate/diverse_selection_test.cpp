#include "core/curate/diverse_selection.h"

#include "core/base/error.h"
#include "core/curate/principal_map.h"
#include "core/curate/row_geometry.h"
#include "core/curate/selection_quality.h"
#include "core/tensor/parallel.h"
#include "tests/support/random_matrix.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

/// Rows around a few centres, the c-th of them with 2^c rows per round.
Matrix clustered(Index rows, Index size, int clusters, unsigned seed) {
    const Matrix centres = test::randomMatrix(clusters, size, seed + 1);
    Matrix all = test::randomMatrix(rows, size, seed, 0.0f, 0.1f);
    for (Index row = 0; row < rows; ++row)
        for (Index i = 0; i < size; ++i)
            all(row, i) += centres(row % clusters, i);
    return all;
}

double cosine(const Matrix& rows, Index a, Index b) {
    double sum = 0;
    for (Index i = 0; i < rows.cols(); ++i)
        sum += double{rows(a, i)} * double{rows(b, i)};
    return sum;
}

/// What facility location maximises, over all rows.
double facilityValue(const Matrix& rows, const std::vector<std::uint32_t>& chosen) {
    double value = 0;
    for (Index i = 0; i < rows.rows(); ++i) {
        double nearest = 0;
        for (const std::uint32_t s : chosen)
            nearest = std::max(nearest, cosine(rows, i, s));
        value += nearest;
    }
    return value;
}

std::vector<std::uint32_t> slowFacilityLocation(const Matrix& rows, std::size_t count) {
    std::vector<std::uint32_t> chosen;
    while (chosen.size() < count) {
        double best = -1;
        std::uint32_t winner = 0;
        for (std::uint32_t j = 0; j < rows.rows(); ++j) {
            if (std::ranges::count(chosen, j))
                continue;
            auto with = chosen;
            with.push_back(j);
            if (const double value = facilityValue(rows, with); value > best + 1e-6)
                best = value, winner = j;
        }
        chosen.push_back(winner);
    }
    return chosen;
}

TEST(RowGeometry, CentresAndScalesToLengthOne) {
    const Matrix rows = test::randomMatrix(50, 20, 3, 5.0f, 1.0f);
    const Matrix unit = centredUnitRows(rows.view());
    for (Index i = 0; i < 50; ++i)
        EXPECT_NEAR(cosine(unit, i, i), 1.0, 1e-5);
    EXPECT_NEAR(dot(unit.view().row(1), unit.view().row(2), 20), cosine(unit, 1, 2), 1e-6);
    Matrix same(3, 4);
    std::fill_n(same.data(), 12, 0.1f);
    const Matrix none = centredUnitRows(same.view());
    for (const float value : none.values())
        EXPECT_EQ(value, 0.0f);
}

TEST(KCenter, StaysWithinTwiceTheBestRadiusAndIsNested) {
    const Matrix rows = centredUnitRows(clustered(300, 16, 6, 4).view());
    JobContext job;
    const auto six = selectKCenter(rows.view(), 6, 1, job);
    EXPECT_EQ(std::set(six.begin(), six.end()).size(), 6u);
    // One of each cluster: the noise is far less than what lies between centres.
    std::set<std::uint32_t> clusters;
    for (const std::uint32_t row : six)
        clusters.insert(row % 6);
    EXPECT_EQ(clusters.size(), 6u);
    const auto ten = selectKCenter(rows.view(), 10, 1, job);
    EXPECT_TRUE(std::equal(six.begin(), six.end(), ten.begin()));
    // Each new one was the farthest from those before.
    for (std::size_t k = 1; k < ten.size(); ++k) {
        const auto nearest = [&](Index row) {
            double best = -1;
            for (std::size_t i = 0; i < k; ++i)
                best = std::max(best, cosine(rows, row, ten[i]));
            return best;
        };
        for (Index row = 0; row < rows.rows(); ++row)
            EXPECT_GE(nearest(row), nearest(ten[k]) - 1e-5);
    }
}

TEST(FacilityLocation, ChoosesWhatTheSlowGreedyChooses) {
    const Matrix rows = centredUnitRows(test::randomMatrix(60, 8, 9).view());
    JobContext job;
    EXPECT_EQ(selectFacilityLocation(rows.view(), 8, 1, job), slowFacilityLocation(rows, 8));
}

TEST(FacilityLocation, FindsEveryClusterAndBeatsChance) {
    const Matrix rows = centredUnitRows(clustered(2100, 24, 7, 21).view());
    JobContext job;
    const auto chosen = selectFacilityLocation(rows.view(), 7, 1, job);
    std::set<std::uint32_t> clusters;
    for (const std::uint32_t row : chosen)
        clusters.insert(row % 7);
    EXPECT_EQ(clusters.size(), 7u);
    const auto many = selectFacilityLocation(rows.view(), 40, 1, job);
    EXPECT_TRUE(std::equal(chosen.begin(), chosen.end(), many.begin()));
    const auto random = selectRandom(2100, 40, 1);
    EXPECT_LT(distanceToNearest(rows.view(), many, job).mean, distanceToNearest(rows.view(), random, job).mean);
}

TEST(FacilityLocation, WeighsASampleOfMoreThanItCanCompare) {
    const Matrix rows = centredUnitRows(clustered(kMostFacilities + 2000, 4, 5, 2).view());
    JobContext job;
    const auto chosen = selectFacilityLocation(rows.view(), 5, 3, job);
    std::set<std::uint32_t> clusters;
    for (const std::uint32_t row : chosen)
        clusters.insert(row % 5);
    EXPECT_EQ(clusters.size(), 5u);
    EXPECT_EQ(chosen, selectFacilityLocation(rows.view(), 5, 3, job));
}

TEST(DiverseSelection, DoesNotDependOnThreadsAndEndsWithTheRows) {
    const Matrix rows = centredUnitRows(test::randomMatrix(1500, 32, 5).view());
    JobContext job;
    const int threads = computeThreads();
    const auto center = selectKCenter(rows.view(), 64, 5, job),
               facility = selectFacilityLocation(rows.view(), 64, 5, job);
    omp_set_num_threads(1);
    EXPECT_EQ(selectKCenter(rows.view(), 64, 5, job), center);
    EXPECT_EQ(selectFacilityLocation(rows.view(), 64, 5, job), facility);
    omp_set_num_threads(threads);
    const Matrix few = centredUnitRows(test::randomMatrix(3, 8, 5).view());
    for (const auto& chosen :
         {selectKCenter(few.view(), 9, 1, job), selectFacilityLocation(few.view(), 9, 1, job), selectRandom(3, 9, 1)})
        EXPECT_EQ(std::set(chosen.begin(), chosen.end()).size(), 3u);
    EXPECT_TRUE(selectKCenter(Matrix(0, 8).view(), 4, 1, job).empty());
    EXPECT_TRUE(selectFacilityLocation(few.view(), 0, 1, job).empty());
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {}, {});
    EXPECT_THROW(selectFacilityLocation(rows.view(), 4, 1, stopped), Error);
}

TEST(RandomSelection, IsSeededAndFair) {
    EXPECT_EQ(selectRandom(1000, 50, 7), selectRandom(1000, 50, 7));
    EXPECT_NE(selectRandom(1000, 50, 7), selectRandom(1000, 50, 8));
    std::vector<int> drawn(10);
    for (std::uint64_t seed = 0; seed < 2000; ++seed)
        for (const std::uint32_t row : selectRandom(10, 3, seed))
            ++drawn[row];
    for (const int times : drawn)
        EXPECT_NEAR(times, 600, 100);
}

TEST(SelectionQuality, MeasuresDistances) {
    const Matrix rows = centredUnitRows(test::randomMatrix(700, 12, 8).view());
    const std::vector<std::uint32_t> chosen = {3, 99, 640};
    const auto distance = distanceToNearest(rows.view(), chosen, JobContext());
    double mean = 0, most = 0;
    for (Index i = 0; i < 700; ++i) {
        double nearest = -1;
        for (const std::uint32_t s : chosen)
            nearest = std::max(nearest, cosine(rows, i, s));
        mean += (1 - nearest) / 700;
        most = std::max(most, 1 - nearest);
    }
    EXPECT_NEAR(distance.mean, mean, 1e-5);
    EXPECT_NEAR(distance.max, most, 1e-5);
    EXPECT_EQ(distanceToNearest(rows.view(), {}, JobContext()).mean, 0);
}

TEST(PrincipalMap, FindsThePlaneOfLargestVariance) {
    // Along two known directions with deviations 5 and 2, noise of 0.1 elsewhere.
    const Matrix noise = test::randomMatrix(3000, 6, 1, 0.0f, 0.1f), plane = test::randomMatrix(3000, 2, 2);
    Matrix rows = noise.clone();
    for (Index i = 0; i < 3000; ++i) {
        rows(i, 1) += 5 * plane(i, 0) + 40;
        rows(i, 4) -= 2 * plane(i, 1);
    }
    JobContext job;
    const PrincipalMap map = principalMap(rows.view(), job);
    double meanX = 0;
    for (Index i = 0; i < 3000; ++i)
        meanX += double{map.x[static_cast<std::size_t>(i)]} / 3000;
    EXPECT_NEAR(meanX, 0, 1e-2);
    for (Index i = 0; i < 3000; i += 100) {
        EXPECT_NEAR(map.x[static_cast<std::size_t>(i)], 5 * plane(i, 0), 0.7);
        EXPECT_NEAR(map.y[static_cast<std::size_t>(i)], -2 * plane(i, 1), 0.7); // its largest entry is made positive
    }
    EXPECT_NEAR(map.explained[0], 25 / 29.04, 0.02);
    EXPECT_NEAR(map.explained[1], 4 / 29.04, 0.02);
    EXPECT_TRUE(principalMap(Matrix(0, 4).view(), job).x.empty());
    EXPECT_EQ(principalMap(rows.view().colRange(1, 1), job).y[5], 0.0f);
}

} // namespace
} // namespace vernier
