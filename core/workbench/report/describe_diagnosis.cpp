#include "core/base/utf8.h"
#include "core/workbench/report/likely_remedy.h"
#include "core/workbench/report/number_text.h"
#include "core/workbench/report/sections.h"
#include "core/workbench/report/svg_plot.h"
#include "core/workbench/report/verdict.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kMostLinears = 12;

/// The runs whose worst linears are listed: the closest one and the baseline, or else the first.
std::vector<std::size_t> runsToList(const Report& report) {
    const auto groups = scoredAlike(report);
    std::vector<std::size_t> runs = {groups.empty() ? 0 : closest(report, groups.front())};
    if (const auto baseline = baselineOf(report); baseline && *baseline != runs.front())
        runs.push_back(*baseline);
    return runs;
}

const ReportedDiagnosis* diagnosisOf(const Report& report, const std::string& run) {
    const auto found = std::ranges::find(report.diagnoses, run, &ReportedDiagnosis::run);
    return found == report.diagnoses.end() ? nullptr : &*found;
}

/// The linears that cost most, by measured divergence where that is known and by the Gram's error otherwise.
ReportTable worstLinears(const Report& report, std::size_t number) {
    const Run& run = report.runs[number];
    const ReportedDiagnosis* known = diagnosisOf(report, run.name);
    const bool isMeasured = known && !known->sensitivities.empty();
    struct Line {
        const LinearReport* linear;
        std::optional<double> kl;
    };
    std::vector<Line> lines;
    for (const LinearReport& linear : run.reports) {
        Line line{&linear, {}};
        if (isMeasured)
            if (const auto found = std::ranges::find(known->sensitivities, linear.name, &LinearSensitivity::name);
                found != known->sensitivities.end())
                line.kl = found->kl;
        lines.push_back(line);
    }
    std::ranges::stable_sort(lines, std::greater<>(), [&](const Line& line) {
        return isMeasured ? line.kl.value_or(-1) : line.linear->relativeError;
    });
    ReportTable table;
    table.title = fmt::format("Worst linears of {}", run.name);
    table.columns = {{"linear", ColumnKind::Code},
                     {"relative error", ColumnKind::Number},
                     {"SQNR, dB", ColumnKind::Number},
                     {"bits per weight", ColumnKind::Number}};
    if (isMeasured)
        table.columns.push_back({"KL of it alone, nats", ColumnKind::Number});
    table.columns.push_back({"may help"});
    const std::int64_t tokens = run.calibration.windows * run.calibration.recipe.sequenceLength;
    for (std::size_t i = 0; i < std::min(kMostLinears, lines.size()); ++i) {
        const LinearReport& linear = *lines[i].linear;
        if (linear.relativeError == 0)
            break; // kept exact, like all that follow
        std::vector<ReportCell> cells = {{linear.name},
                                         {scientific(linear.relativeError)},
                                         {plain(linear.sqnrDb, 1)},
                                         {plain(linear.bitsPerWeight(), 2)}};
        if (isMeasured)
            cells.push_back({nats(lines[i].kl)});
        cells.push_back({likelyRemedy(linear, run.settings, tokens)});
        table.rows.push_back(std::move(cells));
    }
    table.note = fmt::format("{} of {} linears, {}. --override 'LINEAR=bits:4', =group:64 or =skip of vernier quantize "
                             "changes a single linear.",
                             table.rows.size(), run.reports.size(),
                             isMeasured ? "by the divergence that each alone causes, measured on " + known->text
                                        : "by the relative error of their outputs on the calibration text");
    return table;
}

ReportFigure growthFigure(const ReportedDiagnosis& diagnosis) {
    SvgPlot plot;
    plot.height = 320;
    plot.x = {.title = "block", .wholeNumbers = true};
    plot.y = {.title = "share of the residual stream's energy (%)", .logarithmic = true};
    struct Part {
        const char* name;
        double (*of)(const BlockErrors&);
    };
    int style = 0;
    for (const Part& part : {Part{"total", [](const BlockErrors& b) { return b.total; }},
                             Part{"inherited from earlier blocks", [](const BlockErrors& b) { return b.inherited; }},
                             Part{"own rounding", [](const BlockErrors& b) { return b.own; }}}) {
        SvgSeries& series = plot.series.emplace_back();
        series.name = part.name;
        series.style = style++;
        for (std::size_t block = 0; block < diagnosis.growth.size(); ++block) {
            const BlockErrors& errors = diagnosis.growth[block];
            const double percent = errors.signal > 0 ? 100 * part.of(errors) / errors.signal : 0;
            series.points.push_back({static_cast<double>(block),
                                     percent,
                                     {},
                                     {},
                                     fmt::format("{}, block {}: {} %", part.name, block, scientific(percent))});
        }
    }
    return {fmt::format("Growth of the error in {}", diagnosis.run), svgOf(plot), plot.width, plot.height,
            fmt::format("Behind each block, over {} windows of {}. Where a part is zero it has no mark.",
                        diagnosis.windows, diagnosis.text)};
}

/// A text on one line, with signs for line breaks and tabs.
std::string onOneLine(const std::string& bytes) {
    std::string line;
    for (const char c : repairUtf8(bytes).text)
        if (c == '\n')
            line += "↵";
        else if (c == '\t')
            line += "⇥";
        else if (c != '\r')
            line += c;
    return line;
}

ReportTable sufferingTable(const ReportedDiagnosis& diagnosis) {
    ReportTable table;
    table.title = fmt::format("Tokens that lost most in {}", diagnosis.run);
    table.columns = {{"text"},
                     {"token"},
                     {"window:position", ColumnKind::Number},
                     {"full precision, nats", ColumnKind::Number},
                     {"run, nats", ColumnKind::Number},
                     {"Δ nats", ColumnKind::Number}};
    for (const SufferingToken& token : diagnosis.worst)
        table.rows.push_back({{"…" + onOneLine(token.before)},
                              {onOneLine(token.token)},
                              {fmt::format("{}:{}", token.window, token.position)},
                              {plain(token.referenceNll, 3)},
                              {plain(token.nll, 3)},
                              {signedText(token.nll - token.referenceNll, 3)}});
    table.note =
        fmt::format("Loss of the token behind the text, over {} windows of {}.", diagnosis.windows, diagnosis.text);
    return table;
}

} // namespace

ReportSection diagnosisSection(const Report& report) {
    ReportSection section{"Where it is lost", {}};
    for (const std::size_t run : runsToList(report))
        if (auto table = worstLinears(report, run); !table.rows.empty())
            section.blocks.emplace_back(std::move(table));
    for (const ReportedDiagnosis& diagnosis : report.diagnoses) {
        if (!diagnosis.growth.empty())
            section.blocks.emplace_back(growthFigure(diagnosis));
        if (!diagnosis.worst.empty())
            section.blocks.emplace_back(sufferingTable(diagnosis));
    }
    if (report.diagnoses.empty())
        section.blocks.emplace_back(ReportText{
            "The cache holds no diagnosis of these runs. “vernier diagnose” with --sensitivity and --worst, or "
            "the Diagnose workspace, measures the growth of errors along the blocks, what each linear alone "
            "costs, and the tokens that lose most; a report written afterwards shows them.",
            true});
    return section;
}

} // namespace vernier
