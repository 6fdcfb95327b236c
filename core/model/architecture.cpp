#include "core/model/architecture.h"

#include <charconv>
#include <fmt/format.h>

namespace vernier {

namespace {

/// The linears that turn an input into the feed-forward layer's hidden values: gate and up, both in one, or up alone.
InputGroup feedForwardGroup(const ArchitectureSpec& spec, const std::string& prefix,
                            const std::vector<std::string>& names, Index intermediate) {
    const auto count = static_cast<Index>(names.size());
    const Index out = (spec.gated ? 2 : 1) * intermediate / count;
    InputGroup group;
    for (const std::string& name : names)
        group.linears.push_back({prefix + name, out, spec.hiddenSize, spec.feedForwardBias, spec.transposed});
    return group;
}

void addNorm(std::vector<TensorSpec>& tensors, const ArchitectureSpec& spec, const std::string& prefix,
             const std::string& name, Index size) {
    if (name.empty())
        return;
    tensors.push_back({prefix + name + ".weight", {size}});
    if (spec.norm == NormKind::Layer)
        tensors.push_back({prefix + name + ".bias", {size}});
}

} // namespace

Index InputGroup::out() const {
    Index sum = 0;
    for (const LinearSpec& linear : linears)
        sum += linear.out;
    return sum;
}

const RotarySpec* ArchitectureSpec::rotaryOf(int block) const {
    const int index = blockSpec(block).rotary;
    return index < 0 ? nullptr : &rotary.at(static_cast<std::size_t>(index));
}

std::vector<InputGroup> ArchitectureSpec::inputGroups(int block) const {
    const Index queries = heads * headSize, cached = keyValueHeads * headSize;
    std::vector<InputGroup> groups(2);
    if (names.queryKeyValue.size() == 1)
        groups[0].linears = {{names.queryKeyValue[0], queries + 2 * cached, hiddenSize, queryKeyValueBias, transposed}};
    else
        for (std::size_t i = 0; i < names.queryKeyValue.size(); ++i)
            groups[0].linears.push_back(
                {names.queryKeyValue[i], i == 0 ? queries : cached, hiddenSize, queryKeyValueBias, transposed});
    groups[1].linears = {{names.attentionOutput, hiddenSize, queries, attentionOutputBias, transposed}};
    if (!blockSpec(block).sparse) {
        groups.push_back(feedForwardGroup(*this, "", names.feedForwardInput, intermediateSize));
        groups.push_back({{{names.feedForwardOutput, hiddenSize, intermediateSize, feedForwardBias, transposed}}});
        return groups;
    }
    for (int expert = 0; expert < mixture.experts; ++expert) {
        const std::string prefix = fmt::format("{}.{}.", names.experts, expert);
        groups.push_back(feedForwardGroup(*this, prefix, names.expertInput, mixture.intermediateSize));
        groups.push_back({{{prefix + names.expertOutput, hiddenSize, mixture.intermediateSize, feedForwardBias}}});
        groups[groups.size() - 1].expert = groups[groups.size() - 2].expert = expert;
    }
    return groups;
}

std::vector<TapSpec> ArchitectureSpec::taps(int block) const {
    const auto groups = inputGroups(block);
    std::vector<TapSpec> taps;
    for (int g = 0; g < std::ssize(groups); ++g) {
        const InputGroup& group = groups[static_cast<std::size_t>(g)];
        taps.push_back({TapKind::LinearInput, linearName(block, group.linears.front().name) + ":input", group.in(), g,
                        group.expert});
    }
    for (int g = 0; g < std::ssize(groups); ++g)
        for (const LinearSpec& linear : groups[static_cast<std::size_t>(g)].linears)
            taps.push_back({TapKind::LinearOutput, linearName(block, linear.name) + ":output", linear.out, g,
                            groups[static_cast<std::size_t>(g)].expert});
    const Index cached = keyValueHeads * headSize;
    taps.push_back({TapKind::Key, linearName(block, names.attention) + ":key", cached});
    taps.push_back({TapKind::Value, linearName(block, names.attention) + ":value", cached});
    taps.push_back({TapKind::Residual, blockPrefix(block) + ":residual", hiddenSize});
    return taps;
}

TapSpec ArchitectureSpec::logitsTap() const {
    return {TapKind::Logits, names.head + ":output", vocabularySize};
}

std::vector<TensorSpec> ArchitectureSpec::blockTensors(int block) const {
    const std::string prefix = blockPrefix(block) + ".";
    std::vector<TensorSpec> tensors;
    for (const std::string& normName :
         {names.attentionNorm, names.afterAttentionNorm, names.feedForwardNorm, names.afterFeedForwardNorm})
        addNorm(tensors, *this, prefix, normName, hiddenSize);
    for (const std::string& normName : {names.queryNorm, names.keyNorm})
        addNorm(tensors, *this, prefix, normName, headSize);
    if (blockSpec(block).sparse)
        tensors.push_back({prefix + names.router + ".weight", {mixture.experts, hiddenSize}});
    for (const InputGroup& group : inputGroups(block))
        for (const LinearSpec& linear : group.linears) {
            const std::string name = prefix + linear.name;
            if (linear.transposed)
                tensors.push_back({name + ".weight", {linear.in, linear.out}});
            else
                tensors.push_back({name + ".weight", {linear.out, linear.in}});
            if (linear.bias)
                tensors.push_back({name + ".bias", {linear.out}});
        }
    return tensors;
}

std::vector<TensorSpec> ArchitectureSpec::outerTensors() const {
    std::vector<TensorSpec> tensors;
    tensors.push_back({names.embedding + ".weight", {vocabularySize, hiddenSize}});
    if (!names.positions.empty())
        tensors.push_back({names.positions + ".weight", {maxPositions + positionOffset, hiddenSize}});
    addNorm(tensors, *this, "", names.finalNorm, hiddenSize);
    if (!tiedHead)
        tensors.push_back({names.head + ".weight", {vocabularySize, hiddenSize}});
    return tensors;
}

std::string ArchitectureSpec::blockPrefix(int block) const {
    return fmt::format("{}.{}", names.blocks, block);
}

std::string ArchitectureSpec::linearName(int block, std::string_view linear) const {
    return fmt::format("{}.{}.{}", names.blocks, block, linear);
}

int ArchitectureSpec::blockOf(std::string_view linear) const {
    const std::size_t digits = names.blocks.size() + 1;
    if (linear.size() <= digits || !linear.starts_with(names.blocks) || linear[digits - 1] != '.')
        return -1;
    int block = -1;
    const char* last = linear.data() + linear.size();
    const auto [end, error] = std::from_chars(linear.data() + digits, last, block);
    return error == std::errc{} && end != last && *end == '.' && block >= 0 && block < blocks ? block : -1;
}

std::int64_t ArchitectureSpec::linears() const {
    std::int64_t count = 0;
    for (int block = 0; block < blocks; ++block)
        for (const InputGroup& group : inputGroups(block))
            count += std::ssize(group.linears);
    return count;
}

std::int64_t ArchitectureSpec::linearParameters() const {
    std::int64_t elements = 0;
    for (int block = 0; block < blocks; ++block)
        for (const InputGroup& group : inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                elements += linear.out * linear.in;
    return elements;
}

} // namespace vernier
