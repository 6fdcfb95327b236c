#include "core/base/error.h"
#include "core/curate/filter_tree.h"
#include "core/curate/text_search.h"
#include "core/curate/wildcard.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kTaskRows = 4096;

using Mask = std::vector<std::uint8_t>; ///< 1 for rows of a task that pass

[[noreturn]] void missing(const FilterNode& node, std::string_view what, std::string_view remedy) {
    throw Error(ErrorKind::Input, fmt::format("filter, column {}", node.column), fmt::format("{} not known yet", what),
                std::string(remedy));
}

/// Is a node with everything looked up that does not depend on the row: which names match, which rows a set has.
struct BoundNode {
    FilterNode::Kind kind = FilterNode::Kind::All;
    std::vector<BoundNode> children;
    std::optional<TextSearch> phrase;
    std::span<const std::uint32_t> ids; ///< Name: per row, a position in passing; empty: passing is per row
    Mask passing;
    std::function<void(std::size_t first, std::span<const std::uint8_t> active, std::span<std::uint8_t> out)> test;
    int cost = 0; ///< terms of a conjunction are tested in rising order of it
};

class Binder {
public:
    explicit Binder(const DocumentColumns& columns) : m_columns(columns) {}

    BoundNode bind(const FilterNode& node) const {
        BoundNode bound;
        bound.kind = node.kind;
        switch (node.kind) {
        case FilterNode::Kind::All:
        case FilterNode::Kind::Any:
        case FilterNode::Kind::Not:
            for (const FilterNode& child : node.children) {
                bound.children.push_back(bind(child));
                bound.cost = std::max(bound.cost, bound.children.back().cost);
            }
            std::ranges::stable_sort(bound.children, {}, &BoundNode::cost);
            break;
        case FilterNode::Kind::Phrase:
            bound.phrase.emplace(node.text);
            bound.cost = 2;
            break;
        case FilterNode::Kind::Name:
            bindName(node, bound);
            break;
        case FilterNode::Kind::Range:
            bindRange(node, bound);
            break;
        case FilterNode::Kind::Flag:
            bindFlag(node, bound);
            break;
        }
        return bound;
    }

private:
    void bindName(const FilterNode& node, BoundNode& bound) const {
        const Wildcard pattern(node.text);
        switch (node.field) {
        case FilterField::Domain:
            return bindNames(node, pattern, m_columns.domains, "domains are", "import text that has them", bound);
        case FilterField::Source:
            return bindNames(node, pattern, m_columns.sources, "sources are", "import text", bound);
        case FilterField::Language:
            return bindNames(node, pattern, m_columns.languages, "languages are", "let them be detected first", bound);
        case FilterField::Script:
            return bindNames(node, pattern, m_columns.scripts, "scripts are", "let them be detected first", bound);
        case FilterField::Tag:
            if (m_columns.tags.ids.empty() && m_columns.count > 0)
                missing(node, "tags are", "import text with tags");
            bound.ids = m_columns.tags.ids;
            for (const auto& tags : m_columns.tags.lists)
                bound.passing.push_back(
                    std::ranges::any_of(tags, [&](const std::string& tag) { return pattern.matches(tag); }));
            return;
        case FilterField::Set:
            return bindSet(node, pattern, bound);
        }
    }

    void bindNames(const FilterNode& node, const Wildcard& pattern, const NameColumn& column, std::string_view what,
                   std::string_view remedy, BoundNode& bound) const {
        if (column.ids.empty() && m_columns.count > 0)
            missing(node, what, remedy);
        bound.ids = column.ids;
        for (const std::string& name : column.names) {
            // A file may be named by its path or by itself.
            const std::size_t slash = node.field == FilterField::Source ? name.rfind('/') : std::string::npos;
            bound.passing.push_back(
                pattern.matches(name) ||
                (slash != std::string::npos && pattern.matches(std::string_view(name).substr(slash + 1))));
        }
    }

    void bindSet(const FilterNode& node, const Wildcard& pattern, BoundNode& bound) const {
        bound.passing.assign(m_columns.count, 0);
        bool known = node.text.find_first_of("*?") != std::string::npos;
        for (const SetMembers& set : m_columns.sets) {
            if (!pattern.matches(set.name))
                continue;
            known = true;
            for (const std::uint32_t row : set.documents)
                if (row < m_columns.count)
                    bound.passing[row] = 1;
        }
        if (!known)
            throw Error(ErrorKind::Input, fmt::format("filter, column {}", node.column),
                        fmt::format("there is no set {}", node.text), "name a set of the project");
    }

    template <class Value, class Passes>
    void bindValues(const FilterNode& node, std::span<const Value> column, std::string_view what,
                    std::string_view remedy, BoundNode& bound, Passes passes) const {
        if (column.empty() && m_columns.count > 0)
            missing(node, what, remedy);
        bound.test = [column, passes](std::size_t first, std::span<const std::uint8_t> active,
                                      std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::uint8_t>(active[i] & static_cast<std::uint8_t>(passes(column[first + i])));
        };
    }

    void bindRange(const FilterNode& node, BoundNode& bound) const {
        const auto inside = [low = node.low, high = node.high, openLow = node.openLow,
                             openHigh = node.openHigh](double value) {
            return (openLow ? value > low : value >= low) && (openHigh ? value < high : value <= high);
        };
        switch (node.number) {
        case FilterNumber::Tokens:
            return bindValues(node, m_columns.tokens, "numbers of tokens are", "choose a model first", bound,
                              [inside](std::uint32_t value) { return value != kUnknownTokens && inside(value); });
        case FilterNumber::Bytes:
            return bindValues(node, m_columns.texts, "texts are", "import text", bound,
                              [inside](std::string_view text) { return inside(static_cast<double>(text.size())); });
        case FilterNumber::Perplexity:
            return bindValues(node, m_columns.perplexity, "perplexities are", "let them be computed first", bound,
                              [inside](float value) { return inside(double{value}); });
        case FilterNumber::CoverageGain:
            return bindValues(node, m_columns.coverageGain, "coverage gains are", "let a selection be made first",
                              bound, [inside](float value) { return inside(double{value}); });
        }
    }

    void bindFlag(const FilterNode& node, BoundNode& bound) const {
        switch (node.flag) {
        case FilterFlag::Duplicate:
            if (m_columns.duplicateOf.empty() && m_columns.count > 0)
                missing(node, "duplicates are", "let them be found first");
            bound.test = [column = m_columns.duplicateOf](std::size_t first, std::span<const std::uint8_t> active,
                                                          std::span<std::uint8_t> out) {
                for (std::size_t i = 0; i < out.size(); ++i)
                    out[i] = static_cast<std::uint8_t>(active[i] & (column[first + i] != first + i ? 1 : 0));
            };
            return;
        case FilterFlag::Conversation:
            return bindValues(node, m_columns.conversations, "kinds of documents are", "import text", bound,
                              [](std::uint8_t value) { return value != 0; });
        case FilterFlag::PlainText:
            return bindValues(node, m_columns.conversations, "kinds of documents are", "import text", bound,
                              [](std::uint8_t value) { return value == 0; });
        case FilterFlag::Chosen:
            return bindValues(node, m_columns.chosen, "the chosen documents are", "look at a set first", bound,
                              [](std::uint8_t value) { return value != 0; });
        }
    }

    const DocumentColumns& m_columns;
};

/// Sets out[i] where active[i] and row first + i passes node.
void evaluate(const BoundNode& node, std::span<const std::string_view> texts, std::size_t first,
              std::span<const std::uint8_t> active, std::span<std::uint8_t> out) {
    const std::size_t rows = out.size();
    switch (node.kind) {
    case FilterNode::Kind::All: {
        Mask left(active.begin(), active.end());
        for (const BoundNode& child : node.children) {
            evaluate(child, texts, first, left, out);
            left.assign(out.begin(), out.end());
        }
        return;
    }
    case FilterNode::Kind::Any: {
        Mask left(active.begin(), active.end()), passed(rows);
        std::ranges::fill(out, std::uint8_t{0});
        for (const BoundNode& child : node.children) {
            evaluate(child, texts, first, left, passed);
            for (std::size_t i = 0; i < rows; ++i) {
                out[i] = out[i] | passed[i];
                left[i] = left[i] & static_cast<std::uint8_t>(passed[i] ^ 1);
            }
        }
        return;
    }
    case FilterNode::Kind::Not:
        evaluate(node.children.front(), texts, first, active, out);
        for (std::size_t i = 0; i < rows; ++i)
            out[i] = active[i] & static_cast<std::uint8_t>(out[i] ^ 1);
        return;
    case FilterNode::Kind::Phrase:
        for (std::size_t i = 0; i < rows; ++i)
            out[i] = active[i] != 0 && node.phrase->foundIn(texts[first + i]) ? 1 : 0;
        return;
    case FilterNode::Kind::Name:
        for (std::size_t i = 0; i < rows; ++i)
            out[i] = active[i] & node.passing[node.ids.empty() ? first + i : node.ids[first + i]];
        return;
    case FilterNode::Kind::Range:
    case FilterNode::Kind::Flag:
        return node.test(first, active, out);
    }
}

} // namespace

std::vector<std::uint32_t> filterRows(const Filter& filter, const DocumentColumns& columns, const JobContext& job) {
    const std::size_t tasks = (columns.count + kTaskRows - 1) / kTaskRows;
    std::vector<std::vector<std::uint32_t>> found(tasks);
    std::optional<BoundNode> root;
    if (!filter.empty())
        root = Binder(columns).bind(*filter.root());
    parallelFor(static_cast<Index>(tasks), [&](Index task) {
        job.throwIfCancelled();
        const std::size_t first = static_cast<std::size_t>(task) * kTaskRows;
        const Mask active(std::min(kTaskRows, columns.count - first), 1);
        Mask passed = active;
        if (root)
            evaluate(*root, columns.texts, first, active, passed);
        for (std::size_t i = 0; i < passed.size(); ++i)
            if (passed[i] != 0)
                found[static_cast<std::size_t>(task)].push_back(static_cast<std::uint32_t>(first + i));
    });
    std::vector<std::uint32_t> rows;
    for (const auto& part : found)
        rows.insert(rows.end(), part.begin(), part.end());
    return rows;
}

} // namespace vernier
