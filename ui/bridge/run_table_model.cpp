#include "ui/bridge/run_table_model.h"

#include "ui/bridge/text.h"

#include <QFont>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

bool isNumeric(int column) {
    return column >= RunTableModel::BitsPerWeight || column == RunTableModel::Bits || column == RunTableModel::Group;
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
        m_live.reset();
        reload();
    });
    connect(&session, &ProjectSession::runsChanged, this, &RunTableModel::reload);
    connect(&session, &ProjectSession::runStarted, this, &RunTableModel::beginLive);
    connect(&session, &ProjectSession::linearReported, this, &RunTableModel::addToLive);
    connect(&session, &ProjectSession::runFinished, this, &RunTableModel::endLive);
    reload();
}

void RunTableModel::reload() {
    beginResetModel();
    const auto project = m_session.project();
    m_rows = project ? compareRuns(*project) : std::vector<ComparisonRow>{};
    findBest();
    endResetModel();
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
