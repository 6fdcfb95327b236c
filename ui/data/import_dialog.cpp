#include "ui/data/import_dialog.h"

#include "ui/bridge/text.h"
#include "ui/data/mapping_form.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/empty_state.h"
#include "ui/plots/padded_delegate.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include <utility>

namespace vernier::ui {

namespace {

const QString kDefaultSet = QStringLiteral("default");

QTableWidget* makeTable(const QString& name, const QStringList& columns) {
    auto* table = new QTableWidget;
    table->setAccessibleName(name);
    table->setColumnCount(static_cast<int>(columns.size()));
    table->setHorizontalHeaderLabels(columns);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setItemDelegate(new PaddedDelegate(table));
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    return table;
}

void setCell(QTableWidget& table, int row, int column, const QString& text, const QString& toolTip = {}) {
    auto* item = new QTableWidgetItem(text);
    item->setToolTip(toolTip);
    table.setItem(row, column, item);
}

QString lineText(std::uint64_t line) {
    return line ? formatCount(line) : ImportDialog::tr("all");
}

} // namespace

ImportDialog::ImportDialog(JobRunner& quickJobs, ImportRequest source, const QStringList& setNames,
                           std::shared_ptr<const ChatTemplate> chatTemplate, QWidget* parent)
    : QDialog(parent), m_reading(quickJobs, *this), m_source(std::move(source)), m_template(std::move(chatTemplate)),
      m_file(new QComboBox), m_name(new ElidedLabel(Qt::ElideMiddle)), m_facts(new QLabel), m_mapping(new MappingForm),
      m_set(new QComboBox), m_tags(new QLineEdit),
      m_rows(makeTable(tr("Documents"), {tr("Line"), tr("Kind"), tr("Domain"), tr("Begins with")})),
      m_text(new QPlainTextEdit), m_skippedTitle(new QLabel),
      m_skipped(makeTable(tr("Skipped"), {tr("Line"), tr("Why it is skipped")})), m_empty(new EmptyState),
      m_stack(new QStackedWidget) {
    setWindowTitle(tr("Import documents"));
    m_file->setAccessibleName(tr("File that is shown"));
    m_file->setObjectName(QStringLiteral("file"));
    m_file->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_file->setToolTip(tr("All of these files are imported in the same way; this one is shown"));
    m_file->hide();
    QFont bold = m_name->font();
    bold.setBold(true);
    m_name->setFont(bold);
    m_facts->setObjectName(QStringLiteral("facts"));
    m_facts->setWordWrap(true);
    m_facts->setForegroundRole(QPalette::PlaceholderText);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_import = buttons->button(QDialogButtonBox::Ok);
    m_import->setText(tr("Import"));
    m_import->setObjectName(QStringLiteral("import"));
    auto* body = new QHBoxLayout;
    body->setSpacing(12);
    body->addWidget(buildSide(setNames));
    body->addWidget(buildPreview(), 1);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_name);
    column->addWidget(m_file);
    column->addWidget(m_facts);
    column->addLayout(body, 1);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 130, fontMetrics().height() * 34);

    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_file, &QComboBox::activated, this, &ImportDialog::readAgain);
    connect(m_mapping, &MappingForm::changed, this, &ImportDialog::readAgain);
    connect(m_rows, &QTableWidget::currentCellChanged, this, [this](int row) { showDocument(row); });
    readAgain();
}

QWidget* ImportDialog::buildSide(const QStringList& setNames) {
    m_set->setEditable(true);
    m_set->setAccessibleName(tr("Into the set"));
    m_set->lineEdit()->setAccessibleName(m_set->accessibleName());
    m_set->setObjectName(QStringLiteral("set"));
    m_set->setToolTip(tr("The set that the documents join; a new name makes a new one"));
    m_set->addItems(setNames);
    for (const QString& usual : {kDefaultSet, QStringLiteral("evaluation")})
        if (m_set->findText(usual) < 0)
            m_set->addItem(usual);
    const std::string& wanted = m_source.setName.empty() ? m_source.options.tag : m_source.setName;
    m_set->setCurrentText(wanted.empty() ? kDefaultSet : fromUtf8(wanted));
    m_tags->setAccessibleName(tr("Tags"));
    m_tags->setObjectName(QStringLiteral("tags"));
    m_tags->setPlaceholderText(tr("none"));
    m_tags->setToolTip(tr("Given to every document, several with commas: filters and selection find them by these"));
    proposeTags();
    connect(m_set, &QComboBox::currentTextChanged, this, &ImportDialog::proposeTags);
    connect(m_tags, &QLineEdit::textEdited, this, [this] { m_tagsEdited = true; });

    auto* side = new QWidget;
    side->setFixedWidth(fontMetrics().averageCharWidth() * 46);
    m_mapping->addRow(tr("Into the &set"), m_set);
    m_mapping->addRow(tr("Ta&gs"), m_tags);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_mapping);
    column->addStretch(1);
    return side;
}

QWidget* ImportDialog::buildPreview() {
    m_rows->setObjectName(QStringLiteral("documents"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("Text of the document"));
    m_text->setObjectName(QStringLiteral("text"));
    m_skipped->setObjectName(QStringLiteral("skipped"));
    auto* documents = new QSplitter(Qt::Vertical);
    documents->setChildrenCollapsible(false);
    documents->addWidget(m_rows);
    documents->addWidget(m_text);
    m_stack->addWidget(documents);
    m_stack->addWidget(m_empty);
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack, 3);
    column->addWidget(m_skippedTitle);
    column->addWidget(m_skipped, 1);
    return right;
}

void ImportDialog::proposeTags() {
    // As on the command line, the tag and the set have the same name unless the user says otherwise.
    const QString set = m_set->currentText().trimmed();
    if (!m_tagsEdited)
        m_tags->setText(set == kDefaultSet ? QString() : set);
}

ImportRequest ImportDialog::request() const {
    ImportRequest request = m_source;
    m_mapping->applyTo(request.options);
    request.options.tag.clear();
    request.options.moreTags.clear();
    for (const QString& part : m_tags->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const std::string tag = part.trimmed().toStdString();
        if (tag.empty())
            continue;
        if (request.options.tag.empty())
            request.options.tag = tag;
        else
            request.options.moreTags.push_back(tag);
    }
    const QString set = m_set->currentText().trimmed();
    request.setName = (set.isEmpty() ? kDefaultSet : set).toStdString();
    return request;
}

void ImportDialog::readAgain() {
    if (const QString missing = m_mapping->missing(); !missing.isEmpty()) {
        ImportPreview preview = m_preview;
        preview.rows.clear();
        preview.skipped.clear();
        preview.skippedCount = 0;
        preview.problem = missing;
        m_reading.cancel();
        present(std::move(preview));
        return;
    }
    m_import->setEnabled(false);
    const auto preview = std::make_shared<ImportPreview>();
    const auto shown = static_cast<std::size_t>(std::max(0, m_file->currentIndex()));
    m_reading.startThen(
        tr("Preview an import"),
        [preview, request = request(), files = m_preview.files, shown, chat = m_template](JobContext& job) {
            *preview = previewImport(request, files, shown, chat.get(), job);
        },
        [this, preview] { present(std::move(*preview)); });
}

void ImportDialog::present(ImportPreview preview) {
    m_preview = std::move(preview);
    presentFiles();
    if (!m_preview.fields.empty() || m_preview.problem.isEmpty())
        m_mapping->setFound(m_preview.format, m_preview.schema, m_preview.fields);
    m_facts->setText(factsText());
    presentRows();
    presentSkipped();
    // Files of a folder that cannot be used are skipped, so one of them does not stand in the way of the others.
    m_import->setEnabled(!m_preview.rows.empty() || (m_preview.files.size() > 1 && m_mapping->missing().isEmpty()));
    emit previewed();
}

void ImportDialog::presentFiles() {
    const auto& files = m_preview.files;
    if (m_source.pasted)
        m_name->setText(tr("Pasted text, %1").arg(formatBytes(m_source.pasted->text.size())));
    else if (files.size() == 1)
        m_name->setText(fromPath(files.front()));
    else if (files.empty() && !m_source.files.empty())
        m_name->setText(fromPath(m_source.files.front()));
    else
        m_name->setText(tr("%1 files").arg(formatCount(files.size())));
    m_file->setVisible(files.size() > 1);
    if (static_cast<std::size_t>(m_file->count()) == files.size())
        return;
    m_file->clear();
    for (const auto& file : files)
        m_file->addItem(fromPath(file));
}

QString ImportDialog::factsText() const {
    if (!m_preview.problem.isEmpty())
        return {};
    QStringList facts{formatName(m_preview.format)};
    if (m_preview.schema)
        facts += schemaName(*m_preview.schema);
    if (!m_preview.fields.empty()) {
        QStringList names;
        for (const std::string& field : m_preview.fields)
            names += fromUtf8(field);
        facts += tr("fields: %1").arg(names.join(QStringLiteral(", ")));
    }
    if (!m_preview.rows.empty())
        facts += formatCount(m_preview.rows.size(), tr("one document shown"), tr("the first %1 documents shown"));
    if (m_preview.replacedSequences)
        facts += tr("invalid UTF-8 sequences replaced: %1").arg(formatCount(m_preview.replacedSequences));
    return facts.join(QStringLiteral(" · "));
}

void ImportDialog::presentRows() {
    const auto& rows = m_preview.rows;
    m_stack->setCurrentIndex(rows.empty() ? 1 : 0);
    if (!m_preview.problem.isEmpty())
        m_empty->setContent(tr("Nothing to import yet"), m_preview.problem);
    else
        m_empty->setContent(tr("No record can be used"),
                            tr("Choose under “Fields” which fields of the records hold the text. Below stands what was "
                               "found instead."));
    m_rows->setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const ImportPreviewRow& entry = rows[static_cast<std::size_t>(row)];
        setCell(*m_rows, row, 0, lineText(entry.line));
        setCell(*m_rows, row, 1, entry.isConversation ? tr("chat") : tr("text"));
        setCell(*m_rows, row, 2, entry.domain);
        setCell(*m_rows, row, 3, entry.beginning);
    }
    m_rows->setColumnHidden(2, std::ranges::all_of(rows, [](const auto& row) { return row.domain.isEmpty(); }));
    for (const int column : {0, 1, 2})
        m_rows->resizeColumnToContents(column);
    m_rows->setCurrentCell(rows.empty() ? -1 : 0, 0);
    showDocument(m_rows->currentRow());
}

void ImportDialog::presentSkipped() {
    const auto& skipped = m_preview.skipped;
    m_skippedTitle->setVisible(!skipped.empty());
    m_skipped->setVisible(!skipped.empty());
    m_skippedTitle->setText(
        formatCount(m_preview.skippedCount, tr("1 record so far is skipped:"), tr("%1 records so far are skipped:")));
    m_skipped->setRowCount(static_cast<int>(skipped.size()));
    for (int row = 0; row < m_skipped->rowCount(); ++row) {
        const SkippedRecord& record = skipped[static_cast<std::size_t>(row)];
        setCell(*m_skipped, row, 0, lineText(record.line));
        setCell(*m_skipped, row, 1, fromUtf8(record.reason), fromUtf8(record.reason));
    }
    m_skipped->resizeColumnToContents(0);
}

void ImportDialog::showDocument(int row) {
    const bool isRow = row >= 0 && static_cast<std::size_t>(row) < m_preview.rows.size();
    m_text->setPlainText(isRow ? m_preview.rows[static_cast<std::size_t>(row)].text : QString());
}

} // namespace vernier::ui
