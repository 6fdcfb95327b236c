#include "ui/data/token_text_view.h"

#include "ui/plots/plot_colours.h"
#include "ui/plots/token_text.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>

namespace vernier::ui {

namespace {

/// A line break that stays one character and one line break, whatever the text holds.
QChar safeForm(QChar c) {
    switch (c.unicode()) {
    case u'\n':
    case u'\t':
        return c;
    case u'\u2028':
    case u'\u2029':
        return QChar(u'\u2424');
    case 0xfdd0:
    case 0xfdd1:
        return QChar::ReplacementCharacter;
    default:
        return c.unicode() < 0x20 ? QChar(static_cast<char16_t>(0x2400 + c.unicode())) : c;
    }
}

struct TokenColours {
    QColor even, odd, special;
};

TokenColours tokenColours(const QPalette& palette) {
    const PlotColours plot = PlotColours::fromPalette(palette);
    const auto tint = [](QColor colour, int alpha) {
        colour.setAlpha(alpha);
        return colour;
    };
    return {tint(plot.series(0), 46), tint(plot.series(4), 62), tint(plot.series(3), 110)};
}

} // namespace

QChar visibleForm(QChar c) {
    switch (c.unicode()) {
    case u' ':
        return QChar(u'\u2423');
    case u'\n':
        return QChar(u'\u21b5');
    case u'\t':
        return QChar(u'\u21e5');
    case u'\u00a0':
    case u'\u3000':
        return QChar(u'\u237d');
    default:
        return safeForm(c);
    }
}

TokenTextView::TokenTextView(QWidget* parent) : QPlainTextEdit(parent) {
    makeTokenText(*this);
    setAccessibleName(tr("Document as the model sees it"));
}

void TokenTextView::setPreview(TokenPreview preview) {
    m_preview = std::move(preview);
    rebuild();
}

void TokenTextView::setTokensShown(bool shown) {
    m_tokensShown = shown;
    colourTokens();
}

void TokenTextView::setInvisiblesShown(bool shown) {
    m_invisiblesShown = shown;
    rebuild();
}

void TokenTextView::rebuild() {
    QString shown;
    shown.reserve(m_preview.text.size());
    m_shownAt.clear();
    m_shownAt.reserve(static_cast<std::size_t>(m_preview.text.size()) + 1);
    for (const QChar c : m_preview.text) {
        m_shownAt.push_back(shown.size());
        const bool showsItself = !m_invisiblesShown || c == QLatin1Char(' ') || c == QLatin1Char('\t');
        shown += showsItself ? safeForm(c) : visibleForm(c);
        if (m_invisiblesShown && c == QLatin1Char('\n'))
            shown += c;
    }
    m_shownAt.push_back(shown.size());
    // Spaces and tabs stay what they are and are drawn with marks: lines go on breaking at them.
    QTextOption option = document()->defaultTextOption();
    option.setFlags(m_invisiblesShown ? QTextOption::ShowTabsAndSpaces : QTextOption::Flags());
    document()->setDefaultTextOption(option);
    setPlainText(shown);
    colourTokens();
}

void TokenTextView::colourTokens() {
    const TokenColours colours = tokenColours(palette());
    formatTokens(*this, m_tokensShown ? m_preview.tokens.size() : 0, [&](std::size_t i) {
        const TokenSpan& token = m_preview.tokens[i];
        QTextCharFormat format;
        format.setBackground(token.isSpecial ? colours.special : i % 2 ? colours.odd : colours.even);
        return TokenFormat{m_shownAt[static_cast<std::size_t>(token.begin)],
                           m_shownAt[static_cast<std::size_t>(token.end)], format};
    });
}

const TokenSpan* TokenTextView::tokenAt(qsizetype character) const {
    const auto after = std::upper_bound(
        m_preview.tokens.begin(), m_preview.tokens.end(), character,
        [this](qsizetype at, const TokenSpan& token) { return at < m_shownAt[static_cast<std::size_t>(token.end)]; });
    return after == m_preview.tokens.end() ? nullptr : &*after;
}

QString TokenTextView::tokenText(const TokenSpan& token) const {
    QString text = m_preview.text.mid(token.begin, token.end - token.begin);
    std::transform(text.begin(), text.end(), text.begin(), visibleForm);
    const QString id = tr("token %1").arg(token.id);
    if (text.isEmpty())
        return tr("%1, part of a character").arg(id);
    return token.isSpecial ? tr("%1, special: %2").arg(id, text) : QStringLiteral("%1: %2").arg(id, text);
}

bool TokenTextView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QPlainTextEdit::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const TokenSpan* token = tokenAt(characterUnder(*this, *help));
    QToolTip::showText(help->globalPos(), token ? tokenText(*token) : QString(), viewport());
    return true;
}

void TokenTextView::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourTokens();
}

} // namespace vernier::ui
