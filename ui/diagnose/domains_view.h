#pragma once

#include <QWidget>

namespace vernier::ui {

class Diagnosis;
class NumberTable;

/// Shows which domains of the evaluation text lost most, beside the share that each has in the calibration set.
class DomainsView : public QWidget {
    Q_OBJECT
public:
    explicit DomainsView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    NumberTable& table() const { return *m_table; }

private:
    void refresh();

    Diagnosis& m_diagnosis;
    NumberTable* m_table;
};

} // namespace vernier::ui
