#include "ui/bridge/findings.h"

#include "ui/bridge/text.h"

#include <utility>

namespace vernier::ui {

const std::vector<LinearSensitivity>* Findings::sensitivities(const Run& run) const {
    const auto found = m_sensitivities.find({run.name, run.blockKeys});
    return found == m_sensitivities.end() ? nullptr : &found->second;
}

void Findings::setSensitivities(const Run& run, std::vector<LinearSensitivity> linears) {
    m_sensitivities[{run.name, run.blockKeys}] = std::move(linears);
    emit changed(fromUtf8(run.name));
}

void Findings::clear() {
    m_sensitivities.clear();
}

} // namespace vernier::ui
