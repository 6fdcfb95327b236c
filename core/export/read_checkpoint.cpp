#include "core/export/read_checkpoint.h"

#include "core/base/error.h"
#include "core/base/json_file.h"
#include "core/export/awq_layout.h"
#include "core/export/compressed_layout.h"
#include "core/export/gptq_layout.h"
#include "core/quantize/activation_rounding.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

/// The declaration of a checkpoint with errors that name its key.
class Declaration {
public:
    Declaration(json declared, std::string place) : m_declared(std::move(declared)), m_place(std::move(place)) {}

    std::string text(const char* key, const char* fallback) const {
        const auto found = m_declared.find(key);
        if (found == m_declared.end() || found->is_null())
            return fallback;
        if (!found->is_string())
            complain(key, "is no text");
        return found->get<std::string>();
    }
    const json* find(const char* key) const {
        const auto found = m_declared.find(key);
        return found == m_declared.end() || found->is_null() ? nullptr : &*found;
    }
    [[noreturn]] void complain(const std::string& key, const std::string& problem, const std::string& remedy = {},
                               ErrorKind kind = ErrorKind::Input) const {
        throw Error(kind, m_place + ", quantization_config." + key, problem, remedy);
    }

private:
    json m_declared;
    std::string m_place;
};

/// Reads a linear: module is how the file calls it, name how the architecture does.
using ReadLinear =
    std::function<QuantizedLinear(const std::string& module, const std::string& name, const LinearSpec& linear)>;

GptqVersion gptqVersion(const Declaration& declared) {
    const std::string version = declared.text("checkpoint_format", "gptq");
    if (version != "gptq" && version != "gptq_v2")
        declared.complain("checkpoint_format", version + " is not known", "gptq and gptq_v2 are",
                          ErrorKind::Unsupported);
    return version == "gptq" ? GptqVersion::V1 : GptqVersion::V2;
}

void requireGemm(const Declaration& declared) {
    const std::string version = declared.text("version", "gemm");
    if (version != "gemm" && version != "GEMM")
        declared.complain("version", version + " is not known", "gemm is", ErrorKind::Unsupported);
}

/// The rounding of activations that a group of linears declares.
ActivationScheme activationsIn(const Declaration& declared, const std::string& group, const json& source) {
    if (source.is_null())
        return {};
    const std::string key = "config_groups." + group;
    if (!source.is_object())
        declared.complain(key, "input_activations is no object");
    const auto is = [&](const char* field, const json& value) {
        const auto found = source.find(field);
        return found != source.end() && *found == value;
    };
    const bool perToken = is("dynamic", true) && is("strategy", "token");
    const bool perTensor = (is("dynamic", false) || !source.contains("dynamic")) && is("strategy", "tensor");
    const bool symmetric = is("symmetric", true);
    if (!is("num_bits", 8) || !is("type", "int") || !symmetric || !(perToken || perTensor))
        declared.complain(key, "input_activations are not int8, symmetric, dynamic per token or static per tensor", {},
                          ErrorKind::Unsupported);
    ActivationScheme scheme;
    scheme.bits = 8;
    scheme.grids = perToken ? ActivationGrids::PerToken : ActivationGrids::PerTensor;
    return scheme;
}

/// What is declared of a compressed linear by the group whose targets name it, else by the one for every "Linear".
class CompressedGroups {
public:
    struct Declared {
        int bits = 0;
        ActivationScheme activations;
    };

    explicit CompressedGroups(const Declaration& declared) {
        const json* groups = declared.find("config_groups");
        if (!groups || !groups->is_object())
            declared.complain("config_groups", "is missing");
        for (const auto& [name, group] : groups->items()) {
            const json bits = group.is_object() && group.contains("weights") && group["weights"].is_object()
                                  ? group["weights"].value("num_bits", json())
                                  : json();
            if (!bits.is_number_integer() || bits.get<std::int64_t>() < 2 || bits.get<std::int64_t>() > 8)
                declared.complain("config_groups." + name, "weights.num_bits is not 2 to 8");
            const ActivationScheme activations =
                activationsIn(declared, name, group.value("input_activations", json()));
            const json targets = group.value("targets", json::array());
            if (!targets.is_array())
                declared.complain("config_groups." + name, "targets are no list");
            for (const json& target : targets)
                if (target.is_string() && target.get<std::string>().starts_with("re:"))
                    declared.complain("config_groups." + name, "targets with regular expressions are not understood",
                                      "name the linears", ErrorKind::Unsupported);
                else if (target.is_string())
                    m_declared[target.get<std::string>()] = {bits.get<int>(), activations};
        }
    }
    const Declared& of(const std::string& linear) const {
        const auto own = m_declared.find(linear);
        const auto all = m_declared.find("Linear");
        if (own == m_declared.end() && all == m_declared.end())
            throw Error(ErrorKind::Input, linear, "no group of quantization_config has it among its targets");
        return own != m_declared.end() ? own->second : all->second;
    }
    bool roundsActivations() const {
        return std::ranges::any_of(m_declared, [](const auto& entry) { return entry.second.activations.rounds(); });
    }

private:
    std::map<std::string, Declared> m_declared;
};

ReadLinear readerFor(const Declaration& declared, const Model& model) {
    const Checkpoint& checkpoint = model.checkpoint;
    const std::string method = declared.text("quant_method", "");
    if (method == "gptq") {
        const GptqVersion version = gptqVersion(declared);
        return [&checkpoint, version](const std::string& module, const std::string&, const LinearSpec& linear) {
            return readGptqLinear(checkpoint, module, linear.out, linear.in, version);
        };
    }
    if (method == "awq") {
        requireGemm(declared);
        return [&checkpoint](const std::string& module, const std::string&, const LinearSpec& linear) {
            return readAwqLinear(checkpoint, module, linear.out, linear.in);
        };
    }
    if (method == "compressed-tensors") {
        const std::string format = declared.text("format", "");
        if (format != "pack-quantized" && format != "int-quantized")
            declared.complain("format", format + " is not known", "pack-quantized and int-quantized are",
                              ErrorKind::Unsupported);
        return [&checkpoint, groups = CompressedGroups(declared)](const std::string& module, const std::string& name,
                                                                  const LinearSpec& linear) {
            return readCompressedLinear(checkpoint, module, linear.out, linear.in, groups.of(name).bits);
        };
    }
    declared.complain("quant_method", fmt::format("\"{}\" is not known", method),
                      "gptq, awq and compressed-tensors are", ErrorKind::Unsupported);
}

/// Where a checkpoint keeps the codes of a linear: the module's name in the file; nothing when it has none.
std::optional<std::string> quantizedModule(const Model& model, const std::string& name) {
    for (const std::string_view suffix : {".qweight", ".weight_packed", ".weight_scale"}) {
        const std::string stored = model.storedName(name + std::string(suffix));
        if (model.checkpoint.find(stored))
            return stored.substr(0, stored.size() - suffix.size());
    }
    return std::nullopt;
}

LinearSource storedLinears(const Model& model, const Declaration& declared) {
    auto linears = std::make_shared<std::map<std::string, LinearSpec>>();
    for (int block = 0; block < model.spec.blocks; ++block)
        for (const InputGroup& group : model.spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                linears->emplace(model.spec.linearName(block, linear.name), linear);
    return [&model, linears, read = readerFor(declared, model)](const std::string& name) -> std::optional<Matrix> {
        const auto linear = linears->find(name);
        const auto module = linear == linears->end() ? std::nullopt : quantizedModule(model, name);
        return module ? std::optional(read(*module, name, linear->second).storedWeight()) : std::nullopt;
    };
}

/// The range whose grid has the scale that a linear's file says.
ClippingRange storedRange(const Model& model, const std::string& module) {
    const float scale = model.checkpoint.vector(module + ".input_scale", 1).front();
    if (!(scale > 0) || !std::isfinite(scale))
        throw Error(ErrorKind::Input, module + ".input_scale", fmt::format("{} is no positive number", scale));
    ClippingRange range;
    range.scale = double{scale};
    range.zeroPoint = 128;
    range.low = -128 * range.scale;
    range.high = 127 * range.scale;
    return range;
}

BlockActivations storedActivations(const Model& model, const CompressedGroups& declared, int block) {
    BlockActivations activations;
    for (const InputGroup& group : model.spec.inputGroups(block)) {
        const std::string name = model.spec.linearName(block, group.linears.front().name);
        const auto module = quantizedModule(model, name);
        const ActivationScheme scheme = module ? declared.of(name).activations : ActivationScheme();
        InputRounding& input = activations.inputs.emplace_back();
        input.exact = !scheme.rounds();
        if (input.exact)
            continue;
        if (activations.scheme.rounds() && activations.scheme != scheme)
            throw Error(ErrorKind::Unsupported, name, "rounds activations otherwise than others of its block");
        activations.scheme = scheme;
        if (scheme.isStatic())
            input.range = storedRange(model, *module);
    }
    return activations;
}

} // namespace

ModelChanges storedChanges(const Model& model) {
    const auto place = model.folder / "config.json";
    const json config = readJson(place, 16u << 20);
    if (!config.is_object() || !config.contains("quantization_config") || config["quantization_config"].is_null())
        return {};
    if (!config["quantization_config"].is_object())
        throw Error(ErrorKind::Input, place.string() + ", quantization_config", "is no object");
    const Declaration declared(config["quantization_config"], place.string());
    ModelChanges changes = storedLinears(model, declared);
    if (declared.text("quant_method", "") == "compressed-tensors")
        if (const CompressedGroups groups(declared); groups.roundsActivations())
            changes.rounding = [&model, groups](int block) {
                return roundingOf(storedActivations(model, groups, block));
            };
    return changes;
}

} // namespace vernier
