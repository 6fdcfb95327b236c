#include "ui/layers/tap_tree_model.h"

#include "core/store/project.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/tap_findings.h"
#include "ui/plots/number_format.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace vernier::ui {

namespace {

// The internal id of a block's row is 0, that of a tap its block's row + 1.
constexpr quintptr kBlockRow = 0;

constexpr double kMostCondition = 0.999e7; // where float32 sums end

} // namespace

TapTreeModel::TapTreeModel(StatisticsStore& store, JobRunner& quickJobs, TapFindings& findings, QObject* parent)
    : QAbstractItemModel(parent), m_store(store), m_jobs(quickJobs), m_findings(findings) {
    connect(&m_findings, &TapFindings::changed, this, &TapTreeModel::refreshAll);
    connect(&m_store, &StatisticsStore::reset, this, &TapTreeModel::rebuild);
    connect(&m_store, &StatisticsStore::blockArrived, this, &TapTreeModel::readBlock);
    rebuild();
}

void TapTreeModel::rebuild() {
    beginResetModel();
    ++m_generation;
    const bool hasSource = m_store.source() != StatisticsStore::Source::None;
    m_blocks.assign(static_cast<std::size_t>(hasSource ? m_store.blockCount() + m_store.hasLogits() : 0), {});
    m_listed.assign(m_blocks.size(), {});
    for (int block = 0; block < static_cast<int>(m_blocks.size()); ++block) {
        const std::vector<TapSpec>& taps = m_store.taps(block);
        for (std::size_t tap = 0; tap < taps.size(); ++tap)
            if (m_kinds.contains(taps[tap].kind) || taps[tap].kind == TapKind::Logits)
                m_listed[static_cast<std::size_t>(block)].push_back(static_cast<int>(tap));
    }
    measureWorst();
    endResetModel();
    for (int block = 0; block < static_cast<int>(m_blocks.size()); ++block)
        readBlock(block);
}

void TapTreeModel::setKinds(TapKinds kinds) {
    m_kinds = kinds;
    rebuild();
}

void TapTreeModel::setRun(const Run* run) {
    m_runName = run ? fromUtf8(run->name) : QString();
    m_errors.clear();
    if (run)
        for (const LinearReport& report : run->reports)
            m_errors.insert(fromUtf8(report.name), report.relativeError);
    refreshAll();
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
    request.work = [statistics, listed = m_listed[static_cast<std::size_t>(block)], result](JobContext& job) {
        result->resize(statistics->taps.size());
        for (const int tap : listed) {
            job.throwIfCancelled();
            const auto at = static_cast<std::size_t>(tap);
            if (at < statistics->taps.size())
                (*result)[at] = summarize(statistics->taps[at]);
        }
    };
    request.onFinished = [this, block, result, generation = m_generation](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done && generation == m_generation)
            take(block, std::move(*result));
    };
    m_jobs.submit(std::move(request));
}

void TapTreeModel::take(int block, BlockSummary summary) {
    m_blocks[static_cast<std::size_t>(block)] = std::move(summary);
    refreshAll(); // bars are measured against the worst tap, so that every block may look different now
}

void TapTreeModel::refreshAll() {
    measureWorst();
    if (m_blocks.empty())
        return;
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    for (int row = 0; row < rowCount(); ++row)
        if (const QModelIndex block = index(row, 0); rowCount(block) > 0)
            emit dataChanged(index(0, 0, block), index(rowCount(block) - 1, ColumnCount - 1, block));
}

void TapTreeModel::measureWorst() {
    m_worst.assign(ColumnCount, 0);
    m_best.assign(ColumnCount, 0);
    for (int column = Range; column < ColumnCount; ++column) {
        bool any = false;
        double low = 0, high = 0;
        for (int block = 0; block < static_cast<int>(m_blocks.size()); ++block)
            for (const int tap : m_listed[static_cast<std::size_t>(block)])
                if (const auto number = tapValue(block, tap, column); number && std::isfinite(*number)) {
                    low = any ? std::min(low, *number) : *number;
                    high = any ? std::max(high, *number) : *number;
                    any = true;
                }
        m_worst[static_cast<std::size_t>(column)] = isWorstSmall(column) ? low : high;
        m_best[static_cast<std::size_t>(column)] = isWorstSmall(column) ? high : low;
    }
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
    const bool isBlock = parent.internalId() == kBlockRow && parent.column() == 0;
    return isBlock ? static_cast<int>(m_listed[static_cast<std::size_t>(parent.row())].size()) : 0;
}

int TapTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

TapTreeModel::Place TapTreeModel::place(const QModelIndex& index) const {
    if (!index.isValid())
        return {};
    if (index.internalId() == kBlockRow)
        return {index.row(), -1};
    const int block = static_cast<int>(index.internalId()) - 1;
    return {block, m_listed[static_cast<std::size_t>(block)][static_cast<std::size_t>(index.row())]};
}

QModelIndex TapTreeModel::indexOf(int block, int group) const {
    const QModelIndex parent = index(block, 0);
    if (group < 0 || !parent.isValid())
        return parent;
    const std::vector<int>& listed = m_listed[static_cast<std::size_t>(block)];
    const auto found = std::ranges::find(listed, group);
    return found == listed.end() ? QModelIndex() : index(static_cast<int>(found - listed.begin()), 0, parent);
}

const TapSummary* TapTreeModel::summary(int block, int group) const {
    if (block < 0 || group < 0 || static_cast<std::size_t>(block) >= m_blocks.size())
        return nullptr;
    const BlockSummary& taps = m_blocks[static_cast<std::size_t>(block)];
    return static_cast<std::size_t>(group) < taps.size() ? &taps[static_cast<std::size_t>(group)] : nullptr;
}

bool TapTreeModel::isHead(int block) const {
    return m_store.hasLogits() && block == m_store.blockCount();
}

std::optional<double>
TapTreeModel::worstOfLinears(int block, int tap,
                             const std::function<std::optional<double>(const QString&)>& value) const {
    const TapSpec& spec = m_store.taps(block)[static_cast<std::size_t>(tap)];
    std::optional<double> worst;
    for (const TapSpec& output : m_store.taps(block)) {
        const bool reads = spec.kind == TapKind::LinearInput && output.group == spec.group;
        if (output.kind != TapKind::LinearOutput || !(reads || output.name == spec.name))
            continue;
        if (const auto number = value(fromUtf8(output.name).section(QLatin1Char(':'), 0, 0)))
            worst = std::max(worst.value_or(0), *number);
    }
    return worst;
}

std::optional<double> TapTreeModel::tapValue(int block, int tap, int column) const {
    switch (column) {
    case Error:
        return worstOfLinears(block, tap, [this](const QString& linear) {
            const auto error = m_errors.constFind(linear);
            return error == m_errors.constEnd() ? std::nullopt : std::optional(*error);
        });
    case Sensitivity:
        return worstOfLinears(block, tap, [this](const QString& linear) { return m_findings.sensitivity(linear); });
    case Gram:
        return m_findings.gramCondition(block, tap); // the first taps are those of the input groups
    default:
        break;
    }
    const TapSummary* numbers = summary(block, tap);
    if (!numbers)
        return std::nullopt;
    switch (column) {
    case Range:
        return std::max(std::abs(numbers->min), std::abs(numbers->max));
    case Rms:
        return numbers->rms;
    case Outliers:
        return numbers->outlierRatio;
    case Kurtosis:
        return numbers->kurtosis;
    case ClipSqnr:
        return numbers->clipSqnrDb;
    default:
        return std::nullopt;
    }
}

std::optional<double> TapTreeModel::value(const Place& place, int column) const {
    if (place.block < 0 || place.block >= static_cast<int>(m_blocks.size()))
        return std::nullopt;
    if (column == Tap)
        return place.group < 0 ? place.block : place.group;
    if (place.group >= 0)
        return tapValue(place.block, place.group, column);
    std::optional<double> worst;
    for (const int tap : m_listed[static_cast<std::size_t>(place.block)])
        if (const auto number = tapValue(place.block, tap, column))
            worst = !worst ? *number : isWorstSmall(column) ? std::min(*worst, *number) : std::max(*worst, *number);
    return worst;
}

QString TapTreeModel::text(const Place& place, int column) const {
    if (column == Tap)
        return place.group >= 0      ? m_store.tapLabel(place.block, place.group)
               : isHead(place.block) ? tr("Head")
                                     : tr("Block %1").arg(place.block);
    const std::optional<double> number = value(place, column);
    if (!number)
        return column >= Gram || isHead(place.block) ? QStringLiteral("–") : QStringLiteral("…");
    if (column == Range) {
        const TapSummary* tap = summary(place.block, place.group);
        double low = tap ? tap->min : 0, high = tap ? tap->max : 0;
        if (place.group < 0)
            for (const int listed : m_listed[static_cast<std::size_t>(place.block)])
                if (const TapSummary* one = summary(place.block, listed)) {
                    low = std::min(low, one->min);
                    high = std::max(high, one->max);
                }
        return formatRange(low, high, 3);
    }
    return format(*number, column);
}

QString TapTreeModel::format(double number, int column) {
    switch (column) {
    case Outliers:
        return formatNumber(number, 3) + QStringLiteral(" ×");
    case ClipSqnr:
        return formatFixed(number, 1);
    case Gram:
        return number >= kMostCondition
                   ? tr("≥ 1e7")
                   : QString::number(number, 'e', 1).replace(QLatin1String("e+0"), QLatin1String("e"));
    default:
        return formatNumber(number, 3);
    }
}

QString TapTreeModel::meaning(int column) const {
    switch (column) {
    case Range:
        return tr("Smallest and largest activation over all tokens and channels");
    case Rms:
        return tr("Root mean square of the activations");
    case Outliers:
        return tr("Largest |x| of the worst channel over that of the median channel");
    case Kurtosis:
        return tr("Fourth moment over the square of the second: 3 for a normal distribution, more where a few values "
                  "are far out");
    case ClipSqnr:
        return tr("Signal over error in dB when activations are rounded to 8 bits over the range of least error");
    case Gram:
        return tr(
            "Condition of the Gram Σ x xᵀ of an input: largest over smallest eigenvalue. At 1e7 float32 sums end, "
            "and GPTQ lives from its damping");
    case Sensitivity:
        return m_findings.hasSensitivities()
                   ? tr("Mean KL divergence in nats with one linear alone quantized as in the run %1").arg(m_runName)
               : m_runName.isEmpty()
                   ? tr("Mean KL divergence in nats with one linear alone quantized; choose a run above the list")
                   : tr("Mean KL divergence in nats with one linear alone quantized; not measured for the run %1 yet: "
                        "“Measure” in Diagnose does it. The error column is the estimate from the Gram")
                         .arg(m_runName);
    default:
        return m_runName.isEmpty()
                   ? tr("Relative output error of a run's linears; choose a run above the list")
                   : tr("Relative output error of the linears at this tap in the run %1").arg(m_runName);
    }
}

QString TapTreeModel::toolTip(const Place& place, int column) const {
    if (column == Tap)
        return place.group >= 0      ? m_store.tapName(place.block, place.group)
               : isHead(place.block) ? tr("What stands behind the last block")
                                     : tr("Decoder block %1").arg(place.block);
    return meaning(column) + (place.group < 0 ? tr(" (the worst of the block's taps)") : QString());
}

QVariant TapTreeModel::bar(const Place& place, int column) const {
    const std::optional<double> number = value(place, column);
    if (column < Outliers || !number || !std::isfinite(*number))
        return {};
    const auto at = static_cast<std::size_t>(column);
    const double worst = m_worst[at], best = m_best[at];
    if (worst == best)
        return {};
    if (isWorstSmall(column)) // decibels are logarithms already
        return std::clamp((best - *number) / (best - worst), 0.0, 1.0);
    if (worst <= 0 || *number <= 0)
        return {};
    const double least = column >= Gram ? std::max(best, worst * 1e-4) : 1;
    return worst > least ? QVariant(std::clamp(std::log(*number / least) / std::log(worst / least), 0.0, 1.0))
                         : QVariant();
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
    case BarRole:
        return bar(where, index.column());
    case SortRole: {
        const std::optional<double> number = value(where, index.column());
        return number ? QVariant(*number) : QVariant();
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
        return section == Tap ? tr("Blocks and their taps; a click on a heading sorts") : meaning(section);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList titles{tr("Tap"),      tr("Range"), tr("RMS"),      tr("Outliers"), tr("Kurtosis"),
                             tr("SQNR, dB"), tr("Gram"),  tr("KL, nats"), tr("Error")};
    return titles.value(section);
}

} // namespace vernier::ui
