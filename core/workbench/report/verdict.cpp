#include "core/workbench/report/verdict.h"

#include "core/workbench/report/number_text.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr std::size_t kMostNamed = 8; // runs in one sentence

std::string sizeOf(const ComparisonRow& row) {
    return megabyteText(static_cast<double>(row.totalBytes));
}

std::string distanceText(const ComparisonRow& row, const ScoredAlike& group) {
    return group.hasKl ? "KL " + nats(row.kl) + " nats" : "perplexity " + plain(row.perplexity, 4);
}

std::string aboutClosest(const Report& report, const ScoredAlike& group, std::size_t best) {
    const ComparisonRow& row = report.rows[best];
    std::string text = fmt::format(
        "On {} ({} windows of {} tokens), {} is {}: ", group.text.data,
        countText(static_cast<std::uint64_t>(group.text.windows)), group.text.sequenceLength, row.run,
        group.runs.size() == 1 ? "the only run that was scored"
                               : fmt::format("the closest to full precision of {} runs", group.runs.size()));
    if (row.kl)
        text += fmt::format("KL divergence {} nats per token, ", nats(row.kl));
    text += "perplexity " + plain(row.perplexity, 4);
    if (group.referencePerplexity)
        text += fmt::format(" against {} ({})", plain(group.referencePerplexity, 4),
                            signedText(*row.perplexity - *group.referencePerplexity, 4));
    if (row.top1)
        text += fmt::format(", the same first choice at {} of the positions", percentText(*row.top1, 2));
    text += fmt::format(". It takes {}, {} bits per quantized weight.", sizeOf(row), plain(row.bitsPerWeight, 3));
    return text;
}

std::string aboutNext(const Report& report, const ScoredAlike& group, std::size_t best) {
    std::vector<std::size_t> others;
    for (const std::size_t run : group.runs)
        if (run != best)
            others.push_back(run);
    if (others.empty())
        return {};
    const std::size_t next =
        *std::ranges::min_element(others, {}, [&](std::size_t run) { return distanceOf(report.rows[run], group); });
    const ComparisonRow &ours = report.rows[best], &theirs = report.rows[next];
    return fmt::format(" Next is {} with {} at {}.", theirs.run, distanceText(theirs, group),
                       ours.totalBytes == theirs.totalBytes ? "the same size" : sizeOf(theirs));
}

std::string aboutBaseline(const Report& report, const ScoredAlike& group, std::size_t best) {
    const auto baseline = baselineOf(report);
    if (!baseline || *baseline == best || std::ranges::find(group.runs, *baseline) == group.runs.end())
        return {};
    const ComparisonRow &row = report.rows[best], &base = report.rows[*baseline];
    const double bytes = static_cast<double>(row.totalBytes) - static_cast<double>(base.totalBytes);
    std::string text = fmt::format(" Against the baseline {} its perplexity is {}", base.run,
                                   signedText(*row.perplexity - *base.perplexity, 4));
    if (row.kl && base.kl)
        text += fmt::format(", its KL {} nats", signedText(*row.kl - *base.kl, 5));
    text += bytes == 0 ? ", at the same size"
                       : fmt::format(" and its size {} ({} %)", (bytes > 0 ? "+" : "") + megabyteText(bytes),
                                     signedText(100 * bytes / static_cast<double>(base.totalBytes), 1));
    if (const auto known = report.paired.find(row.run); known != report.paired.end()) {
        const PairedComparison& is = known->second;
        text += fmt::format("; its loss is {} nats per token, 95 % interval {} … {} by a paired bootstrap over {} "
                            "windows, so {}",
                            signedText(is.meanDifference, 5), signedText(is.low, 5), signedText(is.high, 5), is.windows,
                            !is.isSure()            ? "which of both predicts better is not sure"
                            : is.meanDifference < 0 ? "that it predicts better is sure at that level"
                                                    : "that it predicts worse is sure at that level");
    }
    return text + ".";
}

std::string aboutFront(const Report& report, const ScoredAlike& group) {
    const auto front = paretoFront(report, group);
    if (group.runs.size() < 2)
        return {};
    if (front.size() == 1)
        return fmt::format(" No other run is smaller, so {} is the choice by both size and distance.",
                           report.rows[front.front()].run);
    std::vector<std::string> steps;
    for (const std::size_t run : front)
        if (steps.size() < kMostNamed)
            steps.push_back(fmt::format("{} ({}, {})", report.rows[run].run, sizeOf(report.rows[run]),
                                        distanceText(report.rows[run], group)));
    if (front.size() > steps.size())
        steps.push_back(fmt::format("{} more", front.size() - steps.size()));
    return fmt::format(" Where size counts as well, these are beaten by no other run in both: {}.",
                       fmt::join(steps, ", "));
}

std::string aboutWorstLinears(const Report& report, std::size_t best) {
    std::vector<const LinearReport*> linears;
    double all = 0;
    for (const LinearReport& linear : report.runs[best].reports) {
        linears.push_back(&linear);
        all += linear.relativeError;
    }
    constexpr std::size_t kWorst = 3;
    if (linears.size() <= 2 * kWorst || !(all > 0))
        return {};
    std::ranges::stable_sort(linears, std::greater<>(), &LinearReport::relativeError);
    double part = 0;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kWorst; ++i) {
        part += linears[i]->relativeError;
        names.push_back(linears[i]->name);
    }
    return fmt::format("In {} {} of its {} linears hold {} of the summed relative output error: {}.",
                       report.rows[best].run, kWorst, linears.size(), percentText(part / all, 0),
                       fmt::join(names, ", "));
}

/// Runs whose numbers stand beside nothing.
std::string aboutOthers(const Report& report, const std::vector<ScoredAlike>& groups) {
    std::vector<std::string> without, elsewhere;
    for (const Run& run : report.runs)
        if (!run.evaluation)
            without.push_back(run.name);
    for (std::size_t group = 1; group < groups.size(); ++group)
        for (const std::size_t run : groups[group].runs)
            elsewhere.push_back(report.runs[run].name);
    const auto list = [](std::vector<std::string>& names) {
        const std::size_t all = names.size();
        if (all > kMostNamed) {
            names.resize(kMostNamed);
            names.push_back(fmt::format("{} more", all - kMostNamed));
        }
        return fmt::format("{}", fmt::join(names, ", "));
    };
    std::string text;
    if (!without.empty())
        text += fmt::format("Not evaluated, and so not judged: {}.", list(without));
    if (!elsewhere.empty())
        text += fmt::format("{}Scored on another text or by another protocol, and so not compared: {}.",
                            text.empty() ? "" : " ", list(elsewhere));
    return text;
}

} // namespace

std::vector<ScoredAlike> scoredAlike(const Report& report) {
    std::vector<ScoredAlike> groups;
    for (std::size_t run = 0; run < report.runs.size(); ++run) {
        const auto& evaluation = report.runs[run].evaluation;
        if (!evaluation)
            continue;
        const ScoredText& text = *report.rows[run].scored;
        auto group = std::ranges::find(groups, text, &ScoredAlike::text);
        if (group == groups.end())
            group = groups.insert(groups.end(), {text, {}, {}});
        group->runs.push_back(run);
        group->hasKl = group->hasKl && evaluation->kl;
        if (!group->referencePerplexity)
            group->referencePerplexity = evaluation->referencePerplexity;
    }
    const auto baseline = baselineOf(report);
    std::ranges::stable_sort(groups, std::greater<>(), [&](const ScoredAlike& group) {
        const bool hasBaseline = baseline && std::ranges::find(group.runs, *baseline) != group.runs.end();
        return std::pair(hasBaseline, group.runs.size());
    });
    return groups;
}

double distanceOf(const ComparisonRow& row, const ScoredAlike& group) {
    return group.hasKl ? row.kl.value() : row.perplexity.value();
}

const char* distanceName(const ScoredAlike& group) {
    return group.hasKl ? "KL divergence (nats per token)" : "perplexity";
}

std::size_t closest(const Report& report, const ScoredAlike& group) {
    return *std::ranges::min_element(group.runs, {}, [&](std::size_t run) {
        return std::pair(distanceOf(report.rows[run], group), report.rows[run].totalBytes);
    });
}

std::vector<std::size_t> paretoFront(const Report& report, const ScoredAlike& group) {
    std::vector<CostAndLoss> points;
    for (const std::size_t run : group.runs)
        points.push_back({static_cast<double>(report.rows[run].totalBytes), distanceOf(report.rows[run], group)});
    std::vector<std::size_t> front = paretoFront(points);
    for (std::size_t& place : front)
        place = group.runs[place];
    return front;
}

std::optional<std::size_t> baselineOf(const Report& report) {
    const auto found = std::ranges::find(report.runs, report.baseline, &Run::name);
    if (report.baseline.empty() || found == report.runs.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - report.runs.begin());
}

std::vector<std::string> verdict(const Report& report) {
    const auto groups = scoredAlike(report);
    std::vector<std::string> paragraphs;
    if (groups.empty())
        return {"No run was evaluated yet, so none can be called closest to full precision. “vernier evaluate”, or "
                "Evaluate in the Runs workspace, scores them."};
    const ScoredAlike& group = groups.front();
    const std::size_t best = closest(report, group);
    paragraphs.push_back(aboutClosest(report, group, best) + aboutNext(report, group, best) +
                         aboutBaseline(report, group, best) + aboutFront(report, group));
    if (const std::string linears = aboutWorstLinears(report, best); !linears.empty())
        paragraphs.push_back(linears);
    if (const std::string others = aboutOthers(report, groups); !others.empty())
        paragraphs.push_back(others);
    return paragraphs;
}

} // namespace vernier
