#pragma once

#include "core/workbench/remedies.h"
#include "ui/bridge/latest_job.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace vernier::ui {

class Diagnosis;
class NumberTable;

/// Shows which domains of the evaluation text lost most, beside the share that each has in the calibration set.
class DomainsView : public QWidget {
    Q_OBJECT
public:
    explicit DomainsView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    NumberTable& table() const { return *m_table; }

    /// What would help the domain that lost most for what it is calibrated on, in words.
    QLabel& hint() const { return *m_hint; }

private:
    /// What is found off the interface's thread.
    struct Found {
        std::vector<std::pair<std::string, double>> shares;
        std::vector<LosingDomain> losing;
        std::optional<std::uint32_t> document; ///< one of the first of these
    };

    void refresh();
    void showFound(const Found& found);

    Diagnosis& m_diagnosis;
    LatestJob m_job;
    std::vector<GroupScore> m_groups;
    QString m_setName;
    std::optional<std::uint32_t> m_document;
    NumberTable* m_table;
    QLabel* m_hint;
    QPushButton* m_show;
};

} // namespace vernier::ui
