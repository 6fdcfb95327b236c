#include "ui/data/generate_dialog.h"

#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

namespace vernier::ui {

namespace {

QDoubleSpinBox* makeShare(double value, double high) {
    auto* box = new QDoubleSpinBox;
    box->setRange(0, high);
    box->setSingleStep(0.05);
    box->setValue(value);
    return box;
}

QSpinBox* makeCount(int low, int high, int value) {
    auto* box = new QSpinBox;
    box->setRange(low, high);
    box->setValue(value);
    return box;
}

} // namespace

GenerateDialog::GenerateDialog(QWidget* parent)
    : QDialog(parent), m_documents(makeCount(1, 100'000, 64)), m_tokens(makeCount(1, 1 << 16, 256)),
      m_temperature(makeShare(0.8, 10)), m_topP(makeShare(0.95, 1)), m_seed(makeCount(0, 1'000'000, 0)),
      m_tag(new QLineEdit(QStringLiteral("generated"))), m_prompts(new QPlainTextEdit) {
    setWindowTitle(tr("Let the model write"));
    auto* what =
        new QLabel(tr("Text that a model meets in use is often its own. The open model writes documents, which "
                      "join a set; the same seed writes the same texts."));
    what->setWordWrap(true);
    m_temperature->setToolTip(tr("0 takes the likeliest token always"));
    m_topP->setToolTip(tr("Only the likeliest tokens that together reach this probability are drawn from"));
    m_prompts->setPlaceholderText(tr("One prompt per line, taken in turn; empty: from nothing"));
    m_prompts->setAccessibleName(tr("Prompts"));
    m_prompts->setTabChangesFocus(true);
    auto* form = new QFormLayout;
    form->addRow(tr("&Documents"), m_documents);
    form->addRow(tr("&Tokens each, at most"), m_tokens);
    form->addRow(tr("T&emperature"), m_temperature);
    form->addRow(tr("Top-&p"), m_topP);
    form->addRow(tr("See&d"), m_seed);
    form->addRow(tr("Into the &set"), m_tag);
    form->addRow(tr("P&rompts"), m_prompts);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Write"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(what);
    column->addLayout(form);
    column->addWidget(buttons);
}

GenerateRequest GenerateDialog::request() const {
    GenerateRequest request;
    request.documents = m_documents->value();
    request.tokens = m_tokens->value();
    request.sampling.temperature = m_temperature->value();
    request.sampling.topP = m_topP->value();
    request.sampling.seed = static_cast<std::uint64_t>(m_seed->value());
    request.tag = m_tag->text().trimmed().toStdString();
    for (const QString& line : m_prompts->toPlainText().split(QLatin1Char('\n')))
        if (!line.trimmed().isEmpty())
            request.prompts.push_back(line.toStdString());
    return request;
}

} // namespace vernier::ui
