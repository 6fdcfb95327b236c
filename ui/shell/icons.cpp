#include "ui/shell/icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

namespace vernier::ui {

namespace {

/// Paints a one-colour SVG in the palette's colour for the icon's mode.
class TintedEngine : public QIconEngine {
public:
    explicit TintedEngine(QString file) : m_file(std::move(file)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const QPalette palette = QGuiApplication::palette();
        QColor colour =
            palette.color(mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active, QPalette::ButtonText);
        if (mode == QIcon::Selected)
            colour = palette.color(QPalette::HighlightedText);
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatio() : 1;
        QPixmap picture(rect.size() * ratio);
        picture.fill(Qt::transparent);
        QPainter inside(&picture);
        QSvgRenderer renderer(m_file);
        renderer.render(&inside);
        inside.setCompositionMode(QPainter::CompositionMode_SourceIn);
        inside.fillRect(picture.rect(), colour);
        inside.end();
        picture.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect, picture);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect({0, 0}, size), mode, state);
        return picture;
    }

    QIconEngine* clone() const override { return new TintedEngine(m_file); }

private:
    QString m_file;
};

} // namespace

QIcon icon(const QString& name) {
    return QIcon(new TintedEngine(QStringLiteral(":/vernier/icons/%1.svg").arg(name)));
}

} // namespace vernier::ui
