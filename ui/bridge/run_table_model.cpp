#include "ui/bridge/run_table_model.h"

#include "core/workbench/edit_runs.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"

#include <QFont>

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

namespace vernier::ui {

namespace {

bool isNumeric(int column) {
    return (column >= RunTableModel::BitsPerWeight && column <= RunTableModel::Time) || column == RunTableModel::Bits ||
           column == RunTableModel::Group;
}

/// Whether a column is a result to be compared, and which end is good: -1 low, 1 high, 0 neither.
int preference(int column) {
    switch (column) {
    case RunTableModel::BitsPerWeight:
    case RunTableModel::Size:
    case RunTableModel::Perplexity:
    case RunTableModel::Loss:
    case RunTableModel::Kl:
    case RunTableModel::LayerError:
        return -1;
    case RunTableModel::Top1:
        return 1;
    default:
        return 0;
    }
}

} // namespace

RunTableModel::RunTableModel(ProjectSession& session, QObject* parent)
    : QAbstractTableModel(parent), m_session(session) {
    connect(&session, &ProjectSession::projectReset, this, [this] {
        beginResetModel();
        m_live.reset();
        m_rows.clear();
        endResetModel();
        reload();
    });
    connect(&session, &ProjectSession::runRenamed, this, &RunTableModel::rename);
    connect(&session, &ProjectSession::runsChanged, this, &RunTableModel::reload);
    connect(&session, &ProjectSession::runStarted, this, &RunTableModel::beginLive);
    connect(&session, &ProjectSession::linearReported, this, &RunTableModel::addToLive);
    connect(&session, &ProjectSession::runFinished, this, &RunTableModel::endLive);
    reload();
}

void RunTableModel::reload() {
    const auto project = m_session.project();
    take(project ? compareRuns(*project) : std::vector<ComparisonRow>{});
    emit rowsRefreshed();
}

void RunTableModel::take(std::vector<ComparisonRow> rows) {
    // Runs that stay keep their rows, so that views keep what is selected and where they are scrolled to.
    const auto namesOf = [](const std::vector<ComparisonRow>& list) {
        std::unordered_set<std::string> names;
        for (const ComparisonRow& row : list)
            names.insert(row.run);
        return names;
    };
    const auto staying = namesOf(rows);
    for (int end = static_cast<int>(m_rows.size()); end > 0;) {
        int begin = end;
        while (begin > 0 && !staying.contains(m_rows[static_cast<std::size_t>(begin) - 1].run))
            --begin;
        if (begin < end) {
            beginRemoveRows({}, begin, end - 1);
            m_rows.erase(m_rows.begin() + begin, m_rows.begin() + end);
            endRemoveRows();
        }
        end = begin - 1;
    }
    const auto known = namesOf(m_rows);
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t end = i;
        while (end < rows.size() && !known.contains(rows[end].run))
            ++end;
        if (end > i) {
            beginInsertRows({}, static_cast<int>(i), static_cast<int>(end) - 1);
            m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(i),
                          rows.begin() + static_cast<std::ptrdiff_t>(i),
                          rows.begin() + static_cast<std::ptrdiff_t>(end));
            endInsertRows();
        }
        i = std::max(end, i + 1);
    }
    const bool isInOrder = std::ranges::equal(m_rows, rows, {}, &ComparisonRow::run, &ComparisonRow::run);
    if (!isInOrder)
        beginResetModel();
    m_rows = std::move(rows);
    findBest();
    if (!isInOrder)
        endResetModel();
    else if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(static_cast<int>(m_rows.size()) - 1, ColumnCount - 1));
}

void RunTableModel::rename(const QString& from, const QString& to) {
    if (const int row = rowOf(from); row >= 0) {
        m_rows[static_cast<std::size_t>(row)].run = to.toStdString();
        emit dataChanged(index(row, Name), index(row, Name));
    }
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const bool isEditable = index.column() == Name || index.column() == Tags || index.column() == Note;
    return isEditable && static_cast<std::size_t>(index.row()) < m_rows.size() ? flags | Qt::ItemIsEditable : flags;
}

bool RunTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable))
        return false;
    const QString run = QString::fromStdString(m_rows[static_cast<std::size_t>(index.row())].run);
    if (index.column() == Name)
        m_session.runs().rename(run, value.toString());
    else if (index.column() == Tags)
        m_session.runs().setTags(run, value.toString());
    else
        m_session.runs().setNote(run, value.toString());
    return true;
}

void RunTableModel::beginLive(const QString& runName, int linears) {
    endLive();
    const int row = static_cast<int>(m_rows.size());
    beginInsertRows({}, row, row);
    m_live = LiveRun{runName, 0, linears, 0};
    endInsertRows();
}

void RunTableModel::addToLive(const QString& runName, const LinearReport& report) {
    if (!m_live || m_live->name != runName)
        return;
    ++m_live->solved;
    m_live->errorSum += report.relativeError;
    const int row = static_cast<int>(m_rows.size());
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void RunTableModel::endLive() {
    if (!m_live)
        return;
    const int row = static_cast<int>(m_rows.size());
    beginRemoveRows({}, row, row);
    m_live.reset();
    endRemoveRows();
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size()) + (m_live ? 1 : 0);
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int{ColumnCount};
}

int RunTableModel::rowOf(const QString& runName) const {
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(),
                     [name = runName.toStdString()](const ComparisonRow& row) { return row.run == name; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int column = index.column();
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft)));
    if (static_cast<std::size_t>(index.row()) >= m_rows.size())
        return liveData(column, role);
    const ComparisonRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::EditRole:
        return column == Note ? QString::fromStdString(row.note) : text(row, column);
    case Qt::ToolTipRole:
        return toolTip(row, column);
    case SortRole:
        if (const auto value = number(row, column))
            return *value;
        return isNumeric(column) ? QVariant() : QVariant(text(row, column));
    case BestRole:
        return isBest(row, column);
    case Qt::FontRole:
        if (isBest(row, column)) {
            QFont font;
            font.setBold(true);
            return font;
        }
        return {};
    case RunNameRole:
        return QString::fromStdString(row.run);
    case BusyRole:
        return false;
    default:
        return {};
    }
}

QVariant RunTableModel::liveData(int column, int role) const {
    if (role == BusyRole)
        return true;
    if (role == RunNameRole || (role == Qt::DisplayRole && column == Name))
        return m_live->name;
    if (role != Qt::DisplayRole)
        return {};
    if (column == Method)
        return tr("%1 of %2 linears").arg(m_live->solved).arg(m_live->linears);
    if (column == LayerError && m_live->solved)
        return formatSignificant(m_live->errorSum / m_live->solved, 4);
    return {};
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (role) {
    case Qt::DisplayRole:
        return columnText(section).title;
    case Qt::ToolTipRole:
        return columnText(section).toolTip;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (isNumeric(section) ? Qt::AlignRight : Qt::AlignLeft)));
    default:
        return {};
    }
}

RunTableModel::ColumnText RunTableModel::columnText(int column) {
    switch (column) {
    case Name:
        return {tr("Run"), tr("Name of the run")};
    case Method:
        return {tr("Method"), tr("How codes are chosen on the grid: RTN, GPTQ or AWQ")};
    case Bits:
        return {tr("Bits"), tr("Bits of one code; “sym” where the grid is symmetric")};
    case Group:
        return {tr("Group"), tr("Input columns that share a scale; “row” is one group per row")};
    case Set:
        return {tr("Set"), tr("Calibration set")};
    case BitsPerWeight:
        return {tr("Bits/weight"),
                tr("Stored bits per weight over the quantized linears: codes, scales and zero points")};
    case Size:
        return {tr("Size"), tr("Size of the whole model, with what stays in 16 bits")};
    case Perplexity:
        return {tr("Perplexity"), tr("Perplexity on the evaluation text; lower is better")};
    case Loss:
        return {tr("Loss"), tr("Perplexity above that of full precision on the same text; lower is better")};
    case Kl:
        return {tr("KL (nats)"),
                tr("Mean KL divergence of the predictions from full precision, in nats; lower is better")};
    case Top1:
        return {tr("Top-1"),
                tr("Share of positions where the most likely token is that of full precision; higher is better")};
    case LayerError:
        return {tr("Layer error"), tr("Mean relative output error of the linears: tr(ΔW H ΔWᵀ) / tr(W H Wᵀ), on the "
                                      "inputs of the run’s own calibration; compare runs of one set")};
    case Time:
        return {tr("Time"), tr("What quantizing took")};
    case Tags:
        return {tr("Tags"), tr("Given by hand, separated by commas; F2 or a double click changes them")};
    case Note:
        return {tr("Note"), tr("Written by hand; F2 or a double click changes it")};
    default:
        return {};
    }
}

QString RunTableModel::text(const ComparisonRow& row, int column) const {
    const auto fixed = [](const std::optional<double>& value, int digits) {
        return value ? formatFixed(*value, digits) : QStringLiteral("–");
    };
    switch (column) {
    case Name:
        return QString::fromStdString(row.run);
    case Method:
        return methodTitle(row.method);
    case Bits:
        if (row.scheme.format != NumberFormat::Integer)
            return QString::fromStdString(name(row.scheme.format));
        return row.scheme.symmetric ? tr("%1 sym").arg(row.scheme.bits) : QString::number(row.scheme.bits);
    case Group:
        if (row.scheme.groupSize == 0)
            return tr("tensor");
        return row.scheme.groupSize < 0 ? tr("row") : QString::number(row.scheme.groupSize);
    case Set:
        return QString::fromStdString(row.calibrationSet);
    case BitsPerWeight:
        return formatFixed(row.bitsPerWeight, 3);
    case Size:
        return formatBytes(row.totalBytes);
    case Perplexity:
        return fixed(row.perplexity, 4);
    case Loss:
        return row.perplexityLoss
                   ? (*row.perplexityLoss >= 0 ? QStringLiteral("+") : QString()) + formatFixed(*row.perplexityLoss, 4)
                   : QStringLiteral("–");
    case Kl:
        return row.kl ? formatSignificant(*row.kl, 4) : QStringLiteral("–");
    case Top1:
        return row.top1 ? formatPercent(*row.top1) : QStringLiteral("–");
    case LayerError:
        return formatSignificant(row.meanRelativeError, 4);
    case Time:
        if (row.seconds == 0) // came from the cache, and what it once took is not known
            return tr("cached");
        return formatDuration(std::chrono::milliseconds(static_cast<std::int64_t>(row.seconds * 1000)));
    case Tags:
        return QString::fromStdString(tagsText(row.tags));
    case Note:
        return QString::fromStdString(row.note).simplified();
    default:
        return {};
    }
}

QString RunTableModel::toolTip(const ComparisonRow& row, int column) const {
    switch (column) {
    case Bits:
    case Group:
        return QString::fromStdString(row.scheme.text());
    case Perplexity:
    case Loss:
    case Kl:
    case Top1:
        return row.perplexity ? tr("Measured on “%1”").arg(QString::fromStdString(row.evaluatedOn))
                              : tr("Not evaluated yet: choose Evaluate from the context menu");
    case Note:
        return QString::fromStdString(row.note);
    default:
        return text(row, column);
    }
}

std::optional<double> RunTableModel::number(const ComparisonRow& row, int column) const {
    switch (column) {
    case Bits:
        return row.scheme.bits;
    case Group:
        return row.scheme.groupSize < 0 ? 1e9 : row.scheme.groupSize;
    case BitsPerWeight:
        return row.bitsPerWeight;
    case Size:
        return static_cast<double>(row.totalBytes);
    case Perplexity:
        return row.perplexity;
    case Loss:
        return row.perplexityLoss;
    case Kl:
        return row.kl;
    case Top1:
        return row.top1;
    case LayerError:
        return row.meanRelativeError;
    case Time:
        return row.seconds;
    default:
        return {};
    }
}

bool RunTableModel::isBest(const ComparisonRow& row, int column) const {
    const auto& best = m_best[static_cast<std::size_t>(column)];
    return best && number(row, column) == best;
}

bool RunTableModel::isComparable(int column) const {
    const bool needsSameText = column == Perplexity || column == Loss || column == Kl || column == Top1;
    if (!needsSameText && column != LayerError)
        return true;
    const ComparisonRow* first = nullptr;
    for (const ComparisonRow& row : m_rows) {
        if (!number(row, column))
            continue;
        if (!first)
            first = &row;
        else if (needsSameText ? row.evaluatedOn != first->evaluatedOn : row.calibrationSet != first->calibrationSet)
            return false;
    }
    return true;
}

void RunTableModel::findBest() {
    m_best.assign(ColumnCount, std::nullopt);
    for (int column = 0; column < ColumnCount; ++column) {
        const int wanted = preference(column);
        if (wanted == 0 || !isComparable(column))
            continue;
        std::vector<double> values;
        for (const ComparisonRow& row : m_rows)
            if (const auto value = number(row, column))
                values.push_back(*value);
        if (values.size() < 2)
            continue;
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        if (*low != *high) // a mark on equal values would say nothing
            m_best[static_cast<std::size_t>(column)] = wanted < 0 ? *low : *high;
    }
}

} // namespace vernier::ui
