#include "ui/data/filter_edit.h"

#include "core/base/error.h"
#include "ui/bridge/text.h"
#include "ui/data/corpus_view.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QStringListModel>
#include <QStyle>

namespace vernier::ui {

FilterEdit::FilterEdit(const Curation& curation, QWidget* parent)
    : QLineEdit(parent), m_curation(curation), m_offers(new QStringListModel(this)), m_completer(new QCompleter(this)) {
    setPlaceholderText(tr("Filter: words, domain:code, tokens>200, lang:de, -dup … (Ctrl+F)"));
    setToolTip(
        tr("Words stand in the text; fields are domain: tag: source: lang: script: in: is: tokens bytes ppl gain "
           "dup. A minus means not, OR and parentheses group, “…” keeps words together, * and ? are wildcards."));
    setAccessibleName(tr("Filter"));
    setClearButtonEnabled(true);
    m_warning = addAction(style()->standardIcon(QStyle::SP_MessageBoxWarning), QLineEdit::TrailingPosition);
    m_warning->setVisible(false);
    m_completer->setModel(m_offers);
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &FilterEdit::complete);
    connect(this, &QLineEdit::textEdited, this, &FilterEdit::offer);
    connect(this, &QLineEdit::textChanged, this, &FilterEdit::read);
}

void FilterEdit::read() {
    try {
        Filter::parse(text().toStdString());
    } catch (const Error& error) {
        setProblem(fromUtf8(error.what()));
        return;
    }
    setProblem({});
    m_expression = text();
    emit expressionChanged(m_expression);
}

void FilterEdit::setProblem(const QString& problem) {
    m_problem = problem;
    m_warning->setVisible(!problem.isEmpty());
    m_warning->setToolTip(problem);
    setAccessibleDescription(problem);
}

void FilterEdit::offer() {
    const auto project = m_curation.project();
    if (!project || text().isEmpty()) {
        m_completer->popup()->hide();
        return;
    }
    const std::string before = text().left(cursorPosition()).toStdString();
    const FilterCompletion completion =
        completeFilter(before, before.size(), columnsOf(m_curation.table(), *project, {}));
    m_replaceFrom = completion.replaceFrom;
    QStringList offers;
    for (const std::string& offer : completion.offers)
        offers += fromUtf8(offer);
    // A word that is complete needs no list of one.
    if (offers.isEmpty() || (offers.size() == 1 && offers.first().toStdString() == before.substr(m_replaceFrom))) {
        m_completer->popup()->hide();
        return;
    }
    m_offers->setStringList(offers);
    m_completer->complete();
}

void FilterEdit::complete(const QString& offer) {
    const std::string before = text().left(cursorPosition()).toStdString();
    const QString kept = fromUtf8(std::string_view(before).substr(0, m_replaceFrom));
    const QString behind = text().mid(cursorPosition());
    setText(kept + offer + behind);
    setCursorPosition(static_cast<int>(kept.size() + offer.size()));
}

void FilterEdit::keyPressEvent(QKeyEvent* event) {
    // While offers are shown these keys are the list's.
    if (m_completer->popup()->isVisible() && (event->key() == Qt::Key_Enter || event->key() == Qt::Key_Return ||
                                              event->key() == Qt::Key_Escape || event->key() == Qt::Key_Tab)) {
        event->ignore();
        return;
    }
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace vernier::ui
