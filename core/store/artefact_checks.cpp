#include "core/store/artefact_checks.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier::artefact {

namespace {

constexpr int kMostBlocks = 1 << 16;

} // namespace

void refuse(const H5File& file, const std::string& dataset, std::string problem) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}", file.path().string(), dataset), std::move(problem));
}

void requireCount(const H5File& file, const std::string& dataset, std::size_t count, std::size_t wanted) {
    if (count != wanted)
        refuse(file, dataset, fmt::format("has {} values instead of {}", count, wanted));
}

void requireKind(const H5File& file, const char* kind) {
    if (const std::string found = file.readAttribute(kKind); found != kind)
        refuse(file, kKind, fmt::format("is {} instead of {}", found, kind));
}

int readBlockIndex(const H5File& file) {
    const std::vector<std::int32_t> blocks = file.readInt32("block");
    requireSize(file, "block", blocks, 1);
    if (blocks.front() < 0 || blocks.front() > kMostBlocks)
        refuse(file, "block", fmt::format("{} is no block", blocks.front()));
    return blocks.front();
}

} // namespace vernier::artefact
