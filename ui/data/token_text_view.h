#pragma once

#include "ui/data/token_preview.h"

#include <QPlainTextEdit>

namespace vernier::ui {

/// Shows a document's text with its tokens in alternating colours; a token's id and text stand in its tooltip.
class TokenTextView : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit TokenTextView(QWidget* parent = nullptr);

    void setPreview(TokenPreview preview);
    void setTokensShown(bool shown);
    void setInvisiblesShown(bool shown); ///< spaces, tabs, line breaks and control characters

    const TokenSpan* tokenAt(qsizetype character) const; ///< of the shown text; null outside
    QString tokenText(const TokenSpan& token) const;     ///< "#1234 “ the”"

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void rebuild();
    void colourTokens();

    TokenPreview m_preview;
    std::vector<qsizetype>
        m_shownAt; ///< per character of the preview, where it stands in the widget's text; one more for the end
    bool m_tokensShown = true;
    bool m_invisiblesShown = false;
};

/// A character as it is shown where invisible ones are to be seen.
QChar visibleForm(QChar c);

} // namespace vernier::ui
