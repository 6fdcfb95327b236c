#pragma once

#include "core/quantize/weight_map.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"

#include <QRect>
#include <QWidget>

#include <memory>
#include <optional>
#include <string>

class QCheckBox;
class QComboBox;
class QLabel;
class QLayout;

namespace vernier::ui {

class ElidedLabel;
class LevelsPlot;
class MatrixPlot;
struct LinearFacts;

/// Shows the weight of a linear at the selected tap and what the selected run made of it: a map of original, codes,
/// dequantized weight, error, or the scales and zero points of groups; how many weights sit on each level; the numbers
/// of both. Follows the selection while it is in sight; a newer one takes the place of one still being read.
class WeightView : public QWidget {
    Q_OBJECT
public:
    explicit WeightView(const Services& services, QWidget* parent = nullptr);
    ~WeightView() override;

    const LinearFacts* linear() const { return m_linear.get(); } ///< null until read
    MatrixPlot& map() const { return *m_map; }
    LevelsPlot& levels() const { return *m_levels; }
    QComboBox& linears() const { return *m_linears; }
    QComboBox& quantities() const { return *m_quantities; }
    QString numbers() const;

signals:
    void mapShown(); ///< cells of what is in sight have arrived

protected:
    void showEvent(QShowEvent* event) override;

private:
    QLayout* buildBar();
    void followTap();
    void refresh();
    void read(const std::string& name);
    void show(std::shared_ptr<const LinearFacts> linear);
    void showNothing(const QString& why);
    void showLevels();
    void listQuantities();
    void showQuantity();
    void markChannel();
    void askForCells(const QRect& region);
    WeightQuantity quantity() const;
    bool tapIsInput() const;

    Services m_services;
    LatestJob m_reading;  ///< of the codes of a run
    LatestJob m_original; ///< of a weight alone
    LatestJob m_mapping;
    bool m_isStale = true; ///< something changed while out of sight
    std::shared_ptr<const LinearFacts> m_linear;
    std::optional<WeightQuantity> m_wished;

    QComboBox* m_linears;
    QComboBox* m_quantities;
    QCheckBox* m_logarithmic;
    ElidedLabel* m_run;
    QLabel* m_numbers;
    MatrixPlot* m_map;
    LevelsPlot* m_levels;
};

} // namespace vernier::ui
