#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QStackedWidget;

namespace vernier::ui {

class CausePanel;
class DepthView;
class EmptyState;
class TapList;
class TapPanel;

/// Is the Layers workspace: the list of taps on the left, the selected one on the right, below both the texts that
/// caused its values. Fills in while a calibration runs. [ and ] go to the previous and next tap, L toggles logarithmic
/// axes, Z zooms to the clipping range.
class LayersPage : public QWidget {
    Q_OBJECT
public:
    explicit LayersPage(const Services& services, QWidget* parent = nullptr);

    TapPanel& panel() const { return *m_panel; }
    CausePanel& causes() const { return *m_causes; }
    DepthView& depth() const { return *m_depth; }
    bool isEmpty() const;

private:
    void addShortcuts();
    void updateState();
    void selectFirstTap(int block);
    void followEmptyState();

    Services m_services;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    TapList* m_list;
    TapPanel* m_panel;
    CausePanel* m_causes;
    DepthView* m_depth;
};

} // namespace vernier::ui
