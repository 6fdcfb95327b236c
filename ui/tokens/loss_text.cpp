#include "ui/tokens/loss_text.h"

#include "ui/bridge/text.h"
#include "ui/plots/plot_colours.h"
#include "ui/plots/token_text.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

constexpr double kFullColour = 1.0; // nats at which a colour is at its strongest
constexpr double kLeastColoured = 0.01;

} // namespace

LossText::LossText(QWidget* parent) : QPlainTextEdit(parent) {
    makeTokenText(*this);
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
        text += readableText(fromUtf8(piece));
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
    formatTokens(*this, m_ends.size(), [&](std::size_t token) {
        TokenFormat is{token == 0 ? 0 : m_ends[token - 1], m_ends[token], {}};
        const double loss = lossOf(token);
        const bool isMarked = static_cast<int>(token) == m_marked;
        if (!isMarked && !(std::abs(loss) > kLeastColoured)) // not even a number
            return is;
        QColor colour = colours.series(loss > 0 ? 1 : 0);
        colour.setAlphaF(std::min(1.0, std::abs(std::isnan(loss) ? 0 : loss) / kFullColour) * 0.75);
        is.format.emplace();
        is.format->setBackground(colour);
        if (isMarked) {
            is.format->setFontUnderline(true);
            is.format->setFontWeight(QFont::Bold);
        }
        return is;
    });
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
    QString text = tr("%1 nats; %2: %3, difference %4")
                       .arg(formatFixed(double{m_comparison->losses.nll[first + position - 1]}, 3), m_referenceName,
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
