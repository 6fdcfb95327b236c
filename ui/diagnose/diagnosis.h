#pragma once

#include "core/workbench/diagnose.h"
#include "core/workbench/remedies.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/services.h"
#include "ui/tokens/worst_list.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <optional>

namespace vernier::ui {

/// Holds what was measured of one run; parts that were not are absent.
struct RunDiagnosis {
    std::vector<BlockErrors> growth;
    std::vector<LinearSensitivity> sensitivities;
    std::vector<Remedy> remedies; ///< of the worst of them
    std::shared_ptr<const TokenComparison> tokens;
    std::vector<WorstToken> worst;                     ///< of the tokens
    std::shared_ptr<const Workbench::OpenModel> model; ///< whose tokens these are
};

/// Measures where runs lose, as jobs, and keeps what was found while the project is open. Parts appear as they are
/// ready.
class Diagnosis : public QObject {
    Q_OBJECT
public:
    explicit Diagnosis(const Services& services, QObject* parent = nullptr);

    const Services& services() const { return m_services; }

    QString runName() const { return m_runName; } ///< the one looked at; empty for none
    const Run* run() const;                       ///< null for none
    void selectRun(const QString& name);

    /// What is known of the run looked at.
    const RunDiagnosis& current() const;
    /// Everything known, by run.
    const std::map<QString, RunDiagnosis>& all() const { return m_known; }

    /// Measures the run looked at over so many windows of the set "evaluation"; results of the cache come at once.
    JobId measure(int windows, bool sensitivities);

signals:
    void runChanged(); ///< another run is looked at, or runs came and went
    void measured();   ///< a part was

private:
    void refresh();

    Services m_services;
    QString m_runName;
    std::map<QString, RunDiagnosis> m_known;
};

} // namespace vernier::ui
