#include "core/model/checkpoint.h"

#include "core/base/error.h"
#include "core/base/json_file.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSingle = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

/// Shard names of the index, checked to be plain file names, and where it says each tensor is.
std::map<std::string, std::string> readIndex(const fs::path& path) {
    const auto index = readJson(path);
    if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object())
        throw Error(ErrorKind::Input, path.string(), "has no weight_map", "download the file again");
    std::map<std::string, std::string> places;
    for (const auto& [tensor, file] : index["weight_map"].items()) {
        const std::string name = file.is_string() ? file.get<std::string>() : std::string();
        if (name.empty() || fs::path(name).filename() != name || name == "." || name == "..")
            throw Error(ErrorKind::Input, fmt::format("{}, tensor {}", path.string(), tensor),
                        "its file is not a plain file name", "download the file again");
        places[tensor] = name;
    }
    return places;
}

} // namespace

Checkpoint::Checkpoint(const fs::path& folder) : m_folder(folder) {
    std::map<std::string, std::string> places;
    std::set<std::string> names;
    if (fs::exists(folder / kIndex)) {
        places = readIndex(folder / kIndex);
        for (const auto& [tensor, file] : places)
            names.insert(file);
    } else if (fs::exists(folder / kSingle)) {
        names.insert(kSingle);
    } else {
        throw Error(ErrorKind::Input, folder.string(), fmt::format("holds neither {} nor {}", kSingle, kIndex),
                    "name a Hugging Face model folder with safetensors weights");
    }
    m_files.reserve(names.size());
    for (const std::string& name : names) {
        m_files.emplace_back(folder / name);
        for (const auto& [tensor, stored] : m_files.back().tensors())
            if (places.empty() || places[tensor] == name)
                m_byName.insert_or_assign(tensor, TensorReader(m_files.back(), stored));
    }
    for (const auto& [tensor, file] : places)
        if (!file.empty() && !m_byName.contains(tensor))
            throw Error(ErrorKind::Input, (folder / file).string(),
                        fmt::format("lacks tensor {}, which the index places there", tensor),
                        "download the shard again");
}

const StoredTensor* Checkpoint::find(std::string_view name) const {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &found->second.tensor();
}

const StoredTensor& Checkpoint::require(std::string_view name, const std::vector<std::int64_t>& shape) const {
    const StoredTensor* tensor = find(name);
    if (!tensor)
        throw Error(ErrorKind::Input, m_folder.string(), fmt::format("tensor {} is missing", name),
                    "check that config.json belongs to these weights and that every shard is there");
    if (tensor->shape != shape)
        throw Error(ErrorKind::Input, fmt::format("{}, tensor {}", m_folder.string(), name),
                    fmt::format("has shape [{}] where config.json asks for [{}]", fmt::join(tensor->shape, ", "),
                                fmt::join(shape, ", ")),
                    "check that config.json belongs to these weights");
    return *tensor;
}

TensorReader Checkpoint::reader(std::string_view name, const std::vector<std::int64_t>& shape) const {
    require(name, shape);
    return m_byName.find(name)->second;
}

Matrix Checkpoint::matrix(std::string_view name, Index rows, Index cols, const JobContext& job) const {
    Matrix matrix(rows, cols);
    reader(name, {rows, cols}).read(0, {matrix.data(), static_cast<std::size_t>(rows * cols)}, job);
    return matrix;
}

std::vector<float> Checkpoint::vector(std::string_view name, Index n) const {
    std::vector<float> values(static_cast<std::size_t>(n));
    reader(name, {n}).read(0, values);
    return values;
}

std::uint64_t Checkpoint::storedBytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [name, reader] : m_byName)
        bytes += reader.tensor().bytes.size();
    return bytes;
}

std::int64_t Checkpoint::parameters() const {
    std::int64_t elements = 0;
    for (const auto& [name, reader] : m_byName)
        elements += reader.tensor().elements();
    return elements;
}

std::vector<const StoredTensor*> Checkpoint::tensors() const {
    std::vector<const StoredTensor*> all;
    for (const auto& [name, reader] : m_byName)
        all.push_back(&reader.tensor());
    return all;
}

std::vector<fs::path> Checkpoint::files() const {
    std::vector<fs::path> paths;
    for (const SafetensorsFile& file : m_files)
        paths.push_back(file.path());
    return paths;
}

} // namespace vernier
