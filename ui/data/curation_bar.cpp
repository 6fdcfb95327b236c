#include "ui/data/curation_bar.h"

#include "ui/bridge/text.h"
#include "ui/plots/edit_actions.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace vernier::ui {

CurationBar::CurationBar(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_multiply(new QMenu(this)), m_picked(new QLabel) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    const auto button = [this, row](QAction* action) {
        auto* made = new QToolButton;
        made->setDefaultAction(action);
        made->setToolButtonStyle(Qt::ToolButtonTextOnly);
        row->addWidget(made);
    };
    button(addEdit(QStringLiteral("add"), tr("Add to set"), tr("Put the picked documents into the set (K)"), Qt::Key_K,
                   &CurationBar::addPicked));
    button(addEdit(QStringLiteral("exclude"), tr("Leave out"),
                   tr("Take the picked documents out of the set; they stay in the corpus (D)"), Qt::Key_D,
                   &CurationBar::excludePicked));
    button(addEdit(QStringLiteral("keepOnly"), tr("Keep only these"), tr("Take all other documents out of the set"), {},
                   &CurationBar::keepOnlyPicked));
    row->addWidget(timesButton(*m_multiply, tr("How often the picked documents stand in the set"),
                               [this](int times) { multiplyPicked(times); }));
    row->addStretch(1);
    m_picked->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(m_picked);
    connect(&curation, &Curation::pickedChanged, this, &CurationBar::refresh);
    connect(&curation, &Curation::setsChanged, this, &CurationBar::refresh);
    refresh();
}

QAction* CurationBar::addEdit(const QString& name, const QString& text, const QString& toolTip, const QKeySequence& key,
                              void (CurationBar::*act)()) {
    QAction* action = keyedAction(this, name, text, toolTip, key, [this, act] { (this->*act)(); });
    m_actions.append(action);
    return action;
}

void CurationBar::addPicked() {
    m_curation.editSet([this](const CalibrationSet& set) { return addDocuments(set, m_curation.picked()); });
}

void CurationBar::excludePicked() {
    m_curation.editSet([this](const CalibrationSet& set) { return excludeDocuments(set, m_curation.picked()); });
}

void CurationBar::keepOnlyPicked() {
    m_curation.editSet([this](const CalibrationSet& set) { return keepOnlyDocuments(set, m_curation.picked()); });
}

void CurationBar::multiplyPicked(int times) {
    m_curation.editSet(
        [this, times](const CalibrationSet& set) { return multiplyDocuments(set, m_curation.picked(), times); });
}

void CurationBar::refresh() {
    const std::size_t picked = m_curation.picked().size();
    const bool can = picked > 0 && m_curation.set() != nullptr;
    for (QAction* action : m_actions)
        action->setEnabled(can);
    for (auto* button : findChildren<QToolButton*>(QStringLiteral("multiply")))
        button->setEnabled(can);
    m_picked->setText(picked > 1 ? tr("%1 picked").arg(formatCount(picked)) : QString());
}

} // namespace vernier::ui
