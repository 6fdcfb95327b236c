#include "tests/core/model/reference_forward.h"

#include "core/model/checkpoint.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <nlohmann/json.hpp>

namespace vernier::test {
namespace {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

struct Reference {
    nlohmann::json config;
    Checkpoint weights;
    std::size_t hidden, heads, cached, size; // size: of a head

    explicit Reference(const std::filesystem::path& folder)
        : config(nlohmann::json::parse(get(folder / "config.json"))), weights(folder),
          hidden(config["hidden_size"].get<std::size_t>()), heads(config["num_attention_heads"].get<std::size_t>()),
          cached(config.value("num_key_value_heads", heads)), size(config.value("head_dim", hidden / heads)) {}

    Row tensor(const std::string& name) const {
        const StoredTensor* stored = weights.find(name);
        std::vector<float> values(static_cast<std::size_t>(stored->elements()));
        widen(stored->bytes, stored->type, values);
        return Row(values.begin(), values.end());
    }
    Row linear(const Row& x, const std::string& name, bool bias) const {
        const Row w = tensor(name + ".weight");
        Row y(w.size() / x.size());
        const Row b = bias ? tensor(name + ".bias") : Row(y.size());
        for (std::size_t o = 0; o < y.size(); ++o) {
            y[o] = b[o];
            for (std::size_t i = 0; i < x.size(); ++i)
                y[o] += w[o * x.size() + i] * x[i];
        }
        return y;
    }
    Row rmsNorm(const Row& x, const std::string& name) const {
        const Row w = tensor(name + ".weight");
        double square = 0;
        for (const double v : x)
            square += v * v / static_cast<double>(x.size());
        Row y(x);
        for (std::size_t i = 0; i < x.size(); ++i)
            y[i] *= w[i] / std::sqrt(square + config["rms_norm_eps"].get<double>());
        return y;
    }
    Row layerNorm(const Row& x, const std::string& name) const {
        const Row w = tensor(name + ".weight"), b = tensor(name + ".bias");
        double mean = 0, square = 0;
        for (const double v : x)
            mean += v / static_cast<double>(x.size());
        for (const double v : x)
            square += (v - mean) * (v - mean) / static_cast<double>(x.size());
        Row y(x);
        for (std::size_t i = 0; i < x.size(); ++i)
            y[i] = (x[i] - mean) / std::sqrt(square + 1e-5) * w[i] + b[i];
        return y;
    }
};

double silu(double x) {
    return x / (1 + std::exp(-x));
}
double gelu(double x) {
    return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
}

void add(Row& y, const Row& x, double factor = 1) {
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] += factor * x[i];
}

/// Angles per position of rotated pairs, and what cosines and sines are scaled by.
struct Angles {
    Row frequency;
    double scale = 1;

    Angles(const nlohmann::json& config, std::size_t turned, std::size_t length, double theta) : frequency(turned / 2) {
        const nlohmann::json scaling = config.value("rope_scaling", nlohmann::json());
        const std::string type = scaling.is_object() ? scaling["rope_type"].get<std::string>() : "";
        const auto d = static_cast<double>(turned);
        if (type == "dynamic") {
            const auto trained = config["max_position_embeddings"].get<double>(),
                       factor = scaling["factor"].get<double>();
            if (static_cast<double>(length) > trained)
                theta *= std::pow(factor * static_cast<double>(length) / trained - (factor - 1), d / (d - 2));
        }
        for (std::size_t i = 0; i < frequency.size(); ++i)
            frequency[i] = 1 / std::pow(theta, 2 * static_cast<double>(i) / d);
        if (type == "yarn") {
            const auto factor = scaling["factor"].get<double>();
            const auto trained = scaling["original_max_position_embeddings"].get<double>();
            const auto dimension = [&](double rotations) {
                return d * std::log(trained / (rotations * 2 * std::numbers::pi)) / (2 * std::log(theta));
            };
            const double low = std::max(std::floor(dimension(scaling.value("beta_fast", 32.0))), 0.0);
            const double high = std::min(std::ceil(dimension(scaling.value("beta_slow", 1.0))), d - 1);
            for (std::size_t i = 0; i < frequency.size(); ++i) {
                const double ramp = std::clamp((static_cast<double>(i) - low) / std::max(high - low, 0.001), 0.0, 1.0);
                frequency[i] *= ramp / factor + (1 - ramp);
            }
            scale = scaling.value("attention_factor", 0.1 * std::log(factor) + 1);
        }
        if (type == "longrope") {
            // As the published code of Phi-3.5 has it.
            const auto trained = config["original_max_position_embeddings"].get<double>();
            const double factor = config["max_position_embeddings"].get<double>() / trained;
            const auto& factors = scaling[static_cast<double>(length) > trained ? "long_factor" : "short_factor"];
            for (std::size_t i = 0; i < frequency.size(); ++i)
                frequency[i] = 1 / (factors[i].get<double>() * std::pow(theta, 2 * static_cast<double>(i) / d));
            scale = factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(trained));
        }
    }

    void turn(double* head, std::size_t position) const {
        const std::size_t half = frequency.size();
        for (std::size_t i = 0; i < half; ++i) {
            const double angle = static_cast<double>(position) * frequency[i], a = head[i], b = head[i + half];
            head[i] = (a * std::cos(angle) - b * std::sin(angle)) * scale;
            head[i + half] = (b * std::cos(angle) + a * std::sin(angle)) * scale;
        }
    }
};

/// Mixed values per token; q [tokens][heads · size], k and v [tokens][cached · size]; window 0 sees everything before.
Rows attend(const Reference& r, const Rows& q, const Rows& k, const Rows& v, std::size_t window) {
    Rows mixed(q.size(), Row(r.heads * r.size));
    for (std::size_t t = 0; t < q.size(); ++t)
        for (std::size_t h = 0; h < r.heads; ++h) {
            const std::size_t at = h / (r.heads / r.cached) * r.size;
            const std::size_t first = window > 0 && t + 1 > window ? t + 1 - window : 0;
            Row p;
            double sum = 0;
            for (std::size_t s = first; s <= t; ++s) {
                double dot = 0;
                for (std::size_t i = 0; i < r.size; ++i)
                    dot += q[t][h * r.size + i] * k[s][at + i];
                p.push_back(std::exp(dot / std::sqrt(static_cast<double>(r.size))));
                sum += p.back();
            }
            for (std::size_t s = first; s <= t; ++s)
                for (std::size_t i = 0; i < r.size; ++i)
                    mixed[t][h * r.size + i] += p[s - first] / sum * v[s][at + i];
        }
    return mixed;
}

Row gated(const Reference& r, const Row& x, const std::string& gate, const std::string& up, const std::string& down,
          bool bias) {
    Row g = r.linear(x, gate, bias);
    const Row u = r.linear(x, up, bias);
    for (std::size_t i = 0; i < g.size(); ++i)
        g[i] = silu(g[i]) * u[i];
    return r.linear(g, down, bias);
}

Row mixture(const Reference& r, const Row& x, const std::string& prefix) {
    const bool mixtral = r.config["model_type"] == "mixtral";
    const std::string base = prefix + (mixtral ? "block_sparse_moe." : "mlp.");
    Row p = r.linear(x, base + "gate", false);
    double sum = 0;
    for (double& v : p)
        sum += v = std::exp(v);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t e = 0; e < p.size(); ++e)
        order.emplace_back(-p[e] / sum, e);
    std::sort(order.begin(), order.end());
    order.resize(r.config["num_experts_per_tok"].get<std::size_t>());
    double total = 0;
    for (const auto& [negative, expert] : order)
        total -= negative;
    Row y(x.size());
    for (const auto& [negative, expert] : order) {
        const std::string e = base + "experts." + std::to_string(expert) + ".";
        const bool normalised = mixtral || r.config.value("norm_topk_prob", false);
        add(y,
            gated(r, x, e + (mixtral ? "w1" : "gate_proj"), e + (mixtral ? "w3" : "up_proj"),
                  e + (mixtral ? "w2" : "down_proj"), false),
            normalised ? -negative / total : -negative);
    }
    return y;
}

/// Llama and what descends from it.
Rows llamaLogits(const Reference& r, const std::vector<std::int32_t>& ids) {
    const nlohmann::json& c = r.config;
    const std::string type = c["model_type"];
    const Row table = r.tensor("model.embed_tokens.weight");
    Rows x;
    for (const std::int32_t id : ids)
        x.emplace_back(table.begin() + id * static_cast<std::int64_t>(r.hidden),
                       table.begin() + (id + 1) * static_cast<std::int64_t>(r.hidden));
    const auto turned = static_cast<std::size_t>(static_cast<double>(r.size) * c.value("partial_rotary_factor", 1.0));
    const Angles angles(c, turned, ids.size(), c["rope_theta"]);
    const bool outBias = c.value("attention_bias", false), bias = outBias || type == "qwen2";
    for (int block = 0; block < c["num_hidden_layers"].get<int>(); ++block) {
        const std::string prefix = "model.layers." + std::to_string(block) + ".", attention = prefix + "self_attn.";
        Rows q, k, v;
        for (std::size_t t = 0; t < x.size(); ++t) {
            const Row normed = r.rmsNorm(x[t], prefix + "input_layernorm");
            if (type == "phi3") {
                const Row all = r.linear(normed, attention + "qkv_proj", false);
                const auto split = [&](std::size_t first, std::size_t count) {
                    return Row(all.begin() + static_cast<std::ptrdiff_t>(first * r.size),
                               all.begin() + static_cast<std::ptrdiff_t>((first + count) * r.size));
                };
                q.push_back(split(0, r.heads)), k.push_back(split(r.heads, r.cached));
                v.push_back(split(r.heads + r.cached, r.cached));
            } else {
                q.push_back(r.linear(normed, attention + "q_proj", bias));
                k.push_back(r.linear(normed, attention + "k_proj", bias));
                v.push_back(r.linear(normed, attention + "v_proj", bias));
            }
            const auto prepare = [&](Row& row, std::size_t heads, const char* norm) {
                for (std::size_t h = 0; h < heads; ++h) {
                    const auto at = row.begin() + static_cast<std::ptrdiff_t>(h * r.size);
                    if (type.starts_with("qwen3")) {
                        const Row one = r.rmsNorm(Row(at, at + static_cast<std::ptrdiff_t>(r.size)), attention + norm);
                        std::copy(one.begin(), one.end(), at);
                    }
                    angles.turn(&*at, t);
                }
            };
            prepare(q.back(), r.heads, "q_norm");
            prepare(k.back(), r.cached, "k_norm");
        }
        std::size_t window = 0;
        if (type == "mixtral" || (c.value("use_sliding_window", false) && block >= c.value("max_window_layers", 28)))
            window = c.value("sliding_window", std::size_t{0});
        const Rows mixed = attend(r, q, k, v, window);
        for (std::size_t t = 0; t < x.size(); ++t) {
            add(x[t], r.linear(mixed[t], attention + "o_proj", outBias));
            const Row normed = r.rmsNorm(x[t], prefix + "post_attention_layernorm");
            const auto dense = c.value("mlp_only_layers", std::vector<int>{});
            const bool sparse =
                type == "mixtral" || (type == "qwen3_moe" && (block + 1) % c.value("decoder_sparse_step", 1) == 0 &&
                                      std::find(dense.begin(), dense.end(), block) == dense.end());
            if (sparse) {
                add(x[t], mixture(r, normed, prefix));
            } else if (type == "phi3") {
                const Row both = r.linear(normed, prefix + "mlp.gate_up_proj", false);
                Row inner(both.size() / 2);
                for (std::size_t i = 0; i < inner.size(); ++i)
                    inner[i] = silu(both[i]) * both[i + inner.size()];
                add(x[t], r.linear(inner, prefix + "mlp.down_proj", false));
            } else {
                add(x[t], gated(r, normed, prefix + "mlp.gate_proj", prefix + "mlp.up_proj", prefix + "mlp.down_proj",
                                c.value("mlp_bias", false)));
            }
        }
    }
    const bool tied = c.value("tie_word_embeddings", false);
    Rows logits;
    for (const Row& row : x)
        logits.push_back(r.linear(r.rmsNorm(row, "model.norm"), tied ? "model.embed_tokens" : "lm_head", false));
    return logits;
}

Rows neoxLogits(const Reference& r, const std::vector<std::int32_t>& ids) {
    const nlohmann::json& c = r.config;
    const Row table = r.tensor("gpt_neox.embed_in.weight");
    Rows x;
    for (const std::int32_t id : ids)
        x.emplace_back(table.begin() + id * static_cast<std::int64_t>(r.hidden),
                       table.begin() + (id + 1) * static_cast<std::int64_t>(r.hidden));
    const auto turned = static_cast<std::size_t>(static_cast<double>(r.size) * c["rotary_pct"].get<double>());
    const Angles angles(c, turned, ids.size(), c["rotary_emb_base"]);
    const bool bias = c.value("attention_bias", true);
    for (int block = 0; block < c["num_hidden_layers"].get<int>(); ++block) {
        const std::string prefix = "gpt_neox.layers." + std::to_string(block) + ".";
        Rows q, k, v;
        for (std::size_t t = 0; t < x.size(); ++t) {
            const Row all =
                r.linear(r.layerNorm(x[t], prefix + "input_layernorm"), prefix + "attention.query_key_value", bias);
            Row parts[3];
            for (std::size_t h = 0; h < r.heads; ++h)
                for (std::size_t part = 0; part < 3; ++part)
                    for (std::size_t i = 0; i < r.size; ++i)
                        parts[part].push_back(all[(h * 3 + part) * r.size + i]);
            for (std::size_t h = 0; h < r.heads; ++h)
                angles.turn(&parts[0][h * r.size], t), angles.turn(&parts[1][h * r.size], t);
            q.push_back(parts[0]), k.push_back(parts[1]), v.push_back(parts[2]);
        }
        const Rows mixed = attend(r, q, k, v, 0);
        for (std::size_t t = 0; t < x.size(); ++t) {
            const Row attention = r.linear(mixed[t], prefix + "attention.dense", bias);
            Row stream = x[t];
            if (!c.value("use_parallel_residual", true))
                add(stream, attention);
            Row inner =
                r.linear(r.layerNorm(stream, prefix + "post_attention_layernorm"), prefix + "mlp.dense_h_to_4h", true);
            std::transform(inner.begin(), inner.end(), inner.begin(), gelu);
            add(x[t], attention);
            add(x[t], r.linear(inner, prefix + "mlp.dense_4h_to_h", true));
        }
    }
    Rows logits;
    for (const Row& row : x)
        logits.push_back(r.linear(r.layerNorm(row, "gpt_neox.final_layer_norm"), "embed_out", false));
    return logits;
}

Rows optLogits(const Reference& r, const std::vector<std::int32_t>& ids) {
    const nlohmann::json& c = r.config;
    const bool bias = c.value("enable_bias", true);
    const Row table = r.tensor("model.decoder.embed_tokens.weight"),
              places = r.tensor("model.decoder.embed_positions.weight");
    Rows x(ids.size(), Row(r.hidden));
    for (std::size_t t = 0; t < ids.size(); ++t)
        for (std::size_t i = 0; i < r.hidden; ++i)
            x[t][i] = table[static_cast<std::size_t>(ids[t]) * r.hidden + i] + places[(t + 2) * r.hidden + i];
    for (int block = 0; block < c["num_hidden_layers"].get<int>(); ++block) {
        const std::string prefix = "model.decoder.layers." + std::to_string(block) + ".";
        Rows q, k, v;
        for (const Row& row : x) {
            const Row normed = r.layerNorm(row, prefix + "self_attn_layer_norm");
            q.push_back(r.linear(normed, prefix + "self_attn.q_proj", bias));
            k.push_back(r.linear(normed, prefix + "self_attn.k_proj", bias));
            v.push_back(r.linear(normed, prefix + "self_attn.v_proj", bias));
        }
        const Rows mixed = attend(r, q, k, v, 0);
        for (std::size_t t = 0; t < x.size(); ++t) {
            add(x[t], r.linear(mixed[t], prefix + "self_attn.out_proj", bias));
            Row inner = r.linear(r.layerNorm(x[t], prefix + "final_layer_norm"), prefix + "fc1", bias);
            for (double& value : inner)
                value = c["activation_function"] == "gelu" ? gelu(value) : std::max(value, 0.0);
            add(x[t], r.linear(inner, prefix + "fc2", bias));
        }
    }
    Rows logits;
    for (const Row& row : x)
        logits.push_back(
            r.linear(r.layerNorm(row, "model.decoder.final_layer_norm"), "model.decoder.embed_tokens", false));
    return logits;
}

} // namespace

std::vector<std::vector<double>> referenceLogits(const std::filesystem::path& folder,
                                                 const std::vector<std::int32_t>& ids) {
    const Reference reference(folder);
    const std::string type = reference.config["model_type"];
    if (type == "gpt_neox")
        return neoxLogits(reference, ids);
    return type == "opt" ? optLogits(reference, ids) : llamaLogits(reference, ids);
}

} // namespace vernier::test
