#include "ui/bridge/run_arrangement.h"

#include "ui/bridge/text.h"

#include <QHash>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace vernier::ui {

namespace {

/// Columns of settings that have names of their own among the settings.
const std::map<std::string, int>& settingColumns() {
    static const std::map<std::string, int> kColumns = {
        {"method", RunTableModel::Method},  {"bits", RunTableModel::Bits},   {"group_size", RunTableModel::Group},
        {"symmetric", RunTableModel::Bits}, {"format", RunTableModel::Bits}, {"set", RunTableModel::Set}};
    return kColumns;
}

bool isSettingColumn(int column) {
    return column >= RunTableModel::Method && column <= RunTableModel::Set;
}

} // namespace

RunArrangement::RunArrangement(RunTableModel& source, QObject* parent) : QAbstractTableModel(parent), m_source(source) {
    connect(&source, &QAbstractItemModel::dataChanged, this, &RunArrangement::forwardLive);
    connect(&source, &RunTableModel::rowRenamed, this, &RunArrangement::rename);
    connect(&source, &RunTableModel::rowsRefreshed, this, [this] {
        arrange();
        if (!m_entries.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    });
    connect(&source, &QAbstractItemModel::modelAboutToBeReset, this, &RunArrangement::beginResetModel);
    connect(&source, &QAbstractItemModel::modelReset, this, [this] {
        m_entries.clear();
        m_shown.clear();
        endResetModel();
    });
    arrange();
}

int RunArrangement::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int RunArrangement::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_source.columnCount();
}

QVariant RunArrangement::headerData(int section, Qt::Orientation orientation, int role) const {
    return m_source.headerData(section, orientation, role);
}

QVariant RunArrangement::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    if (role == HeadingRole)
        return entry.isHeading;
    if (entry.isHeading)
        return role == Qt::DisplayRole && index.column() == 0 ? QVariant(entry.run) : QVariant();
    if (entry.sourceRow < 0) // about to be removed
        return {};
    const std::size_t row = static_cast<std::size_t>(entry.sourceRow);
    const bool isLive = row >= m_source.rows().size();
    switch (role) {
    case DiffersRole:
        return !isLive && differs(m_source.rows()[row], index.column());
    case HiddenRole:
        return m_hidden.contains(entry.run);
    case Qt::DisplayRole:
    case Qt::EditRole:
    case Qt::ToolTipRole:
        if (index.column() == RunTableModel::Settings && !isLive)
            return otherSettings(m_source.rows()[row]);
        break;
    default:
        break;
    }
    return m_source.data(m_source.index(entry.sourceRow, index.column()), role);
}

bool RunArrangement::setData(const QModelIndex& index, const QVariant& value, int role) {
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    return !entry.isHeading && m_source.setData(m_source.index(entry.sourceRow, index.column()), value, role);
}

Qt::ItemFlags RunArrangement::flags(const QModelIndex& index) const {
    if (!index.isValid())
        return Qt::NoItemFlags;
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    return entry.isHeading ? Qt::ItemIsEnabled : m_source.flags(m_source.index(entry.sourceRow, index.column()));
}

int RunArrangement::rowOf(const QString& run) const {
    const auto found =
        std::ranges::find_if(m_entries, [&](const Entry& entry) { return !entry.isHeading && entry.run == run; });
    return found == m_entries.end() ? -1 : static_cast<int>(found - m_entries.begin());
}

void RunArrangement::sort(int column, Qt::SortOrder order) {
    m_sortColumn = column;
    m_sortOrder = order;
    arrange();
}

void RunArrangement::setFilter(const QString& text) {
    m_words = text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    arrange();
}

void RunArrangement::setGrouping(RunGrouping grouping) {
    m_grouping = grouping;
    m_folded.clear();
    arrange();
}

void RunArrangement::hideRuns(const QStringList& runs) {
    m_hidden.unite({runs.begin(), runs.end()});
    arrange();
}

void RunArrangement::unhideRuns(const QStringList& runs) {
    m_hidden.subtract({runs.begin(), runs.end()});
    arrange();
}

void RunArrangement::setHiddenShown(bool shown) {
    m_showsHidden = shown;
    arrange();
}

void RunArrangement::toggleGroup(int row) {
    const QString key = m_entries[static_cast<std::size_t>(row)].key;
    if (!m_folded.remove(key))
        m_folded.insert(key);
    arrange();
}

void RunArrangement::forwardLive(const QModelIndex& topLeft) {
    if (static_cast<std::size_t>(topLeft.row()) >= m_source.rows().size() && !m_entries.empty())
        emit dataChanged(index(rowCount() - 1, 0), index(rowCount() - 1, columnCount() - 1));
}

void RunArrangement::rename(const QString& from, const QString& to) {
    if (m_hidden.remove(from))
        m_hidden.insert(to);
    for (Entry& entry : m_entries)
        if (!entry.isHeading && entry.run == from) {
            entry.key.chop(from.size());
            entry.key += to;
            entry.run = to;
        }
}

bool RunArrangement::passes(const ComparisonRow& row) const {
    if (m_words.isEmpty())
        return true;
    QStringList texts{fromUtf8(row.run), methodTitle(row.method), fromUtf8(row.scheme.text()), fromUtf8(row.note)};
    for (const std::string& tag : row.tags)
        texts += fromUtf8(tag);
    for (const Setting& setting : row.settings)
        texts += fromUtf8(setting.name) + QLatin1Char(' ') + fromUtf8(setting.value);
    const QString all = texts.join(QLatin1Char('\n'));
    return std::ranges::all_of(m_words, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

void RunArrangement::choose() {
    m_shown.clear();
    for (const ComparisonRow& row : m_source.rows())
        if ((m_showsHidden || !m_hidden.contains(fromUtf8(row.run))) && passes(row))
            m_shown.push_back(&row);
    m_settings = sharedSettings(m_shown);

    const int baseline = m_source.baselineRow();
    m_usual.assign(RunTableModel::Set + 1, {});
    for (int column = RunTableModel::Method; column <= RunTableModel::Set; ++column) {
        std::map<QString, int> counts;
        for (const ComparisonRow* row : m_shown)
            ++counts[m_source.text(*row, column)];
        QString& usual = m_usual[static_cast<std::size_t>(column)];
        if (baseline >= 0)
            usual = m_source.text(m_source.rows()[static_cast<std::size_t>(baseline)], column);
        else if (counts.size() > 1)
            usual = std::ranges::max_element(counts, {}, &std::pair<const QString, int>::second)->first;
        if (counts.size() < 2)
            usual.clear();
    }
}

bool RunArrangement::differs(const ComparisonRow& row, int column) const {
    if (!isSettingColumn(column))
        return false;
    const QString& usual = m_usual[static_cast<std::size_t>(column)];
    return !usual.isEmpty() && m_source.text(row, column) != usual;
}

QString RunArrangement::otherSettings(const ComparisonRow& row) const {
    QStringList parts;
    for (const std::string& name : m_settings.differing)
        if (!settingColumns().contains(name))
            if (const std::string value = settingValue(row, name); value != "–")
                parts += fromUtf8(name) + QLatin1Char(' ') + fromUtf8(value);
    return parts.join(QStringLiteral(" · "));
}

QStringList RunArrangement::groupsOf(const ComparisonRow& row) const {
    switch (m_grouping) {
    case RunGrouping::None:
        break;
    case RunGrouping::Method:
        return {methodTitle(row.method)};
    case RunGrouping::Bits:
        return {row.scheme.format == NumberFormat::Integer ? tr("%1 bits").arg(row.scheme.bits)
                                                           : fromUtf8(name(row.scheme.format))};
    case RunGrouping::Set:
        return {row.calibrationSet.empty() ? tr("no set") : fromUtf8(row.calibrationSet)};
    case RunGrouping::Tag: {
        QStringList tags;
        for (const std::string& tag : row.tags)
            tags += fromUtf8(tag);
        return tags.isEmpty() ? QStringList{tr("no tag")} : tags;
    }
    }
    return {QString()};
}

std::vector<int> RunArrangement::orderedRows() const {
    struct Key {
        int row = 0;
        bool isBaseline = false;
        QVariant value;
    };
    std::vector<Key> keys;
    for (const ComparisonRow* shown : m_shown) {
        const int row = static_cast<int>(shown - m_source.rows().data());
        const QVariant value = m_sortColumn == RunTableModel::Settings ? QVariant(otherSettings(*shown))
                               : m_sortColumn < 0
                                   ? QVariant()
                                   : m_source.data(m_source.index(row, m_sortColumn), RunTableModel::SortRole);
        keys.push_back({row, row == m_source.baselineRow(), value});
    }
    std::ranges::stable_sort(keys, [this](const Key& a, const Key& b) {
        if (a.isBaseline != b.isBaseline)
            return a.isBaseline;
        if (m_sortColumn < 0 || !a.value.isValid() || !b.value.isValid())
            return m_sortColumn >= 0 && a.value.isValid() && !b.value.isValid();
        const bool isRising = m_sortOrder == Qt::AscendingOrder;
        const QVariant& low = isRising ? a.value : b.value;
        const QVariant& high = isRising ? b.value : a.value;
        if (low.userType() == QMetaType::QString)
            return QString::localeAwareCompare(low.toString(), high.toString()) < 0;
        return low.toDouble() < high.toDouble();
    });
    std::vector<int> rows;
    for (const Key& key : keys)
        rows.push_back(key.row);
    return rows;
}

std::vector<RunArrangement::Entry> RunArrangement::entries() const {
    std::map<QString, std::vector<Entry>> groups;
    for (const int row : orderedRows()) {
        const ComparisonRow& shown = m_source.rows()[static_cast<std::size_t>(row)];
        const QString run = fromUtf8(shown.run);
        for (const QString& group : groupsOf(shown))
            groups[group].push_back({group + QLatin1Char('\n') + run, run, row});
    }
    std::vector<Entry> all;
    for (auto& [group, members] : groups) {
        const bool isFolded = m_folded.contains(group);
        if (m_grouping != RunGrouping::None)
            all.push_back(
                {group,
                 tr("%1 %2 (%3)").arg(isFolded ? QStringLiteral("▸") : QStringLiteral("▾"), group).arg(members.size()),
                 -1, true});
        if (!isFolded)
            std::ranges::move(members, std::back_inserter(all));
    }
    const int live = static_cast<int>(m_source.rows().size());
    if (m_source.rowCount() > live) // being made: behind all others
        all.push_back({QStringLiteral("\n\n"), m_source.index(live, 0).data().toString(), live});
    return all;
}

void RunArrangement::arrange() {
    choose();
    become(entries());
    emit arranged();
}

void RunArrangement::become(std::vector<Entry> wanted) {
    QHash<QString, const Entry*> places;
    for (const Entry& entry : wanted)
        places.insert(entry.key, &entry);
    // What stays may stand in another row of the source by now.
    for (Entry& entry : m_entries)
        if (const Entry* place = places.value(entry.key))
            entry = *place;
        else
            entry.sourceRow = -1;
    for (int end = rowCount(); end > 0;) {
        int begin = end;
        while (begin > 0 && !places.contains(m_entries[static_cast<std::size_t>(begin) - 1].key))
            --begin;
        if (begin < end) {
            beginRemoveRows({}, begin, end - 1);
            m_entries.erase(m_entries.begin() + begin, m_entries.begin() + end);
            endRemoveRows();
        }
        end = begin - 1;
    }

    QHash<QString, int> present; // row of each entry that stays, and then its new one
    for (int row = 0; row < rowCount(); ++row)
        present.insert(m_entries[static_cast<std::size_t>(row)].key, row);
    std::vector<Entry> staying;
    for (const Entry& entry : wanted)
        if (present.contains(entry.key))
            staying.push_back(entry);
    if (!std::ranges::equal(staying, m_entries, {}, &Entry::key, &Entry::key)) {
        emit layoutAboutToBeChanged();
        for (std::size_t i = 0; i < staying.size(); ++i)
            present[staying[i].key] = static_cast<int>(i);
        QModelIndexList from = persistentIndexList(), to;
        for (const QModelIndex& was : from)
            to.append(index(present.value(m_entries[static_cast<std::size_t>(was.row())].key), was.column()));
        m_entries = staying;
        changePersistentIndexList(from, to);
        emit layoutChanged();
    }
    for (std::size_t i = 0; i < wanted.size();) {
        std::size_t end = i;
        while (end < wanted.size() && !present.contains(wanted[end].key))
            ++end;
        if (end > i) {
            const auto first = static_cast<std::ptrdiff_t>(i), last = static_cast<std::ptrdiff_t>(end);
            beginInsertRows({}, static_cast<int>(i), static_cast<int>(end) - 1);
            m_entries.insert(m_entries.begin() + first, wanted.begin() + first, wanted.begin() + last);
            endInsertRows();
        }
        i = std::max(end, i + 1);
    }
    m_entries = std::move(wanted);
}

} // namespace vernier::ui
