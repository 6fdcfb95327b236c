#include "ui/bridge/run_columns.h"

#include "core/workbench/edit_runs.h"
#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <chrono>
#include <cmath>

namespace vernier::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RunColumns", text);
}

const QString kNone = QStringLiteral("–");

bool needsSameText(int column) {
    using enum RunColumns::Column;
    return column == Perplexity || column == Loss || column == Kl || column == Top1 || column >= ColumnCount;
}

QString duration(double seconds) {
    return formatDuration(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

QString gridText(const ComparisonRow& row) {
    if (row.scheme.format != NumberFormat::Integer)
        return fromUtf8(name(row.scheme.format));
    return row.scheme.symmetric ? tr("%1 sym").arg(row.scheme.bits) : QString::number(row.scheme.bits);
}

QString groupText(const ComparisonRow& row) {
    if (row.scheme.groupSize == 0)
        return tr("tensor");
    return row.scheme.groupSize < 0 ? tr("row") : QString::number(row.scheme.groupSize);
}

} // namespace

bool RunColumns::isNumeric(int column) {
    return (column >= BitsPerWeight && column <= Time) || column == Bits || column == Group || column >= ColumnCount;
}

int RunColumns::preference(int column) {
    switch (column) {
    case BitsPerWeight:
    case Size:
    case Perplexity:
    case Loss:
    case Kl:
    case LayerError:
        return -1;
    case Top1:
        return 1;
    default:
        return column >= ColumnCount ? -1 : 0;
    }
}

bool RunColumns::isComparable(const ComparisonRow& a, const ComparisonRow& b, int column) {
    if (needsSameText(column))
        return scoredAlike(a, b);
    return column != LayerError || a.calibrationSet == b.calibrationSet;
}

QString RunColumns::title(int column) {
    switch (column) {
    case Name:
        return tr("Run");
    case Method:
        return tr("Method");
    case Bits:
        return tr("Bits");
    case Group:
        return tr("Group");
    case Set:
        return tr("Set");
    case Settings:
        return tr("Other settings");
    case BitsPerWeight:
        return tr("Bits/weight");
    case Size:
        return tr("Size");
    case Perplexity:
        return tr("Perplexity");
    case Loss:
        return tr("Loss");
    case Kl:
        return tr("KL (nats)");
    case Top1:
        return tr("Top-1");
    case LayerError:
        return tr("Layer error");
    case Time:
        return tr("Time");
    case Tags:
        return tr("Tags");
    case Note:
        return tr("Note");
    default:
        return {};
    }
}

QString RunColumns::toolTip(int column) {
    switch (column) {
    case Name:
        return tr("Name of the run; F2 changes it");
    case Method:
        return tr("How codes are chosen on the grid: RTN, GPTQ or AWQ");
    case Bits:
        return tr("Bits of one code; “sym” where the grid is symmetric");
    case Group:
        return tr("Input columns that share a scale; “row” is one group per row");
    case Set:
        return tr("Calibration set");
    case Settings:
        return tr("Settings that differ among the runs and have no column of their own");
    case BitsPerWeight:
        return tr("Stored bits per weight over the quantized linears: codes, scales and zero points");
    case Size:
        return tr("Size of the whole model, with what stays in 16 bits");
    case Perplexity:
        return tr("Perplexity on the evaluation text; lower is better");
    case Loss:
        return tr("Perplexity above that of full precision on the same text; lower is better");
    case Kl:
        return tr("Mean KL divergence of the predictions from full precision, in nats; lower is better");
    case Top1:
        return tr("Share of positions where the most likely token is that of full precision; higher is better");
    case LayerError:
        return tr("Mean relative output error of the linears: tr(ΔW H ΔWᵀ) / tr(W H Wᵀ), on the "
                  "inputs of the run’s own calibration; compare runs of one set");
    case Time:
        return tr("What quantizing took");
    case Tags:
        return tr("Given by hand, separated by commas; F2 or a double click changes them");
    case Note:
        return tr("Written by hand; F2 or a double click changes it");
    default:
        return {};
    }
}

QString RunColumns::domainTitle(const QString& domain) {
    return tr("PPL %1").arg(domain.isEmpty() ? tr("(no domain)") : domain);
}

QString RunColumns::domainToolTip(const QString& domain) {
    return tr("Perplexity on the evaluation text of the domain “%1”; lower is better").arg(domain);
}

QString RunColumns::formatNumber(double value, int column) {
    switch (column) {
    case BitsPerWeight:
        return formatFixed(value, 3);
    case Size:
        return formatBytes(static_cast<std::uint64_t>(value));
    case Kl:
    case LayerError:
        return formatSignificant(value, 4);
    case Top1:
        return formatPercent(value);
    case Time:
        return value == 0 ? tr("cached") : duration(value); // from the cache, and what it once took is not known
    default:
        return formatFixed(value, 4);
    }
}

QString RunColumns::difference(double value, int column) {
    const QString size = column == Time ? duration(std::abs(value)) : formatNumber(std::abs(value), column);
    if (value == 0)
        return QStringLiteral("±0");
    return (value > 0 ? QStringLiteral("+") : QStringLiteral("−")) + size;
}

QString RunColumns::text(const ComparisonRow& row, int column) {
    switch (column) {
    case Name:
        return fromUtf8(row.run);
    case Method:
        return methodTitle(row.method);
    case Bits:
        return gridText(row);
    case Group:
        return groupText(row);
    case Set:
        return fromUtf8(row.calibrationSet);
    case Loss:
        return row.perplexityLoss
                   ? (*row.perplexityLoss >= 0 ? QStringLiteral("+") : QString()) + formatFixed(*row.perplexityLoss, 4)
                   : kNone;
    case Tags:
        return fromUtf8(tagsText(row.tags));
    case Note:
        return fromUtf8(row.note).simplified();
    default:
        break;
    }
    const auto value = number(row, column);
    return value ? formatNumber(*value, column) : isNumeric(column) ? kNone : QString();
}

std::optional<double> RunColumns::number(const ComparisonRow& row, int column) {
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

} // namespace vernier::ui
