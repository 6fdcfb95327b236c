#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace vernier::ui {

class Diagnosis;
class NumberTable;

/// Shows what was tried on the linears that lose most and what it is worth, and fills the form of a run with a remedy.
class RemediesView : public QWidget {
    Q_OBJECT
public:
    explicit RemediesView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    NumberTable& table() const { return *m_table; }
    QPushButton& order() const { return *m_order; }

private:
    void refresh();
    void refreshButton();
    void orderSelected();

    Diagnosis& m_diagnosis;
    NumberTable* m_table;
    QLabel* m_hint;
    QPushButton* m_order;
};

} // namespace vernier::ui
