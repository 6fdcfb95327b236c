#include "ui/data/set_bar.h"

#include "core/curate/split_set.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"
#include "ui/data/split_dialog.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

namespace vernier::ui {

SetBar::SetBar(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_sets(new QComboBox), m_undo(new QToolButton), m_redo(new QToolButton) {
    auto* label = new QLabel(tr("&Set"));
    label->setBuddy(m_sets);
    m_sets->setObjectName(QStringLiteral("sets"));
    m_sets->setAccessibleName(tr("Set"));
    m_sets->setToolTip(tr("The set that is curated: what is added and left out below changes this one"));
    m_sets->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* menu = new QToolButton;
    menu->setText(tr("Set actions"));
    menu->setAccessibleName(tr("Set actions"));
    menu->setPopupMode(QToolButton::InstantPopup);
    buildMenu(*menu);
    m_undo->setText(tr("Undo"));
    m_redo->setText(tr("Redo"));
    SetHistory& history = curation.services().session.sets();
    connect(m_undo, &QToolButton::clicked, &history, &SetHistory::undo);
    connect(m_redo, &QToolButton::clicked, &history, &SetHistory::redo);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (QWidget* widget : std::initializer_list<QWidget*>{label, m_sets, menu, m_undo, m_redo})
        row->addWidget(widget);

    connect(m_sets, &QComboBox::activated, this,
            [this](int index) { m_curation.chooseSet(m_sets->itemData(index).toString()); });
    connect(&curation, &Curation::setsChanged, this, &SetBar::fill);
    connect(&history, &SetHistory::changed, this, &SetBar::refreshHistory);
    connect(&history, &SetHistory::restarted, this, &SetBar::refreshHistory);
    fill();
    refreshHistory();
}

void SetBar::buildMenu(QToolButton& button) {
    auto* menu = new QMenu(&button);
    button.setMenu(menu);
    const auto add = [this, menu](const char* name, const QString& text, auto act) {
        QAction* action = menu->addAction(text, this, act);
        action->setObjectName(QLatin1String(name));
        return action;
    };
    add("new", tr("New set…"), &SetBar::createNew);
    m_needSet += add("duplicate", tr("Duplicate…"), &SetBar::duplicate);
    m_needSet += add("rename", tr("Rename…"), &SetBar::rename);
    m_needSet += add("delete", tr("Delete"), &SetBar::remove);
    menu->addSeparator();
    m_needSet += add("split", tr("Split off evaluation text…"), &SetBar::splitOff);
    m_needSet += add("calibrate", tr("Use for calibration"), [this] { setPurpose(SetPurpose::Calibration); });
    m_needSet += add("evaluate", tr("Hold out for evaluation"), [this] { setPurpose(SetPurpose::Evaluation); });
    menu->addSeparator();
    m_needSet += add("export", tr("Export set…"), &SetBar::exportRequested);
    add("import", tr("Import exported set…"), &SetBar::importRequested);
}

void SetBar::fill() {
    const QSignalBlocker quiet(m_sets);
    m_sets->clear();
    const auto project = m_curation.project();
    if (project)
        for (const CalibrationSet& set : project->sets) {
            const QString name = QString::fromStdString(set.name);
            const QString documents = formatCount(set.documents.size());
            m_sets->addItem(set.purpose == SetPurpose::Evaluation ? tr("%1 (%2, held out)").arg(name, documents)
                                                                  : tr("%1 (%2)").arg(name, documents),
                            name);
        }
    m_sets->setCurrentIndex(m_sets->findData(m_curation.setName()));
    m_sets->setEnabled(m_sets->count() > 0);
    for (QAction* action : m_needSet)
        action->setEnabled(m_curation.set() != nullptr);
}

void SetBar::refreshHistory() {
    const SetHistory& history = m_curation.services().session.sets();
    m_undo->setEnabled(history.canUndo());
    m_redo->setEnabled(history.canRedo());
    m_undo->setToolTip(history.canUndo() ? tr("Undo: %1 (Ctrl+Z)").arg(history.undoText()) : tr("Nothing to undo"));
    m_redo->setToolTip(history.canRedo() ? tr("Redo: %1 (Ctrl+Shift+Z)").arg(history.redoText())
                                         : tr("Nothing to redo"));
}

QString SetBar::freeName(const QString& stem) const {
    QString name = stem;
    for (int number = 2; m_sets->findData(name) >= 0; ++number)
        name = stem + QStringLiteral("-%1").arg(number);
    return name;
}

QString SetBar::askName(const QString& title, const QString& proposal) {
    bool accepted = false;
    const QString name =
        QInputDialog::getText(this, title, tr("Name of the set:"), QLineEdit::Normal, proposal, &accepted).trimmed();
    return accepted ? name : QString();
}

void SetBar::createNew() {
    const QString name = askName(tr("New set"), freeName(QStringLiteral("set")));
    if (name.isEmpty())
        return;
    m_curation.editSets([name](SetList sets) {
        CalibrationSet set;
        set.name = name.toStdString();
        return createSet(sets, set);
    });
    m_curation.chooseSet(name);
}

void SetBar::duplicate() {
    const QString from = m_curation.setName();
    const QString name = askName(tr("Duplicate set"), freeName(from + QStringLiteral("-copy")));
    if (name.isEmpty())
        return;
    m_curation.editSets([&](SetList sets) { return duplicateSet(sets, from.toStdString(), name.toStdString()); });
    m_curation.chooseSet(name);
}

void SetBar::rename() {
    const QString from = m_curation.setName();
    const QString name = askName(tr("Rename set"), from);
    if (name.isEmpty() || name == from)
        return;
    m_curation.editSets([&](SetList sets) { return renameSet(sets, from.toStdString(), name.toStdString()); });
    m_curation.chooseSet(name);
}

void SetBar::remove() {
    m_curation.editSets([name = m_curation.setName().toStdString()](SetList sets) { return deleteSet(sets, name); });
}

void SetBar::setPurpose(SetPurpose purpose) {
    m_curation.editSet([purpose](const CalibrationSet& set) { return changePurpose(set, purpose); });
}

void SetBar::splitOff() {
    SplitDialog dialog(freeName(QStringLiteral("evaluation")), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const SplitOptions options = dialog.options();
    const auto project = m_curation.project();
    // Documents of one domain and first tag are of a kind; copies of one text stay on one side.
    const StratumOf stratum = [project](std::uint32_t document) {
        const DocumentView view = project->corpus[document];
        return std::string(view.domain) + '\n' + (view.tags.empty() ? std::string() : view.tags.front());
    };
    const std::vector<std::uint32_t>& same = m_curation.table().measures.duplicateOf;
    const GroupOf group = [&same](std::uint32_t document) {
        return document < same.size() ? same[document] : document;
    };
    const QString name = m_curation.setName();
    m_curation.editSets([&](SetList sets) {
        SplitOutcome split = splitSet(requireSet(sets, name.toStdString()), options, stratum, group);
        SetsEdit edit = replaceSet(sets, {std::move(split.rest), split.description});
        edit = createSet(edit.sets, split.heldOut);
        edit.description = std::move(split.description);
        return edit;
    });
}

} // namespace vernier::ui
