#pragma once

#include "core/dataset/import.h"

#include <QWidget>

#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QFormLayout;

namespace vernier::ui {

/// Asks how files are read: their format, how texts are divided, and which fields of records become a document.
class MappingForm : public QWidget {
    Q_OBJECT
public:
    explicit MappingForm(QWidget* parent = nullptr);

    /// What was found in the file that is shown: offered in the boxes, which keep what the user has chosen.
    void setFound(FileFormat format, const std::optional<FieldMapping>& schema, const std::vector<std::string>& fields);

    /// Puts a field of the caller's below, its label in line with the others.
    void addRow(const QString& label, QWidget* field);

    /// Fills in format, unit and mapping.
    void applyTo(ImportOptions& options) const;
    /// What is still to be chosen; empty when nothing is.
    QString missing() const;

signals:
    void changed();

private:
    enum class Reading { Recognised, OneField, Pair };

    Reading reading() const;
    QComboBox* addField(const QString& label, const QString& name, const QString& toolTip, bool isOptional);
    void chooseReading();
    void showRows();

    QFormLayout* m_form;
    QComboBox* m_format;
    QComboBox* m_unit;
    QComboBox* m_reading;
    QComboBox* m_text = nullptr;
    QComboBox* m_instruction = nullptr;
    QComboBox* m_input = nullptr;
    QComboBox* m_output = nullptr;
    QComboBox* m_system = nullptr;
    QComboBox* m_domain = nullptr;
    FileFormat m_found = FileFormat::Text;
    std::optional<FieldMapping> m_schema;
    std::vector<std::string> m_fields;
};

} // namespace vernier::ui
