#include "core/store/h5_file.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::caughtError;
using testing::HasSubstr;

// foreign_layouts.py makes these files.
const std::filesystem::path kFolder = VERNIER_STORE_TESTS;

TEST(H5Foreign, LayoutsThatVernierNeverWritesAreRefused) {
    const H5File file = H5File::openRead(kFolder / "foreign_layouts.h5");
    EXPECT_THAT(file.readFloats("good"), testing::ElementsAre(1.0f, 2.0f));
    const std::pair<const char*, const char*> cases[] = {{"contiguous", "is not stored in chunks with checksums"},
                                                         {"unchecked", "is not stored in chunks with checksums"},
                                                         {"foreign_filter", "is not stored in chunks with checksums"},
                                                         {"wide_chunk", "is not stored in chunks with checksums"},
                                                         {"soft_link", "is missing"},
                                                         {"outside", "is missing"},
                                                         {"huge", "claims 4398046511104 bytes of which"},
                                                         {"never_written", "claims 4000 bytes of which 0 are stored"},
                                                         {"scalar", "is not an array"},
                                                         {"big_endian", "holds values of another type"}};
    for (const auto& [dataset, problem] : cases) {
        const auto error = caughtError([&] { file.readFloats(dataset); });
        ASSERT_TRUE(error) << dataset;
        EXPECT_EQ(error->kind(), ErrorKind::Input);
        EXPECT_THAT(error->what(), HasSubstr(std::string("foreign_layouts.h5: ") + dataset + ": " + problem));
    }
    EXPECT_FALSE(file.has("outside"));
    for (const char* attribute : {"variable", "number"})
        EXPECT_THAT(caughtError([&] { file.readAttribute(attribute); })->what(),
                    HasSubstr("is not an attribute of one text"));
}

TEST(H5Foreign, FilesWithoutChecksummedMetadataAreNotOpened) {
    const auto error = caughtError([] { H5File::openRead(kFolder / "foreign_version.h5"); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Input);
    EXPECT_THAT(error->what(), HasSubstr("is an HDF5 file of a kind that Vernier does not write"));
}

} // namespace
} // namespace vernier
