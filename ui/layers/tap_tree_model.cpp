#include "ui/layers/tap_tree_model.h"

#include "ui/bridge/statistics_store.h"
#include "ui/plots/number_format.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace vernier::ui {

namespace {

// The internal id of a block's row is 0, that of a tap its block's row + 1.
constexpr quintptr kBlockRow = 0;

} // namespace

TapTreeModel::TapTreeModel(StatisticsStore& store, JobRunner& quickJobs, QObject* parent)
    : QAbstractItemModel(parent), m_store(store), m_jobs(quickJobs) {
    connect(&m_store, &StatisticsStore::reset, this, &TapTreeModel::rebuild);
    connect(&m_store, &StatisticsStore::blockArrived, this, &TapTreeModel::readBlock);
    rebuild();
}

void TapTreeModel::rebuild() {
    beginResetModel();
    ++m_generation;
    m_blocks.assign(
        static_cast<std::size_t>(m_store.source() == StatisticsStore::Source::None ? 0 : m_store.blockCount()), {});
    m_groups.clear();
    for (int block = 0; block < static_cast<int>(m_blocks.size()); ++block)
        m_groups.push_back(static_cast<int>(m_store.inputGroups(block).size()));
    m_worstRatio = 1;
    endResetModel();
    for (int block = 0; block < static_cast<int>(m_blocks.size()); ++block)
        readBlock(block);
}

void TapTreeModel::readBlock(int block) {
    if (block >= static_cast<int>(m_blocks.size())) {
        rebuild(); // more blocks than the model had promised
        return;
    }
    const std::shared_ptr<const BlockStatistics> statistics = m_store.block(block);
    if (!statistics)
        return;
    const auto result = std::make_shared<BlockSummary>();
    JobRequest request;
    request.title = tr("Summarize block %1").arg(block);
    request.quiet = true;
    request.context = this;
    // The tree lists the inputs of linears, which stand before all other taps.
    const auto listed =
        std::min(statistics->taps.size(), static_cast<std::size_t>(m_groups[static_cast<std::size_t>(block)]));
    request.work = [statistics, listed, result](JobContext& job) {
        for (std::size_t tap = 0; tap < listed; ++tap) {
            job.throwIfCancelled();
            result->push_back(summarize(statistics->taps[tap]));
        }
    };
    request.onFinished = [this, block, result, generation = m_generation](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done && generation == m_generation)
            take(block, std::move(*result));
    };
    m_jobs.submit(std::move(request));
}

void TapTreeModel::take(int block, BlockSummary summary) {
    for (const TapSummary& tap : summary)
        m_worstRatio = std::max(m_worstRatio, tap.outlierRatio);
    m_blocks[static_cast<std::size_t>(block)] = std::move(summary);
    emit dataChanged(index(block, 0), index(block, ColumnCount - 1));
    // All bars are measured against the worst tap, so that every block may look different now.
    for (int row = 0; row < rowCount(); ++row)
        if (const int groups = m_groups[static_cast<std::size_t>(row)]; groups > 0)
            emit dataChanged(indexOf(row, 0), indexOf(row, groups - 1).siblingAtColumn(ColumnCount - 1));
}

QModelIndex TapTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kBlockRow);
}

QModelIndex TapTreeModel::parent(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == kBlockRow)
        return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, kBlockRow);
}

int TapTreeModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(m_blocks.size());
    return parent.internalId() == kBlockRow && parent.column() == 0 ? m_groups[static_cast<std::size_t>(parent.row())]
                                                                    : 0;
}

int TapTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

TapTreeModel::Place TapTreeModel::place(const QModelIndex& index) const {
    if (!index.isValid())
        return {};
    if (index.internalId() == kBlockRow)
        return {index.row(), -1};
    return {static_cast<int>(index.internalId()) - 1, index.row()};
}

QModelIndex TapTreeModel::indexOf(int block, int group) const {
    const QModelIndex parent = index(block, 0);
    return group < 0 || !parent.isValid() ? parent : index(group, 0, parent);
}

const TapSummary* TapTreeModel::summary(int block, int group) const {
    if (block < 0 || group < 0 || static_cast<std::size_t>(block) >= m_blocks.size())
        return nullptr;
    const BlockSummary& taps = m_blocks[static_cast<std::size_t>(block)];
    return static_cast<std::size_t>(group) < taps.size() ? &taps[static_cast<std::size_t>(group)] : nullptr;
}

std::optional<TapSummary> TapTreeModel::numbers(const Place& place) const {
    if (place.group >= 0) {
        const TapSummary* tap = summary(place.block, place.group);
        return tap ? std::optional(*tap) : std::nullopt;
    }
    // A block shows the worst of its taps.
    const BlockSummary& taps = m_blocks[static_cast<std::size_t>(place.block)];
    if (taps.empty())
        return std::nullopt;
    TapSummary worst = taps.front();
    for (const TapSummary& tap : taps) {
        worst.min = std::min(worst.min, tap.min);
        worst.max = std::max(worst.max, tap.max);
        worst.rms = std::max(worst.rms, tap.rms);
        worst.outlierRatio = std::max(worst.outlierRatio, tap.outlierRatio);
    }
    return worst;
}

QString TapTreeModel::text(const Place& place, int column) const {
    if (column == Tap)
        return place.group < 0 ? tr("Block %1").arg(place.block) : m_store.groupLabel(place.block, place.group);
    const std::optional<TapSummary> tap = numbers(place);
    if (!tap)
        return QStringLiteral("…");
    switch (column) {
    case Range:
        return formatRange(tap->min, tap->max, 3);
    case Rms:
        return formatNumber(tap->rms, 3);
    default:
        return formatNumber(tap->outlierRatio, 3) + QStringLiteral(" ×");
    }
}

QString TapTreeModel::toolTip(const Place& place, int column) const {
    switch (column) {
    case Tap:
        return place.group < 0 ? tr("Decoder block %1").arg(place.block) : m_store.tapName(place.block, place.group);
    case Range:
        return place.group < 0 ? tr("Smallest and largest activation of all taps of the block")
                               : tr("Smallest and largest activation over all tokens and channels");
    case Rms:
        return place.group < 0 ? tr("Largest root mean square of the block's taps")
                               : tr("Root mean square of the activations");
    default:
        return place.group < 0 ? tr("Largest outlier ratio of the block's taps")
                               : tr("Largest |x| of the worst channel over that of the median channel");
    }
}

QVariant TapTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Place where = place(index);
    switch (role) {
    case Qt::DisplayRole:
        return text(where, index.column());
    case Qt::ToolTipRole:
        return toolTip(where, index.column());
    case Qt::TextAlignmentRole:
        return index.column() == Tap ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case BarRole: {
        const std::optional<TapSummary> tap = numbers(where);
        if (index.column() != Outliers || !tap || m_worstRatio <= 1)
            return {};
        return std::clamp(std::log(std::max(1.0, tap->outlierRatio)) / std::log(m_worstRatio), 0.0, 1.0);
    }
    default:
        return {};
    }
}

QVariant TapTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == Tap ? QVariant(Qt::AlignLeft | Qt::AlignVCenter)
                              : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return toolTip({0, 0}, section);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Tap:
        return tr("Input of");
    case Range:
        return tr("Range");
    case Rms:
        return tr("RMS");
    default:
        return tr("Outliers");
    }
}

} // namespace vernier::ui
