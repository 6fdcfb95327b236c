#include "ui/data/document_table_model.h"

#include "ui/bridge/text.h"
#include "ui/data/corpus_view.h"
#include "ui/data/token_counter.h"
#include "ui/data/token_preview.h"

#include <QFileInfo>

#include <algorithm>
#include <span>

namespace vernier::ui {

namespace {

constexpr qsizetype kPreviewCharacters = 240;

QString joined(std::span<const std::string> tags) {
    QStringList names;
    for (const std::string& tag : tags)
        names += QString::fromStdString(tag);
    return names.join(QStringLiteral(", "));
}

bool isNumber(int column) {
    return column == DocumentTableModel::Number || column == DocumentTableModel::Tokens ||
           column == DocumentTableModel::Line;
}

} // namespace

DocumentTableModel::DocumentTableModel(const TokenCounter& counter, QObject* parent)
    : QAbstractTableModel(parent), m_counter(counter) {}

void DocumentTableModel::setDocuments(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows) {
    beginResetModel();
    m_project = std::move(project);
    m_rows = std::move(rows);
    endResetModel();
}

void DocumentTableModel::tokensCounted() {
    if (!m_rows.empty())
        emit dataChanged(index(0, Tokens), index(rowCount() - 1, Tokens), {Qt::DisplayRole});
}

std::optional<DocumentView> DocumentTableModel::document(int row) const {
    const std::int64_t index = documentIndex(row);
    return index < 0 ? std::nullopt : std::optional(m_project->corpus[static_cast<std::size_t>(index)]);
}

std::int64_t DocumentTableModel::documentIndex(int row) const {
    return row < 0 || row >= rowCount() ? -1 : static_cast<std::int64_t>(m_rows[static_cast<std::size_t>(row)]);
}

int DocumentTableModel::rowOf(std::int64_t documentIndex) const {
    const auto found = std::find(m_rows.begin(), m_rows.end(), static_cast<std::uint32_t>(documentIndex));
    return documentIndex < 0 || found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int DocumentTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DocumentTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString DocumentTableModel::text(std::uint32_t index, int column) const {
    const DocumentView document = m_project->corpus[index];
    switch (column) {
    case Number:
        return formatCount(index + std::uint64_t{1});
    case Tokens: {
        const std::int32_t count = m_counter.countOf(index);
        if (count >= 0)
            return formatCount(static_cast<std::uint64_t>(count));
        return count == kNotRendered ? tr("error") : QStringLiteral("…");
    }
    case Domain:
        return fromUtf8(document.domain);
    case Tags:
        return joined(document.tags);
    case Source:
        return QFileInfo(fromUtf8(document.source)).fileName();
    case Line:
        return document.line ? formatCount(document.line) : QString();
    default:
        return previewLine(document, kPreviewCharacters);
    }
}

QString DocumentTableModel::toolTip(std::uint32_t index, int column) const {
    const DocumentView document = m_project->corpus[index];
    switch (column) {
    case Tokens:
        return m_counter.countOf(index) == kNotRendered
                   ? tr("The chat template refuses this conversation; select it to see why")
                   : QString();
    case Source:
        return fromUtf8(document.source);
    default:
        return {};
    }
}

QVariant DocumentTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const std::uint32_t document = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(document, index.column());
    case Qt::ToolTipRole:
        return toolTip(document, index.column());
    case Qt::TextAlignmentRole:
        return isNumber(index.column()) ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    default:
        return {};
    }
}

QVariant DocumentTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return isNumber(section) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                 : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    const auto texts = [](int column) -> std::pair<QString, QString> {
        switch (column) {
        case Number:
            return {tr("#"), tr("Number of the document in the corpus, from 1")};
        case Tokens:
            return {tr("Tokens"),
                    tr("Tokens of the document under the model's tokenizer, conversations through its chat template")};
        case Domain:
            return {tr("Domain"), tr("What the source file calls the document's domain")};
        case Tags:
            return {tr("Tags"), tr("Tags given at import; each names the set the document joined")};
        case Source:
            return {tr("Source"), tr("File the document was imported from")};
        case Line:
            return {tr("Line"), tr("Line of that file, from 1; empty when the document is the whole file")};
        default:
            return {tr("Text"), tr("Beginning of the document")};
        }
    };
    if (role == Qt::DisplayRole)
        return texts(section).first;
    if (role == Qt::ToolTipRole)
        return texts(section).second;
    return {};
}

} // namespace vernier::ui
