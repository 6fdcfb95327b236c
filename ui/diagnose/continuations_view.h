#pragma once

#include "core/workbench/continuations.h"
#include "ui/bridge/job_runner.h"

#include <QWidget>

class QDoubleSpinBox;
class QHBoxLayout;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace vernier::ui {

class Diagnosis;

/// Lets full precision and several runs write on from one prompt, next to each other, with the first divergence marked.
class ContinuationsView : public QWidget {
    Q_OBJECT
public:
    explicit ContinuationsView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    QLineEdit& prompt() const { return *m_prompt; }
    QListWidget& runs() const { return *m_runs; }
    QSpinBox& tokens() const { return *m_tokens; }
    void write();

signals:
    void written();

private:
    void refresh();
    void show(const std::vector<Continuation>& continuations);

    Diagnosis& m_diagnosis;
    QLineEdit* m_prompt;
    QSpinBox* m_tokens;
    QDoubleSpinBox* m_temperature;
    QPushButton* m_write;
    QListWidget* m_runs;
    QHBoxLayout* m_texts;
    JobId m_job = 0;
};

} // namespace vernier::ui
