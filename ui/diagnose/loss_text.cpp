#include "ui/diagnose/loss_text.h"

#include "ui/bridge/text.h"
#include "ui/plots/character_under.h"
#include "ui/plots/plot_colours.h"

#include <QFontDatabase>
#include <QHelpEvent>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

constexpr double kFullColour = 1.0; // nats at which a colour is at its strongest

} // namespace

LossText::LossText(QWidget* parent) : QPlainTextEdit(parent) {
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setAccessibleName(tr("Text coloured by loss"));
}

void LossText::setWindow(std::shared_ptr<const TokenComparison> comparison, std::int64_t window,
                         const std::vector<std::string>& pieces) {
    m_comparison = std::move(comparison);
    m_window = window;
    m_ends.clear();
    m_predictions.clear();
    m_marked = -1;
    QString text;
    for (const std::string& piece : pieces) {
        QString shown = fromUtf8(piece);
        shown.replace(QChar(u'\r'), QChar(u'\u240d')).replace(QChar::ParagraphSeparator, QChar(u'\u2424'));
        shown.replace(QChar::LineSeparator, QChar(u'\u2424')).replace(QChar::Null, QChar(u'\u2400'));
        text += shown;
        m_ends.push_back(static_cast<int>(text.size()));
    }
    setPlainText(text);
    colour();
}

void LossText::setPredictions(std::vector<QString> predictions) {
    m_predictions = std::move(predictions);
}

void LossText::clearText() {
    m_comparison.reset();
    m_ends.clear();
    m_predictions.clear();
    clear();
}

double LossText::lossOf(std::size_t position) const {
    if (!m_comparison || position == 0)
        return std::numeric_limits<double>::quiet_NaN();
    const auto first = static_cast<std::size_t>(m_window * m_comparison->windows.sequenceLength);
    return m_comparison->difference(first + position - 1);
}

void LossText::colour() {
    const PlotColours colours = PlotColours::fromPalette(palette());
    std::size_t token = 0;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QList<QTextLayout::FormatRange> ranges;
        const int start = block.position(), end = start + block.length();
        while (token < m_ends.size()) {
            const int from = token == 0 ? 0 : m_ends[token - 1], to = m_ends[token];
            if (from >= end)
                break;
            const double loss = lossOf(token);
            const bool isMarked = static_cast<int>(token) == m_marked;
            if ((!std::isnan(loss) && std::abs(loss) > 0.01) || isMarked) {
                QColor colour = colours.series(loss > 0 ? 1 : 0);
                colour.setAlphaF(std::min(1.0, std::abs(std::isnan(loss) ? 0 : loss) / kFullColour) * 0.75);
                QTextCharFormat format;
                format.setBackground(colour);
                if (isMarked)
                    format.setFontUnderline(true), format.setFontWeight(QFont::Bold);
                const int left = std::max(from, start), right = std::min(to, end);
                if (right > left)
                    ranges.append({left - start, right - left, format});
            }
            if (to > end)
                break;
            ++token;
        }
        block.layout()->setFormats(ranges);
    }
    document()->markContentsDirty(0, document()->characterCount());
}

void LossText::showToken(std::size_t position) {
    if (position >= m_ends.size())
        return;
    m_marked = static_cast<int>(position);
    colour();
    QTextCursor cursor(document());
    cursor.setPosition(position == 0 ? 0 : m_ends[position - 1]);
    setTextCursor(cursor);
    centerCursor();
}

int LossText::tokenAt(int character) const {
    const auto found = std::ranges::upper_bound(m_ends, character);
    return found == m_ends.end() ? -1 : static_cast<int>(found - m_ends.begin());
}

QString LossText::tokenText(int token) const {
    if (token < 0 || !m_comparison)
        return {};
    const auto position = static_cast<std::size_t>(token);
    const auto first = static_cast<std::size_t>(m_window * m_comparison->windows.sequenceLength);
    const double loss = lossOf(position);
    if (std::isnan(loss))
        return tr("not predicted: nothing stands before it, or the protocol does not count it");
    QString text = tr("%1 nats; full precision %2, difference %3")
                       .arg(formatFixed(double{m_comparison->losses.nll[first + position - 1]}, 3),
                            formatFixed(double{m_comparison->losses.referenceNll[first + position - 1]}, 3),
                            (loss > 0 ? QStringLiteral("+") : QString()) + formatFixed(loss, 3));
    if (position < m_predictions.size() + 1 && position > 0 && !m_predictions.empty())
        text += QLatin1Char('\n') + m_predictions[position - 1];
    return text;
}

bool LossText::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QPlainTextEdit::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tokenText(tokenAt(characterUnder(*this, *help))), viewport());
    return true;
}

void LossText::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

} // namespace vernier::ui
