#include "ui/runs/size_question.h"

#include "core/quantize/size_plan.h"
#include "ui/bridge/text.h"

#include <QInputDialog>

#include <cmath>

namespace vernier::ui {

namespace {

constexpr double kMegabyte = 1e6;

}

std::optional<QuantizeSettings> askForSize(const Model& model, const QuantizeSettings& settings, QWidget* parent) {
    const auto full = 2 * static_cast<std::uint64_t>(model.checkpoint.parameters());
    const std::uint64_t other = full - 2 * static_cast<std::uint64_t>(model.spec.linearParameters());
    QuantizeSettings smallest = settings;
    smallest.scheme = {2, -1, settings.scheme.symmetric};
    const std::uint64_t least = other + plannedSize(model.spec, smallest).storedBytes;
    const auto megabytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / kMegabyte; };
    bool isGiven = false;
    const double wanted = QInputDialog::getDouble(
        parent, QInputDialog::tr("Under a size"),
        QInputDialog::tr("Largest size of the model in MB (%1 in 16 bits, at least %2):")
            .arg(formatBytes(full), formatBytes(least)),
        megabytes(full) / 4, std::ceil(megabytes(least) * 100) / 100, megabytes(full), 2, &isGiven);
    if (!isGiven)
        return std::nullopt;
    return largestUnder(model.spec, settings, static_cast<std::uint64_t>(wanted * kMegabyte) - other);
}

} // namespace vernier::ui
