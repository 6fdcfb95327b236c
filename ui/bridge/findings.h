#pragma once

#include "core/workbench/diagnose.h"

#include <QObject>
#include <QString>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace vernier::ui {

/// Keeps what was measured of runs while the project is open, for other workspaces than the one that measured it.
class Findings : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Sensitivities of a run's linears; null while they are not known.
    const std::vector<LinearSensitivity>* sensitivities(const Run& run) const;
    void setSensitivities(const Run& run, std::vector<LinearSensitivity> linears);
    void clear();

signals:
    void changed(const QString& run);

private:
    using Key = std::pair<std::string, std::vector<std::string>>; ///< name and codes: a name may be given again

    std::map<Key, std::vector<LinearSensitivity>> m_sensitivities;
};

} // namespace vernier::ui
