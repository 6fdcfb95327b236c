#include "ui/data/import_bar.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
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
    auto* button = new QPushButton(tr("&Import…"));
    button->setToolTip(tr("Add text, Markdown, JSON or JSONL files to the project; they can also be dropped here"));
    connect(button, &QPushButton::clicked, this, &ImportBar::chooseFiles);

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

void ImportBar::chooseFiles() {
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, tr("Import documents"), {}, tr("Text and records (*.txt *.md *.jsonl *.ndjson *.json);;All files (*)"));
    if (!paths.isEmpty())
        emit filesChosen(paths);
}

QStringList ImportBar::filesOf(const QMimeData& data) {
    QStringList paths;
    for (const QUrl& url : data.urls()) {
        const QFileInfo file(url.toLocalFile());
        const QString suffix = file.suffix().toLower();
        if (!file.isFile() || suffix == QLatin1String("vernier") || suffix == QLatin1String("safetensors"))
            return {};
        paths += file.filePath();
    }
    return paths;
}

} // namespace vernier::ui
