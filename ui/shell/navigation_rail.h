#pragma once

#include <QWidget>

class QAction;
class QVBoxLayout;

namespace vernier::ui {

/// Shows the workspaces as a column of buttons at the left edge of the window, one of them pressed.
class NavigationRail : public QWidget {
    Q_OBJECT
public:
    explicit NavigationRail(QWidget* parent = nullptr);

    /// Adds a button for a checkable action.
    void addEntry(QAction* action);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_column;
};

} // namespace vernier::ui
