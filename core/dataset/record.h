#pragma once

#include "core/dataset/document.h"
#include "core/dataset/import/field_mapping.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier {

/// Is what one record became: a document without source, line and tags, or the reason why it could not.
struct ParsedRecord {
    std::optional<Document> document;
    std::string reason; ///< empty when there is a document
};

/// Turns records into documents. Without a mapping of the user's, the fields of the first record decide which of the
/// known shapes a file has; a record that does not have it is judged by itself.
class RecordMapper {
public:
    explicit RecordMapper(std::optional<FieldMapping> mapping = {}) : m_wanted(std::move(mapping)) {}

    /// Whether a member of a record can matter.
    bool keeps(std::string_view member) const;

    /// record is an object; its texts are moved away. members are the names to list when it has none of the fields.
    ParsedRecord map(nlohmann::ordered_json& record, const std::vector<std::string>& members);

    /// What the records of the file were recognised as so far.
    const std::optional<FieldMapping>& schema() const { return m_wanted ? m_wanted : m_schema; }

private:
    const FieldMapping* choose(const nlohmann::ordered_json& record) const;

    std::optional<FieldMapping> m_wanted, m_schema;
};

} // namespace vernier
