#pragma once

#include "core/model/block.h"
#include "core/model/head.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier::test {

/// Logits [ids, vocabulary] of one sequence.
inline Matrix logitsOf(const Model& model, const std::vector<std::int32_t>& ids) {
    Matrix hidden(std::ssize(ids), model.spec.hiddenSize);
    model.embed(ids, std::ssize(ids), hidden.view());
    for (int block = 0; block < model.spec.blocks; ++block)
        Block(model, block).forward(hidden.view(), std::ssize(ids), JobContext());
    Matrix logits(hidden.rows(), model.spec.vocabularySize);
    Head(model).logits(hidden.view(), logits.view());
    return logits;
}

/// Expects the first logits of a position to be those of a reference.
inline void expectLogits(const Matrix& logits, Index position, const nlohmann::json& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(logits(position, static_cast<Index>(i)), expected[i].get<double>(), 1e-4)
            << "position " << position << ", token " << i;
}

} // namespace vernier::test
