#pragma once

#include <QWidget>

namespace vernier::ui {

class Diagnosis;
class LinesPlot;

/// Shows how errors arise and grow from block to block: of the run looked at, split into its own rounding and what it
/// inherits; and of all runs measured, one line each.
class BlocksView : public QWidget {
    Q_OBJECT
public:
    explicit BlocksView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    LinesPlot& waterfall() const { return *m_waterfall; }
    LinesPlot& growth() const { return *m_growth; }

private:
    void refresh();

    Diagnosis& m_diagnosis;
    LinesPlot* m_waterfall;
    LinesPlot* m_growth;
};

} // namespace vernier::ui
