#include "ui/plots/token_text.h"

#include <QFontDatabase>
#include <QHelpEvent>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QTextLayout>

#include <algorithm>

namespace vernier::ui {

void makeTokenText(QPlainTextEdit& text) {
    text.setReadOnly(true);
    text.setUndoRedoEnabled(false);
    text.setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text.setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    text.setTabChangesFocus(true);
    text.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
}

QString readableText(QString text) {
    text.replace(QChar(u'\r'), QChar(u'\u240d')).replace(QChar::ParagraphSeparator, QChar(u'\u2424'));
    return text.replace(QChar::LineSeparator, QChar(u'\u2424')).replace(QChar::Null, QChar(u'\u2400'));
}

QString onOneLine(QString text) {
    return text.replace(QLatin1Char('\n'), QChar(u'\u21b5')).replace(QLatin1Char('\t'), QChar(u'\u21e5'));
}

int characterUnder(const QPlainTextEdit& text, const QHelpEvent& help) {
    const QPoint position = text.viewport()->mapFrom(&text, help.pos());
    const QTextCursor cursor = text.cursorForPosition(position);
    return text.cursorRect(cursor).left() > position.x() ? cursor.position() - 1 : cursor.position();
}

void formatTokens(QPlainTextEdit& text, std::size_t tokens, const std::function<TokenFormat(std::size_t)>& token) {
    std::size_t next = 0;
    for (QTextBlock block = text.document()->begin(); block.isValid(); block = block.next()) {
        QList<QTextLayout::FormatRange> ranges;
        const qsizetype start = block.position(), end = start + block.length();
        while (next < tokens) {
            const TokenFormat is = token(next);
            if (is.from >= end)
                break;
            const qsizetype left = std::max(is.from, start), right = std::min(is.to, end);
            if (is.format && right > left)
                ranges.append({static_cast<int>(left - start), static_cast<int>(right - left), *is.format});
            if (is.to > end)
                break; // goes on in the next block
            ++next;
        }
        block.layout()->setFormats(ranges);
    }
    text.document()->markContentsDirty(0, text.document()->characterCount());
}

} // namespace vernier::ui
