#pragma once

#include "core/workbench/select_documents.h"
#include "ui/data/curation.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace vernier::ui {

class LinesPlot;

/// Chooses documents of the set automatically, and shows by numbers what that is worth: coverage and distances of the
/// choice beside those of as many documents from the beginning, and by the curve of what each further document covers.
class SelectPanel : public QWidget {
    Q_OBJECT
public:
    explicit SelectPanel(Curation& curation, QWidget* parent = nullptr);

    /// Starts the selection with what the form says.
    void select();

signals:
    void selected();

private:
    void buildForm();
    const CalibrationSet* source() const; ///< what is chosen from; null for none
    void refresh();
    void take(const SelectOutcome& outcome, const QString& name);
    void showCoverage(const CoverageCurves& curves);
    void showQuality(const SelectionQuality& before, const SelectionQuality& after);
    std::vector<TagWeight> weights() const;

    Curation& m_curation;
    QComboBox* m_method;
    QSpinBox* m_count;
    QSpinBox* m_seed;
    QLineEdit* m_weights;
    QLineEdit* m_name;
    QPushButton* m_select;
    LinesPlot* m_coverage;
    QTableWidget* m_quality;
    QLabel* m_hint;
    QString m_made, m_madeFrom; ///< the set that the last choice made, and the one it was made from
    JobId m_job = 0;
};

} // namespace vernier::ui
