#pragma once

#include "ui/bridge/project_session.h"
#include "ui/bridge/services.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace vernier::ui {

class MethodForm;
class PlanForm;
class WrappedLabel;

/// Lets the user order a run: what to calibrate on, how to quantize, what to evaluate on. Windows are made by the
/// recipe of the chosen set; their number and length can be changed for a run.
class RunForm : public QWidget {
    Q_OBJECT
public:
    explicit RunForm(const Services& services, QWidget* parent = nullptr);

    /// Shows settings to be looked at and started.
    void fill(const QuantizeSettings& settings, const QString& setName, const QString& runName);

    CalibrateRequest calibration() const;
    RunOrder order() const;
    /// Why the order cannot be given, in one line; empty when it can.
    QString problem() const;

private:
    QWidget* buildCalibration();
    QWidget* buildMethod();
    QWidget* buildEvaluation();
    QWidget* buildButtons();
    void projectReset();
    void refreshSets();
    void takeRecipe(); ///< of the chosen set, except where the user has changed it for this run
    void refreshModel();
    void refreshState();
    const CalibrationSet* calibrationSet() const; ///< null for none
    static void fillSets(QComboBox& box, const Project* project, const QString& preferred);

    Services m_services;
    QLineEdit* m_model = nullptr;
    QComboBox* m_set = nullptr;
    QSpinBox* m_windows = nullptr;
    QSpinBox* m_length = nullptr;
    WrappedLabel* m_tokens = nullptr;
    WrappedLabel* m_recipe = nullptr;
    QString m_recipeSet; ///< whose recipe the boxes show
    PlanForm* m_plan = nullptr;
    MethodForm* m_method = nullptr;
    QLineEdit* m_name = nullptr;
    QCheckBox* m_evaluate = nullptr;
    QComboBox* m_evaluationSet = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_calibrate = nullptr;
    QPushButton* m_sweep = nullptr;
};

} // namespace vernier::ui
