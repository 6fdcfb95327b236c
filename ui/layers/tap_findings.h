#pragma once

#include "core/calibrate/gram_health.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vernier {
struct Project;
struct Run;
} // namespace vernier

namespace vernier::ui {

/// Finds out what the statistics alone do not say of taps: how well conditioned the Gram of an input is, examined block
/// by block behind the jobs that wait, and what quantizing the linears alone costs, of the run that is selected, where
/// Diagnose or the cache knows.
class TapFindings : public QObject {
    Q_OBJECT
public:
    explicit TapFindings(const Services& services, QObject* parent = nullptr);

    /// Largest over smallest eigenvalue of the Gram of an input group; nothing while it is not known, or for one that
    /// no token reached.
    std::optional<double> gramCondition(int block, int group) const;
    /// Mean KL in nats with a linear alone quantized, by its full name; nothing while it was not measured.
    std::optional<double> sensitivity(const QString& linear) const;
    bool hasSensitivities() const { return !m_sensitivities.isEmpty(); }

    /// Grams are examined while somebody looks: not at first.
    void setWatched(bool watched);

signals:
    void changed();

private:
    void restart();
    void examineNext();
    void takeSensitivities();
    void lookUpSensitivities(const std::shared_ptr<const Project>& project, const Run& run);

    Services m_services;
    LatestJob m_examining;
    LatestJob m_lookingUp;
    std::vector<std::vector<GramHealth>> m_grams; ///< per block and input group; empty until examined
    std::vector<std::string> m_blockKeys;         ///< of the calibration they are of
    std::size_t m_next = 0;                       ///< block
    QHash<QString, double> m_sensitivities;
    bool m_isWatched = false;
    bool m_isExamining = false;
};

} // namespace vernier::ui
