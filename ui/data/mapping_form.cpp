#include "ui/data/mapping_form.h"

#include "ui/bridge/text.h"
#include "ui/data/import_preview.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSignalBlocker>

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr int kByName = -1; ///< the name of a file tells its format

std::string chosen(const QComboBox* box) {
    return box->currentText().trimmed().toStdString();
}

} // namespace

MappingForm::MappingForm(QWidget* parent)
    : QWidget(parent), m_form(new QFormLayout(this)), m_format(new QComboBox), m_unit(new QComboBox),
      m_reading(new QComboBox) {
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_format->setAccessibleName(tr("Format"));
    m_format->setObjectName(QStringLiteral("format"));
    m_format->addItem(tr("Recognise"), kByName);
    for (const FileFormat format : {FileFormat::Text, FileFormat::JsonLines, FileFormat::Json, FileFormat::Csv})
        m_format->addItem(formatName(format), static_cast<int>(format));
    m_unit->setAccessibleName(tr("One document per"));
    m_unit->setObjectName(QStringLiteral("unit"));
    m_unit->addItem(tr("File"), static_cast<int>(TextUnit::File));
    m_unit->addItem(tr("Paragraph (line)"), static_cast<int>(TextUnit::Paragraph));
    m_unit->addItem(tr("Block between blank lines"), static_cast<int>(TextUnit::Block));
    m_reading->setAccessibleName(tr("Fields"));
    m_reading->setObjectName(QStringLiteral("reading"));
    m_reading->addItem(tr("Recognise"), static_cast<int>(Reading::Recognised));
    m_reading->addItem(tr("One: text or messages"), static_cast<int>(Reading::OneField));
    m_reading->addItem(tr("Instruction and answer"), static_cast<int>(Reading::Pair));
    m_form->addRow(tr("&Format"), m_format);
    m_form->addRow(tr("&Document per"), m_unit);
    m_form->addRow(tr("F&ields"), m_reading);
    m_text = addField(tr("Text"), QStringLiteral("textField"), tr("A text, or a list of messages with roles"), false);
    m_instruction = addField(tr("Instruction"), QStringLiteral("instructionField"), tr("What the user says"), false);
    m_input = addField(tr("Input"), QStringLiteral("inputField"), tr("More of it, behind an empty line"), true);
    m_output = addField(tr("Answer"), QStringLiteral("outputField"), tr("What the assistant answers"), false);
    m_system = addField(tr("System"), QStringLiteral("systemField"), tr("What stands before both"), true);
    m_domain = addField(tr("Domain"), QStringLiteral("domainField"), tr("What the record says it is about"), true);
    for (QComboBox* box : {m_format, m_unit})
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            showRows();
            emit changed();
        });
    connect(m_reading, &QComboBox::currentIndexChanged, this, &MappingForm::chooseReading);
    showRows();
}

QComboBox* MappingForm::addField(const QString& label, const QString& name, const QString& toolTip, bool isOptional) {
    auto* box = new QComboBox;
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setObjectName(name);
    box->setAccessibleName(tr("Field: %1").arg(label));
    box->setToolTip(toolTip);
    box->lineEdit()->setAccessibleName(box->accessibleName());
    box->lineEdit()->setPlaceholderText(isOptional ? tr("none") : tr("choose a field"));
    box->setProperty("isOptional", isOptional);
    m_form->addRow(label, box);
    connect(box, &QComboBox::currentTextChanged, this, &MappingForm::changed);
    return box;
}

void MappingForm::addRow(const QString& label, QWidget* field) {
    m_form->addRow(label, field);
}

MappingForm::Reading MappingForm::reading() const {
    return static_cast<Reading>(m_reading->currentData().toInt());
}

void MappingForm::setFound(FileFormat format, const std::optional<FieldMapping>& schema,
                           const std::vector<std::string>& fields) {
    m_found = format;
    if (reading() == Reading::Recognised)
        m_schema = schema;
    if (fields != m_fields) {
        m_fields = fields;
        for (QComboBox* box : {m_text, m_instruction, m_input, m_output, m_system, m_domain}) {
            const QSignalBlocker quiet(box);
            const QString kept = box->currentText();
            box->clear();
            if (box->property("isOptional").toBool())
                box->addItem({});
            for (const std::string& field : fields)
                box->addItem(fromUtf8(field));
            box->setCurrentText(kept);
        }
    }
    showRows();
}

void MappingForm::chooseReading() {
    // What was recognised is the best guess to begin with.
    const auto propose = [this](QComboBox* box, const std::string& field, std::size_t place) {
        const QSignalBlocker quiet(box);
        if (!box->currentText().isEmpty())
            return;
        box->setCurrentText(fromUtf8(!field.empty()            ? field
                                     : place < m_fields.size() ? m_fields[place]
                                                               : std::string()));
    };
    constexpr std::size_t kNone = std::size_t(-1);
    const FieldMapping known = m_schema.value_or(FieldMapping{});
    if (reading() == Reading::OneField) {
        propose(m_text, known.text, 0);
    } else if (reading() == Reading::Pair) {
        propose(m_instruction, known.instruction, 0);
        propose(m_input, known.input, kNone);
        propose(m_output, known.output, 1);
        propose(m_system, known.system, kNone);
    }
    if (reading() != Reading::Recognised && std::ranges::find(m_fields, "domain") != m_fields.end())
        propose(m_domain, "domain", kNone);
    showRows();
    emit changed();
}

void MappingForm::showRows() {
    const int format = m_format->currentData().toInt();
    const bool isText = (format == kByName ? m_found : static_cast<FileFormat>(format)) == FileFormat::Text;
    const bool isSingle = !isText && reading() == Reading::OneField, isPair = !isText && reading() == Reading::Pair;
    m_form->setRowVisible(m_unit, isText);
    m_form->setRowVisible(m_reading, !isText);
    m_form->setRowVisible(m_text, isSingle);
    for (QComboBox* box : {m_instruction, m_input, m_output, m_system})
        m_form->setRowVisible(box, isPair);
    m_form->setRowVisible(m_domain, isSingle || isPair);
}

void MappingForm::applyTo(ImportOptions& options) const {
    options.format.reset();
    if (const int format = m_format->currentData().toInt(); format != kByName)
        options.format = static_cast<FileFormat>(format);
    options.unit = static_cast<TextUnit>(m_unit->currentData().toInt());
    options.mapping.reset();
    if (reading() == Reading::OneField)
        options.mapping = FieldMapping{.text = chosen(m_text), .domain = chosen(m_domain)};
    else if (reading() == Reading::Pair)
        options.mapping = FieldMapping{.text = {},
                                       .instruction = chosen(m_instruction),
                                       .input = chosen(m_input),
                                       .output = chosen(m_output),
                                       .system = chosen(m_system),
                                       .domain = chosen(m_domain)};
}

QString MappingForm::missing() const {
    if (reading() == Reading::OneField && chosen(m_text).empty())
        return tr("Choose the field that holds the text or the messages");
    if (reading() == Reading::Pair && (chosen(m_instruction).empty() || chosen(m_output).empty()))
        return tr("Choose the fields that hold the instruction and the answer");
    return {};
}

} // namespace vernier::ui
