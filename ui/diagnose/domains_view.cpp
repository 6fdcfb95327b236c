#include "ui/diagnose/domains_view.h"

#include "ui/bridge/text.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/plots/number_table.h"

#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Documents of a set, by domain, as shares of all.
std::map<std::string, double> domainShares(const Project& project, const std::string& setName) {
    std::map<std::string, double> shares;
    const CalibrationSet* set = project.findSet(setName);
    if (!set || set->documents.empty())
        return shares;
    for (const std::uint32_t document : set->documents) {
        const std::string_view domain = project.corpus[document].domain;
        shares[domain.empty() ? "no domain" : std::string(domain)] += 1;
    }
    for (auto& [domain, share] : shares)
        share /= static_cast<double>(set->documents.size());
    return shares;
}

QString optionalText(const std::optional<double>& value, int digits) {
    return value ? formatFixed(*value, digits) : QStringLiteral("–");
}

} // namespace

DomainsView::DomainsView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis),
      m_table(new NumberTable(tr("Loss by domain"),
                              {tr("Domain"), tr("Tokens"), tr("Full precision"), tr("This run"), tr("Loss"),
                               tr("KL (nats)"), tr("Top-1 agrees"), tr("In the calibration set")},
                              {tr("Domain of the evaluation documents"), tr("Predictions that count"), tr("Perplexity"),
                               tr("Perplexity"), tr("Perplexity above full precision, relative to it"),
                               tr("Mean KL divergence from full precision"),
                               tr("Positions where both rank the same token first"),
                               tr("Share of the documents of the set the run was calibrated on")})) {
    m_table->setEmptyText(tr("Evaluate the run (its menu in Runs) to see what each domain lost"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_table);
    connect(&diagnosis, &Diagnosis::runChanged, this, &DomainsView::refresh);
    refresh();
}

void DomainsView::refresh() {
    const Run* run = m_diagnosis.run();
    const auto project = m_diagnosis.services().session.project();
    const std::vector<GroupScore> none;
    const auto& groups = run && run->evaluation ? run->evaluation->groups : none;
    const auto shares =
        run && project ? domainShares(*project, run->calibration.setName) : std::map<std::string, double>();
    m_table->begin(static_cast<int>(groups.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const GroupScore& group = groups[static_cast<std::size_t>(row)];
        m_table->setText(row, 0, fromUtf8(group.name));
        m_table->setNumber(row, 1, static_cast<double>(group.scoredTokens),
                           formatCount(static_cast<std::uint64_t>(group.scoredTokens)));
        m_table->setNumber(row, 2, group.referencePerplexity.value_or(kUnknown),
                           optionalText(group.referencePerplexity, 4));
        m_table->setNumber(row, 3, group.perplexity, formatFixed(group.perplexity, 4));
        const double loss = group.referencePerplexity ? group.perplexity / *group.referencePerplexity - 1 : kUnknown;
        m_table->setNumber(row, 4, loss, std::isnan(loss) ? QStringLiteral("–") : formatPercent(loss));
        m_table->setNumber(row, 5, group.kl.value_or(kUnknown), optionalText(group.kl, 5));
        m_table->setNumber(row, 6, group.top1.value_or(kUnknown),
                           group.top1 ? formatPercent(*group.top1) : QStringLiteral("–"));
        const auto share = shares.find(group.name);
        const double part = share == shares.end() ? 0 : share->second;
        m_table->setNumber(row, 7, part, formatPercent(part, 1));
    }
    m_table->end();
    m_table->sortByColumn(5, Qt::DescendingOrder);
}

} // namespace vernier::ui
