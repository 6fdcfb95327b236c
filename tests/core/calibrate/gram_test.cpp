#include "core/base/error.h"
#include "core/calibrate/gram.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <cstring>
#include <filesystem>
#include <utility>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using test::randomMatrix;

TEST(Gram, SumsOuterProductsSymmetrically) {
    const Matrix x = randomMatrix(50, 9, 1);
    Gram gram(9);
    gram.observe(x.view());
    EXPECT_EQ(gram.tokens(), 50u);
    for (Index i = 0; i < 9; ++i)
        for (Index j = 0; j < 9; ++j) {
            double sum = 0;
            for (Index t = 0; t < 50; ++t)
                sum += double{x(t, i)} * x(t, j);
            EXPECT_NEAR(gram.sum()(i, j), sum, 1e-4);
            EXPECT_EQ(gram.sum()(i, j), gram.sum()(j, i));
        }
}

TEST(Gram, IsSymmetricWheneverItIsRead) {
    const Matrix x = randomMatrix(30, 150, 4);
    Gram gram(150), all(150);
    gram.observe(x.view());
    EXPECT_EQ(gram.sum()(3, 140), gram.sum()(140, 3));
    gram.observe(x.view());
    all.merge(gram); // of one whose upper triangle nobody has read yet
    for (const Gram* read : {&gram, &all})
        for (Index i = 0; i < 150; ++i)
            for (Index j = 0; j < i; ++j)
                ASSERT_EQ(read->sum()(i, j), read->sum()(j, i)) << i << ',' << j;
    const Gram moved = std::move(gram);
    EXPECT_EQ(moved.sum()(3, 140), all.sum()(3, 140));
}

TEST(Gram, MergingEqualsObservingEverything) {
    const Matrix x = randomMatrix(64, 20, 2);
    Gram all(20), first(20), second(20);
    all.observe(x.view());
    first.observe(x.view().rowRange(0, 30));
    second.observe(x.view().rowRange(30, 34));
    first.merge(second);
    EXPECT_EQ(first.tokens(), all.tokens());
    for (Index i = 0; i < 20; ++i)
        for (Index j = 0; j < 20; ++j)
            EXPECT_NEAR(first.sum()(i, j), all.sum()(i, j), 1e-4);
    EXPECT_THROW(first.merge(Gram(3)), Error);
}

TEST(Gram, InAFileIsTheSameToTheLastBit) {
    const test::TemporaryFolder folder;
    const Matrix x = test::randomMatrix(700, 301, 5), more = test::randomMatrix(130, 301, 6);
    Gram memory(301), file(301, folder.path());
    for (Gram* gram : {&memory, &file}) {
        gram->observe(x.view());
        gram->observe(more.view());
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())); // it has no name
    EXPECT_EQ(file.in(), 301);
    EXPECT_EQ(file.tokens(), 830u);
    const auto a = memory.sum(), b = file.sum();
    EXPECT_EQ(std::memcmp(a.data, b.data, sizeof(float) * 301 * 301), 0);
    file.merge(memory);
    EXPECT_EQ(file.sum()(3, 7), 2 * a(3, 7));
    const Gram moved = std::move(file);
    EXPECT_EQ(moved.sum()(7, 3), 2 * a(7, 3));
    EXPECT_THROW(Gram(8, folder / "absent"), Error);
}

} // namespace
} // namespace vernier
