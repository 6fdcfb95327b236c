#include "ui/bridge/run_table_model.h"

#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"

#include <QFont>

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>

namespace vernier::ui {

namespace {

QVariant alignment(int column) {
    return QVariant::fromValue(
        Qt::Alignment(Qt::AlignVCenter | (RunColumns::isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft)));
}

/// The domains of any row, in alphabetical order.
QStringList domainsOf(const std::vector<ComparisonRow>& rows) {
    std::set<std::string> names;
    for (const ComparisonRow& row : rows)
        for (const DomainPerplexity& domain : row.domains)
            names.insert(domain.domain);
    QStringList domains;
    for (const std::string& name : names)
        domains += fromUtf8(name);
    return domains;
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
    if (QStringList domains = domainsOf(rows); domains != m_domains) { // other columns: views begin anew
        beginResetModel();
        m_rows.clear();
        m_domains = std::move(domains);
        endResetModel();
    }
    m_baseline = -1; // until all rows are there
    m_best.assign(static_cast<std::size_t>(columnCount()), std::nullopt);
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
    findBaseline();
    findBest();
    if (!isInOrder)
        endResetModel();
    else if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(static_cast<int>(m_rows.size()) - 1, columnCount() - 1));
}

void RunTableModel::rename(const QString& from, const QString& to) {
    if (const int row = rowOf(from); row >= 0) {
        m_rows[static_cast<std::size_t>(row)].run = to.toStdString();
        emit rowRenamed(from, to);
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
    emit rowsRefreshed();
}

void RunTableModel::addToLive(const QString& runName, const LinearReport& report) {
    if (!m_live || m_live->name != runName)
        return;
    ++m_live->solved;
    m_live->errorSum += report.relativeError;
    const int row = static_cast<int>(m_rows.size());
    emit dataChanged(index(row, 0), index(row, columnCount() - 1));
}

void RunTableModel::endLive() {
    if (!m_live)
        return;
    const int row = static_cast<int>(m_rows.size());
    beginRemoveRows({}, row, row);
    m_live.reset();
    endRemoveRows();
    emit rowsRefreshed();
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size()) + (m_live ? 1 : 0);
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount + static_cast<int>(m_domains.size());
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
    if (role == Qt::TextAlignmentRole)
        return alignment(index.column());
    if (static_cast<std::size_t>(index.row()) >= m_rows.size())
        return liveData(index.column(), role);
    if (role == IsBaselineRole)
        return index.row() == m_baseline;
    return value(m_rows[static_cast<std::size_t>(index.row())], index.column(), role);
}

QVariant RunTableModel::value(const ComparisonRow& row, int column, int role) const {
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
        return RunColumns::isNumeric(column) ? QVariant() : QVariant(text(row, column));
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
    case DifferenceRole:
        if (const auto value = difference(row, column))
            return RunColumns::difference(*value, column);
        return {};
    case BetterRole:
        if (const auto value = difference(row, column))
            return (*value > 0 ? 1 : *value < 0 ? -1 : 0) * RunColumns::preference(column);
        return 0;
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
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return QAbstractTableModel::headerData(section, orientation, role);
    const QString domain = section < ColumnCount ? QString() : m_domains[section - ColumnCount];
    switch (role) {
    case Qt::DisplayRole:
        return section < ColumnCount ? RunColumns::title(section) : RunColumns::domainTitle(domain);
    case Qt::ToolTipRole:
        return section < ColumnCount ? RunColumns::toolTip(section) : RunColumns::domainToolTip(domain);
    case Qt::TextAlignmentRole:
        return alignment(section);
    default:
        return {};
    }
}

std::optional<double> RunTableModel::number(const ComparisonRow& row, int column) const {
    return column < ColumnCount ? RunColumns::number(row, column)
                                : row.perplexityOf(m_domains[column - ColumnCount].toStdString());
}

QString RunTableModel::text(const ComparisonRow& row, int column) const {
    if (column < ColumnCount)
        return RunColumns::text(row, column);
    const auto value = number(row, column);
    return value ? RunColumns::formatNumber(*value, column) : QStringLiteral("–");
}

std::optional<double> RunTableModel::difference(const ComparisonRow& row, int column) const {
    if (m_baseline < 0 || column < BitsPerWeight)
        return {};
    const ComparisonRow& base = m_rows[static_cast<std::size_t>(m_baseline)];
    const auto value = number(row, column), other = number(base, column);
    if (&row == &base || !value || !other || !RunColumns::isComparable(row, base, column))
        return {};
    return *value - *other;
}

QString RunTableModel::toolTip(const ComparisonRow& row, int column) const {
    QString tip;
    if (column == Bits || column == Group)
        return QString::fromStdString(row.scheme.text());
    if (column == Note)
        return QString::fromStdString(row.note);
    const bool isScore = column == Perplexity || column == Loss || column == Kl || column == Top1;
    if (!isScore && column < ColumnCount)
        tip = text(row, column);
    else if (row.perplexity)
        tip = row.scored ? tr("Measured on “%1”, %2 windows of %3 tokens")
                               .arg(QString::fromStdString(row.scored->data))
                               .arg(row.scored->windows)
                               .arg(row.scored->sequenceLength)
                         : QString();
    else
        return tr("Not evaluated yet: choose Evaluate from the context menu");
    const auto value = difference(row, column);
    if (!value)
        return tip;
    const int better = (*value > 0 ? 1 : *value < 0 ? -1 : 0) * RunColumns::preference(column);
    const QString base = QString::fromStdString(m_rows[static_cast<std::size_t>(m_baseline)].run);
    return tip + QLatin1Char('\n') + tr("%1 against %2").arg(RunColumns::difference(*value, column), base) +
           (better > 0   ? tr(": better")
            : better < 0 ? tr(": worse")
                         : QString());
}

bool RunTableModel::isBest(const ComparisonRow& row, int column) const {
    const auto& best = m_best[static_cast<std::size_t>(column)];
    return best && number(row, column) == best;
}

bool RunTableModel::isComparable(int column) const {
    const ComparisonRow* first = nullptr;
    for (const ComparisonRow& row : m_rows) {
        if (!number(row, column))
            continue;
        if (!first)
            first = &row;
        else if (!RunColumns::isComparable(row, *first, column))
            return false;
    }
    return true;
}

void RunTableModel::findBaseline() {
    const auto project = m_session.project();
    m_baseline = project && !project->baselineRun.empty() ? rowOf(fromUtf8(project->baselineRun)) : -1;
}

void RunTableModel::findBest() {
    m_best.assign(static_cast<std::size_t>(columnCount()), std::nullopt);
    for (int column = 0; column < columnCount(); ++column) {
        const int wanted = RunColumns::preference(column);
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
