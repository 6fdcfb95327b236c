#include "tests/fuzz/fuzz_targets.h"

#include "core/export/export_folder.h"
#include "core/export/gguf/gguf_file.h"
#include "core/export/gguf/unpack_gguf.h"
#include "tests/support/test_files.h"

namespace vernier::fuzz {

void gguf(std::string_view bytes) {
    static const test::TemporaryFolder folder;
    const auto path = folder / "input.gguf";
    test::put(path, bytes);
    toleratingErrors([&] {
        const GgufFile file(path);
        for (const GgufFile::Tensor& tensor : file.tensors()) {
            require(tensor.offset <= bytes.size() && tensor.bytes <= bytes.size() - tensor.offset,
                    "the data of a tensor lies inside the file");
            require(file.find(tensor.name) != nullptr, "tensors are found by their name");
            toleratingErrors([&] {
                require(static_cast<std::int64_t>(file.read(tensor).size()) == tensor.elements(),
                        "a tensor has as many values as its shape says");
            });
        }
        JobContext job;
        const ExportFolder unpacked(folder / "model", false);
        unpackGguf(path, unpacked, job);
    });
}

} // namespace vernier::fuzz
