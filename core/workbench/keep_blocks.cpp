#include "core/workbench/keep_blocks.h"

#include "core/store/artefacts.h"

#include <nlohmann/json.hpp>

namespace vernier {

void BlockKeeper::attach(PassHooks& hooks) {
    hooks.known = [this](int block) {
        const Statistics known = load(block);
        if (known && onBlock)
            onBlock(known);
        return known != nullptr;
    };
    hooks.onBlock = [this](BlockStatistics statistics) {
        const auto shared = std::make_shared<const BlockStatistics>(std::move(statistics));
        bench.cache.save(
            inputs(shared->block), [&](H5File& file) { writeBlockStatistics(file, *shared); }, job);
        ++computed;
        if (onBlock)
            onBlock(shared);
    };
}

} // namespace vernier
