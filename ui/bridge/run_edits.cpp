#include "ui/bridge/run_edits.h"

#include "core/base/error.h"
#include "ui/bridge/text.h"

#include <utility>

namespace vernier::ui {

namespace {

std::vector<std::string> namesOf(const QStringList& runs) {
    std::vector<std::string> names;
    for (const QString& run : runs)
        names.push_back(run.toStdString());
    return names;
}

} // namespace

RunEdits::RunEdits(Look look, Access access, QObject* parent)
    : QObject(parent), m_look(std::move(look)), m_access(std::move(access)) {}

void RunEdits::restart() {
    m_history = RunHistory();
    emit restarted();
}

void RunEdits::edit(const std::function<RunsEdit(const Project&)>& make) {
    const auto project = m_look();
    if (!project)
        return;
    RunsEdit edit;
    try {
        edit = make(*project);
    } catch (const Error& error) {
        emit failed(fromUtf8(error.what()));
        return;
    }
    if (!edit.changes.empty())
        carry(EditStep::Edited, edit, [&](Project& target) { m_history.apply(target, edit); });
}

void RunEdits::carry(EditStep step, const RunsEdit& edit, const std::function<void(Project&)>& change) {
    const RunsEdit done = edit; // the history may forget it
    try {
        m_access(change);
    } catch (const Error& error) {
        emit failed(fromUtf8(error.what()));
        return;
    }
    for (const RunChange& part : done.changes)
        if (const auto* is = std::get_if<RunRenamed>(&part)) {
            const bool isBack = step == EditStep::Undone;
            emit renamed(fromUtf8(isBack ? is->to : is->from), fromUtf8(isBack ? is->from : is->to));
        }
    emit changed(step);
}

void RunEdits::remove(const QStringList& runs) {
    edit([names = namesOf(runs)](const Project& project) { return deleteRuns(project, names); });
}

void RunEdits::rename(const QString& run, const QString& newName) {
    const QString name = newName.trimmed();
    if (m_isReserved && m_isReserved(name)) {
        emit failed(tr("A run named %1 is being made; choose another name").arg(name));
        return;
    }
    edit([&](const Project& project) { return renameRun(project, run.toStdString(), name.toStdString()); });
}

void RunEdits::setTags(const QString& run, const QString& tags) {
    edit([&](const Project& project) {
        return setRunTags(project, run.toStdString(), tagsFromText(tags.toStdString()));
    });
}

void RunEdits::addTags(const QStringList& runs, const QString& tags) {
    edit([&](const Project& project) { return tagRuns(project, namesOf(runs), tagsFromText(tags.toStdString()), {}); });
}

void RunEdits::setNote(const QString& run, const QString& note) {
    edit([&](const Project& project) { return noteRun(project, run.toStdString(), note.trimmed().toStdString()); });
}

void RunEdits::pinBaseline(const QString& run) {
    edit([&](const Project& project) { return vernier::pinBaseline(project, run.toStdString()); });
}

QString RunEdits::undoText() const {
    return fromUtf8(m_history.undoText());
}

QString RunEdits::redoText() const {
    return fromUtf8(m_history.redoText());
}

void RunEdits::undo() {
    if (const RunsEdit* edit = m_history.toUndo())
        carry(EditStep::Undone, *edit, [this](Project& target) { m_history.undo(target); });
}

void RunEdits::redo() {
    if (const RunsEdit* edit = m_history.toRedo())
        carry(EditStep::Redone, *edit, [this](Project& target) { m_history.redo(target); });
}

} // namespace vernier::ui
