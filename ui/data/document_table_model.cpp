#include "ui/data/document_table_model.h"

#include "ui/bridge/text.h"
#include "ui/data/corpus_view.h"
#include "ui/data/token_preview.h"

#include <QFileInfo>

#include <algorithm>
#include <cmath>
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
    switch (column) {
    case DocumentTableModel::Number:
    case DocumentTableModel::Tokens:
    case DocumentTableModel::Perplexity:
    case DocumentTableModel::Duplicate:
    case DocumentTableModel::Gain:
    case DocumentTableModel::Line:
        return true;
    default:
        return false;
    }
}

/// A number of a column that may not be there, or not know this document.
QString numberText(const std::vector<float>& column, std::uint32_t document) {
    if (document >= column.size() || std::isnan(column[document]))
        return {};
    return formatSignificant(double{column[document]});
}

/// The same of a column of whole numbers.
QString countText(const std::vector<float>& column, std::uint32_t document) {
    const bool isKnown = document < column.size() && std::isfinite(column[document]);
    return isKnown ? formatCount(static_cast<std::uint64_t>(column[document])) : QString();
}

struct Heading {
    QString title, toolTip;
};

Heading headingOf(int column) {
    const auto tr = [](const char* text) { return DocumentTableModel::tr(text); };
    switch (column) {
    case DocumentTableModel::InSet:
        return {tr("In"), tr("Whether the document is in the set that is curated; ×2 where it counts twice")};
    case DocumentTableModel::Number:
        return {tr("#"), tr("Number of the document in the corpus, from 1")};
    case DocumentTableModel::Tokens:
        return {tr("Tokens"),
                tr("Tokens of the document under the model's tokenizer, conversations through its chat template")};
    case DocumentTableModel::Domain:
        return {tr("Domain"), tr("What the source file calls the document's domain")};
    case DocumentTableModel::Tags:
        return {tr("Tags"), tr("Tags given at import; each names the set the document joined")};
    case DocumentTableModel::Language:
        return {tr("Lang"), tr("Language, as guessed from the text (ISO 639-1; und where nothing is sure)")};
    case DocumentTableModel::Perplexity:
        return {tr("PPL"), tr("Perplexity of the document alone under the model; measured on request")};
    case DocumentTableModel::Duplicate:
        return {tr("Dup of"), tr("The earlier document that this one repeats; found on request")};
    case DocumentTableModel::Gain:
        return {tr("Gain"), tr("Token ids that the document adds to those of the chosen ones, or that only it has "
                               "among them; known after a choice")};
    case DocumentTableModel::Source:
        return {tr("Source"), tr("File the document was imported from")};
    case DocumentTableModel::Line:
        return {tr("Line"), tr("Line of that file, from 1; empty when the document is the whole file")};
    default:
        return {tr("Text"), tr("Beginning of the document")};
    }
}

} // namespace

DocumentTableModel::DocumentTableModel(const Curation& curation, QObject* parent)
    : QAbstractTableModel(parent), m_curation(curation) {}

SortColumn DocumentTableModel::sortColumnOf(int column) {
    switch (column) {
    case InSet:
        return SortColumn::Chosen;
    case Tokens:
        return SortColumn::Tokens;
    case Domain:
        return SortColumn::Domain;
    case Tags:
        return SortColumn::Tags;
    case Language:
        return SortColumn::Language;
    case Perplexity:
        return SortColumn::Perplexity;
    case Duplicate:
        return SortColumn::Duplicate;
    case Gain:
        return SortColumn::CoverageGain;
    case Source:
        return SortColumn::Source;
    case Preview:
        return SortColumn::Text;
    default:
        return SortColumn::Row;
    }
}

void DocumentTableModel::sort(int column, Qt::SortOrder order) {
    emit sortRequested(sortColumnOf(column), order);
}

void DocumentTableModel::setDocuments(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows) {
    beginResetModel();
    m_project = std::move(project);
    m_rows = std::move(rows);
    endResetModel();
}

void DocumentTableModel::cellsChanged(int first, int last) {
    if (!m_rows.empty())
        emit dataChanged(index(0, first), index(rowCount() - 1, last), {Qt::DisplayRole});
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

QString DocumentTableModel::tokensText(std::uint32_t document) const {
    const std::int32_t count = m_curation.meter().countOf(document);
    if (count >= 0)
        return formatCount(static_cast<std::uint64_t>(count));
    return count == kNotRendered ? tr("error") : QStringLiteral("…");
}

QString DocumentTableModel::text(std::uint32_t index, int column) const {
    const DocumentView document = m_project->corpus[index];
    const MeasuredColumns& measures = m_curation.table().measures;
    switch (column) {
    case InSet: {
        const int times = index < m_curation.times().size() ? m_curation.times()[index] : 0;
        return times == 0 ? QString() : times == 1 ? QStringLiteral("✓") : QStringLiteral("×%1").arg(times);
    }
    case Number:
        return formatCount(index + std::uint64_t{1});
    case Tokens:
        return tokensText(index);
    case Domain:
        return fromUtf8(document.domain);
    case Tags:
        return joined(document.tags);
    case Language: {
        const NameList& languages = m_curation.meter().languages();
        return index < languages.column().ids.size() ? fromUtf8(languages[index]) : QString();
    }
    case Perplexity:
        return numberText(measures.perplexity, index);
    case Duplicate:
        return index < measures.duplicateOf.size() && measures.duplicateOf[index] != index
                   ? formatCount(measures.duplicateOf[index] + std::uint64_t{1})
                   : QString();
    case Gain:
        return countText(measures.coverageGain, index);
    case Source:
        return QFileInfo(fromUtf8(document.source)).fileName();
    case Line:
        return document.line ? formatCount(document.line) : QString();
    default:
        return previewLine(document, kPreviewCharacters);
    }
}

QString DocumentTableModel::toolTip(std::uint32_t index, int column) const {
    switch (column) {
    case Tokens:
        return m_curation.meter().countOf(index) == kNotRendered
                   ? tr("The chat template refuses this conversation; select it to see why")
                   : QString();
    case Source:
        return fromUtf8(m_project->corpus[index].source);
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
    if (role == Qt::DisplayRole)
        return headingOf(section).title;
    if (role == Qt::ToolTipRole)
        return headingOf(section).toolTip;
    return {};
}

} // namespace vernier::ui
