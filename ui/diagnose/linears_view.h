#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace vernier::ui {

class BarsPlot;
class Diagnosis;
class NumberTable;

/// Shows what each linear alone costs, measured and estimated, the worst first, and orders a run that gives chosen ones
/// more bits.
class LinearsView : public QWidget {
    Q_OBJECT
public:
    explicit LinearsView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    NumberTable& table() const { return *m_table; }
    BarsPlot& bars() const { return *m_bars; }
    QPushButton& moreBits() const { return *m_moreBits; }

private:
    void refresh();
    void refreshButton();
    void orderMoreBits();
    std::vector<std::size_t> selected() const; ///< indices of sensitivities

    Diagnosis& m_diagnosis;
    BarsPlot* m_bars;
    NumberTable* m_table;
    QLabel* m_hint;
    QPushButton* m_moreBits;
};

} // namespace vernier::ui
