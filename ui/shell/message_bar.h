#pragma once

#include <QFrame>

class QLabel;
class QTimer;
class QToolButton;

namespace vernier::ui {

/// Tells of errors and results in one line above the workspace, without stopping anyone's work.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showError(const QString& text);   ///< stays until closed or replaced
    void showMessage(const QString& text); ///< goes by itself
    QString text() const;
    bool isError() const { return m_isError; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void present(const QString& text, bool isError);
    void applyColours();

    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_copy;
    QTimer* m_timer;
    bool m_isError = false;
};

} // namespace vernier::ui
