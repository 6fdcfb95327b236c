#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeView;

namespace vernier::ui {

class QueueModel;

/// Shows the runs that wait and lets the user pause them, change their order, cancel and try them again. Hidden while
/// nothing waits. Alt+Up and Alt+Down move the selected one, Delete cancels it.
class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(const Services& services, QWidget* parent = nullptr);

    QSize sizeHint() const override { return {600, 170}; }

private:
    QString selected() const;
    void select(const QString& name);
    void moveSelected(int places);
    void refresh();

    Services m_services;
    QueueModel* m_model;
    QTreeView* m_list;
    QLabel* m_summary;
    QPushButton* m_pause;
    QPushButton* m_up;
    QPushButton* m_down;
    QPushButton* m_retry;
    QPushButton* m_cancel;
};

} // namespace vernier::ui
