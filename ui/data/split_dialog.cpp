#include "ui/data/split_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace vernier::ui {

SplitDialog::SplitDialog(const QString& name, QWidget* parent)
    : QDialog(parent), m_name(new QLineEdit(name)), m_percent(new QSpinBox), m_seed(new QSpinBox) {
    setWindowTitle(tr("Split off evaluation text"));
    m_percent->setRange(1, 99);
    m_percent->setValue(10);
    m_percent->setSuffix(tr(" %"));
    m_seed->setRange(0, 1'000'000);
    auto* what =
        new QLabel(tr("Moves a random share of the documents into a set of its own, which calibration does not "
                      "read. Every domain and tag keeps its share on both sides."));
    what->setWordWrap(true);
    auto* form = new QFormLayout;
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Share of the documents"), m_percent);
    form->addRow(tr("See&d"), m_seed);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Split off"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_name, &QLineEdit::textChanged, buttons, [buttons](const QString& text) {
        buttons->button(QDialogButtonBox::Ok)->setEnabled(!text.trimmed().isEmpty());
    });
    auto* column = new QVBoxLayout(this);
    column->addWidget(what);
    column->addLayout(form);
    column->addWidget(buttons);
}

SplitOptions SplitDialog::options() const {
    SplitOptions options;
    options.name = m_name->text().trimmed().toStdString();
    options.share = m_percent->value() / 100.0;
    options.seed = static_cast<std::uint64_t>(m_seed->value());
    return options;
}

} // namespace vernier::ui
