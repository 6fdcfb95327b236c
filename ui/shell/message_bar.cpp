#include "ui/shell/message_bar.h"

#include "ui/shell/icons.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

namespace vernier::ui {

namespace {

constexpr int kMessageMilliseconds = 12000;
constexpr int kIconSize = 18;

QToolButton* flatButton(const QString& iconName, const QString& text, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setAutoRaise(true);
    return button;
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_text(new QLabel(this)),
      m_copy(flatButton(QStringLiteral("copy"), tr("Copy message"), this)), m_timer(new QTimer(this)) {
    setAutoFillBackground(true);
    setFrameShape(QFrame::NoFrame);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setTextFormat(Qt::PlainText);
    auto* close = flatButton(QStringLiteral("cancel"), tr("Close message"), this);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 8, 6);
    row->setSpacing(8);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_copy);
    row->addWidget(close);

    m_timer->setSingleShot(true);
    m_timer->setInterval(kMessageMilliseconds);
    connect(m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->text()); });
    hide();
}

QString MessageBar::text() const {
    return m_text->text();
}

void MessageBar::showError(const QString& text) {
    present(text, true);
    m_timer->stop();
}

void MessageBar::showMessage(const QString& text) {
    if (isVisible() && m_isError)
        return; // an unread error is worth more than good news
    present(text, false);
    m_timer->start();
}

void MessageBar::present(const QString& text, bool isError) {
    m_isError = isError;
    m_text->setText(text);
    setAccessibleName(isError ? tr("Error: %1").arg(text) : text);
    m_copy->setVisible(isError);
    applyColours();
    show();
}

void MessageBar::applyColours() {
    const bool isDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    QPalette colours = QGuiApplication::palette();
    const QColor errorBack = isDark ? QColor(0x5a, 0x25, 0x1d) : QColor(0xfb, 0xe3, 0xdc);
    const QColor goodBack = isDark ? QColor(0x1d, 0x3b, 0x4f) : QColor(0xde, 0xee, 0xf7);
    colours.setColor(QPalette::Window, m_isError ? errorBack : goodBack);
    setPalette(colours);
    m_icon->setPixmap(icon(m_isError ? QStringLiteral("error") : QStringLiteral("info")).pixmap(kIconSize, kIconSize));
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        applyColours();
}

} // namespace vernier::ui
