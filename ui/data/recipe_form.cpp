#include "ui/data/recipe_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include <limits>

namespace vernier::ui {

namespace {

/// Line breaks and tabs as they are typed.
QString escaped(const std::string& text) {
    QString shown = QString::fromStdString(text);
    return shown.replace(QLatin1Char('\\'), QLatin1String("\\\\"))
        .replace(QLatin1Char('\n'), QLatin1String("\\n"))
        .replace(QLatin1Char('\t'), QLatin1String("\\t"));
}

std::string unescaped(const QString& shown) {
    QString text;
    for (qsizetype i = 0; i < shown.size(); ++i) {
        if (shown[i] != QLatin1Char('\\') || i + 1 == shown.size()) {
            text += shown[i];
            continue;
        }
        const QChar next = shown[++i];
        text += next == QLatin1Char('n') ? QLatin1Char('\n') : next == QLatin1Char('t') ? QLatin1Char('\t') : next;
    }
    return text.toStdString();
}

} // namespace

RecipeForm::RecipeForm(QWidget* parent) : QWidget(parent), m_form(new QFormLayout(this)) {
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setVerticalSpacing(4);
    m_mode = addChoice<PackingMode>(tr("&Windows"), tr("How documents come into windows of one length"),
                                    {tr("documents joined and cut"), tr("one document each")});
    m_mode->setObjectName(QStringLiteral("packingMode"));
    m_length = addNumber(tr("&Tokens per window"), tr("The sequence length of calibration"), 2, 1 << 20);
    m_windows = addNumber(tr("Windo&ws at most"), tr("The first windows are kept; 0 keeps all"), 0, 1 << 20);
    m_separator = addChoice<Separator>(tr("Between &documents"), tr("What follows every document"),
                                       {tr("end-of-text token"), tr("nothing"), tr("a text"), tr("a token")});
    m_separatorText = new QLineEdit;
    m_separatorText->setAccessibleName(tr("Separator"));
    m_separatorText->setToolTip(tr("\\n is a line break, \\t a tab"));
    m_form->addRow(tr("Separator"), m_separatorText);
    m_truncation = addChoice<Truncation>(tr("Of &long documents"), tr("Which part stays when a document is longer"),
                                         {tr("the beginning"), tr("the end"), tr("a random part")});
    m_short = addChoice<ShortDocuments>(tr("&Short documents"),
                                        tr("Padding never enters statistics, Gram matrices or losses"),
                                        {tr("are padded"), tr("are left out")});
    m_begin = addChoice<BeginOfText>(
        tr("&Begin-of-text"), tr("Where the begin-of-text token is put"),
        {tr("nowhere"), tr("at every window"), tr("at every document"), tr("as the tokenizer does")});
    m_end = addChoice<EndOfText>(tr("&End-of-text"), tr("Beside what a separator puts there"),
                                 {tr("nowhere"), tr("behind every document")});
    m_minimumTokens =
        addNumber(tr("Tokens at lea&st"), tr("Documents with fewer are left out and counted"), 0, 1 << 20);
    m_minimumCharacters =
        addNumber(tr("&Characters at least"), tr("Documents with fewer are left out and counted"), 0, 1 << 30);
    m_template = new QCheckBox(tr("Conversations through the model's chat template"));
    m_form->addRow(m_template);
    m_shuffle = new QCheckBox(tr("Documents in random order"));
    m_form->addRow(m_shuffle);
    m_seed = addNumber(tr("Seed"), tr("Of the random order and of random parts"), 0, std::numeric_limits<int>::max());
    for (QCheckBox* box : {m_template, m_shuffle})
        connect(box, &QCheckBox::toggled, this, [this] {
            hideUnused();
            if (!m_isFilling)
                emit edited();
        });
    connect(m_separatorText, &QLineEdit::editingFinished, this, &RecipeForm::edited);
    setRecipe({});
}

template <class Choice>
QComboBox* RecipeForm::addChoice(const QString& label, const QString& toolTip, const QStringList& titles) {
    auto* box = new QComboBox;
    for (qsizetype i = 0; i < titles.size(); ++i)
        box->addItem(titles[i], static_cast<int>(static_cast<Choice>(i)));
    box->setToolTip(toolTip);
    box->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    m_form->addRow(label, box);
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
        hideUnused();
        if (!m_isFilling)
            emit edited();
    });
    return box;
}

QSpinBox* RecipeForm::addNumber(const QString& label, const QString& toolTip, int low, int high) {
    auto* box = new QSpinBox;
    box->setRange(low, high);
    box->setToolTip(toolTip);
    box->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    box->setKeyboardTracking(false);
    m_form->addRow(label, box);
    connect(box, &QSpinBox::valueChanged, this, [this] {
        if (!m_isFilling)
            emit edited();
    });
    return box;
}

void RecipeForm::hideUnused() {
    // Choices are made before all rows exist.
    if (!m_isFilling && m_form->rowCount() < 14)
        return;
    const bool isJoined = m_mode->currentIndex() == static_cast<int>(PackingMode::Concatenate);
    const auto separator = static_cast<Separator>(m_separator->currentIndex());
    const auto show = [this](QWidget* field, bool shown) {
        field->setVisible(shown);
        if (QWidget* label = m_form->labelForField(field))
            label->setVisible(shown);
    };
    show(m_separator, isJoined);
    show(m_separatorText, isJoined && (separator == Separator::Text || separator == Separator::Token));
    show(m_truncation, !isJoined);
    show(m_short, !isJoined);
    const bool isRandom = !isJoined && m_truncation->currentIndex() == static_cast<int>(Truncation::RandomOffset);
    show(m_seed, m_shuffle->isChecked() || isRandom);
}

void RecipeForm::setRecipe(const PackingRecipe& recipe) {
    m_isFilling = true;
    m_mode->setCurrentIndex(static_cast<int>(recipe.mode));
    m_length->setValue(recipe.sequenceLength);
    m_windows->setValue(recipe.maxWindows);
    m_separator->setCurrentIndex(static_cast<int>(recipe.separator));
    m_separatorText->setText(escaped(recipe.separatorText));
    m_truncation->setCurrentIndex(static_cast<int>(recipe.truncation));
    m_short->setCurrentIndex(static_cast<int>(recipe.shortDocuments));
    m_begin->setCurrentIndex(static_cast<int>(recipe.beginOfText));
    m_end->setCurrentIndex(static_cast<int>(recipe.endOfText));
    m_minimumTokens->setValue(recipe.minimumTokens);
    m_minimumCharacters->setValue(recipe.minimumCharacters);
    m_template->setChecked(recipe.applyChatTemplate);
    m_shuffle->setChecked(recipe.shuffle);
    m_seed->setValue(static_cast<int>(recipe.seed));
    hideUnused();
    m_isFilling = false;
}

PackingRecipe RecipeForm::recipe() const {
    PackingRecipe recipe;
    recipe.mode = static_cast<PackingMode>(m_mode->currentIndex());
    recipe.sequenceLength = m_length->value();
    recipe.maxWindows = m_windows->value();
    recipe.separator = static_cast<Separator>(m_separator->currentIndex());
    if (recipe.separator == Separator::Text || recipe.separator == Separator::Token)
        recipe.separatorText = unescaped(m_separatorText->text());
    recipe.truncation = static_cast<Truncation>(m_truncation->currentIndex());
    recipe.shortDocuments = static_cast<ShortDocuments>(m_short->currentIndex());
    recipe.beginOfText = static_cast<BeginOfText>(m_begin->currentIndex());
    recipe.endOfText = static_cast<EndOfText>(m_end->currentIndex());
    recipe.minimumTokens = m_minimumTokens->value();
    recipe.minimumCharacters = m_minimumCharacters->value();
    recipe.applyChatTemplate = m_template->isChecked();
    recipe.shuffle = m_shuffle->isChecked();
    recipe.seed = static_cast<std::uint64_t>(m_seed->value());
    return recipe;
}

} // namespace vernier::ui
