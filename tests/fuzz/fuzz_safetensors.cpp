#include "tests/fuzz/fuzz_targets.h"

#include "core/model/safetensors.h"
#include "tests/support/test_files.h"

namespace vernier::fuzz {

void safetensors(std::string_view bytes) {
    static const test::TemporaryFolder folder;
    const auto path = folder / "input.safetensors";
    test::put(path, bytes);
    toleratingErrors([&] {
        const SafetensorsFile file(path);
        const auto all = file.bytes();
        for (const auto& [name, tensor] : file.tensors()) {
            std::size_t size = bytesPerElement(tensor.type);
            for (const std::int64_t extent : tensor.shape) {
                require(extent >= 0, "extents are not negative");
                size *= static_cast<std::size_t>(extent);
            }
            require(tensor.bytes.size() == size, "the data of a tensor fits its shape");
            require(tensor.name == name && !tensor.text().empty(), "tensors know their name");
            require(tensor.bytes.empty() || (tensor.bytes.data() >= all.data() &&
                                             tensor.bytes.data() + tensor.bytes.size() <= all.data() + all.size()),
                    "the data of a tensor lies inside the file");
        }
    });
}

} // namespace vernier::fuzz
