#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace vernier::ui {

/// Stands where a view has nothing to show: what is missing, how to get it, and a button that does.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);

    /// An empty action shows no button.
    void setContent(const QString& title, const QString& text, const QString& action = {});
    QString title() const;

signals:
    void actionTriggered();

private:
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_button;
};

} // namespace vernier::ui
