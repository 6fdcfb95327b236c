#pragma once

#include "core/store/project.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"

#include <QWidget>

#include <memory>
#include <optional>

class QComboBox;
class QDoubleSpinBox;
class QTimer;

namespace vernier::ui {

class WrappedLabel;

/// Lets the user choose how a pass computes, its precision and the memory it may take, and says what it will take
/// before it starts: time, memory, disk, and what the cache has already.
class PlanForm : public QWidget {
    Q_OBJECT
public:
    explicit PlanForm(const Services& services, QWidget* parent = nullptr);

    Precision precision() const;
    void setPrecision(Precision precision); ///< f32 where the processor has no units for it

    /// Plans a run a moment later, once no heavy job runs: beside one, its time could not be measured.
    void plan(const RunOrder& order);
    /// Forgets what was planned; there is nothing that could be started.
    void clear();

signals:
    void changed(); ///< a setting

private:
    void limitMemory();
    void start();

    Services m_services;
    LatestJob m_job;
    QComboBox* m_precision;
    QDoubleSpinBox* m_memory;
    WrappedLabel* m_text;
    QTimer* m_delay;
    std::optional<RunOrder> m_wanted;
    std::shared_ptr<const Project> m_project; ///< that the wanted plan is of
};

} // namespace vernier::ui
