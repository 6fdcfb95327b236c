#include "ui/data/import_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QToolButton>
#include <QUrl>

namespace vernier::ui {

ImportBar::ImportBar(QWidget* parent) : QWidget(parent), m_tag(new QLineEdit) {
    auto* label = new QLabel(tr("Import into &set"));
    label->setBuddy(m_tag);
    m_tag->setPlaceholderText(tr("default"));
    m_tag->setToolTip(tr("Tag of the imported documents; it names the set that they join"));
    m_tag->setAccessibleName(tr("Set of imported documents"));
    m_tag->setClearButtonEnabled(true);
    m_tag->setMaximumWidth(fontMetrics().averageCharWidth() * 22);
    auto* button = new QToolButton;
    button->setText(tr("&Import…"));
    button->setToolTip(tr("Add text, Markdown, JSON, JSONL or CSV files to the project, also packed with gzip or "
                          "Zstandard; they can also be dropped here. The arrow offers other sources."));
    button->setPopupMode(QToolButton::MenuButtonPopup);
    auto* menu = new QMenu(button);
    buildMenu(*menu);
    button->setMenu(menu);
    connect(button, &QToolButton::clicked, this, &ImportBar::chooseFiles);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(label);
    row->addWidget(m_tag);
    row->addWidget(button);
}

QString ImportBar::tag() const {
    return m_tag->text().trimmed();
}

void ImportBar::setTag(const QString& tag) {
    m_tag->setText(tag);
}

void ImportBar::buildMenu(QMenu& menu) {
    menu.addAction(tr("Import files…"), this, &ImportBar::chooseFiles);
    menu.addAction(tr("Import folder…"), this, &ImportBar::chooseFolder);
    menu.addAction(tr("Paste text"), this, &ImportBar::paste);
    m_examples = menu.addMenu(tr("Built-in examples"));
    m_examples->addAction(tr("…"))->setEnabled(false);
    // The list is read from files, so only when it is wanted.
    connect(m_examples, &QMenu::aboutToShow, this, &ImportBar::examplesWanted);
    menu.addSeparator();
    menu.addAction(tr("Let the model write…"), this, &ImportBar::generationRequested);
}

void ImportBar::setExamples(const QStringList& names) {
    m_examples->clear();
    for (const QString& name : names)
        m_examples->addAction(name, this, [this, name] { emit exampleChosen(name); });
}

void ImportBar::chooseFiles() {
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, tr("Import documents"), {},
        tr("Text and records (*.txt *.md *.jsonl *.ndjson *.json *.csv *.tsv *.gz *.zst);;All files (*)"));
    if (!paths.isEmpty())
        emit filesChosen(paths);
}

void ImportBar::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Import all text of a folder"));
    if (!folder.isEmpty())
        emit filesChosen({folder});
}

void ImportBar::paste() {
    const QString text = QApplication::clipboard()->text();
    if (!text.trimmed().isEmpty())
        emit textPasted(text);
}

QStringList ImportBar::filesOf(const QMimeData& data) {
    QStringList paths;
    for (const QUrl& url : data.urls()) {
        const QFileInfo file(url.toLocalFile());
        const QString suffix = file.suffix().toLower();
        const bool isModel = file.isDir() && QFileInfo::exists(file.filePath() + QStringLiteral("/config.json"));
        if (!file.exists() || isModel || suffix == QLatin1String("vernier") || suffix == QLatin1String("safetensors"))
            return {};
        paths += file.filePath();
    }
    return paths;
}

} // namespace vernier::ui
