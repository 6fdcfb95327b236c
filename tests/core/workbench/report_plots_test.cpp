#include "core/workbench/report/describe.h"
#include "core/workbench/report/number_text.h"
#include "core/workbench/report/svg_plot.h"
#include "core/workbench/report/svg_scale.h"
#include "tests/core/workbench/made_up_runs.h"
#include "tests/support/xml_tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::XmlElement;

double numberIn(std::string text) {
    for (std::size_t at; (at = text.find("−")) != std::string::npos;)
        text.replace(at, 3, "-");
    return std::stod(text);
}

/// Where a mark of an axis stands in the picture, and its value as it is written there.
struct Tick {
    double value, place;
};

std::vector<Tick> ticksOf(const XmlElement& svg, const char* cssClass, const char* coordinate) {
    std::vector<Tick> ticks;
    for (const XmlElement* tick : svg.all("text", cssClass)) {
        double place = std::stod(tick->attributes.at(coordinate));
        if (*coordinate == 'y')
            place -= 0.35 * std::stod(tick->attributes.at("font-size")); // texts stand on their line
        ticks.push_back({numberIn(tick->text), place});
    }
    return ticks;
}

/// The place of a value, worked out from the first and last written mark of an axis.
double placeOf(double value, const std::vector<Tick>& ticks, bool isLogarithmic) {
    const auto map = [&](double v) { return isLogarithmic ? std::log10(v) : v; };
    const Tick &a = ticks.front(), &b = ticks.back();
    return a.place + (map(value) - map(a.value)) / (map(b.value) - map(a.value)) * (b.place - a.place);
}

std::pair<double, double> placeOf(const XmlElement& mark) {
    std::istringstream text(mark.attributes.at("transform").substr(10)); // translate(
    double x = 0, y = 0;
    text >> x >> y;
    return {x, y};
}

XmlElement figure(const Project& project, const std::string& title) {
    Report report = collectRuns(project, {"plots", {}, "run 1"});
    for (const ReportSection& section : describeReport(report).sections)
        for (const ReportBlock& block : section.blocks)
            if (const auto* found = std::get_if<ReportFigure>(&block); found && found->title == title)
                return test::parseXml(found->svg);
    ADD_FAILURE() << "no figure " << title;
    return {};
}

TEST(ReportPlots, PutEveryRunWhereItsNumbersSay) {
    const Project project = test::madeUpProject(12);
    for (const bool isKl : {true, false}) {
        const XmlElement svg = figure(project, isKl ? "Size against KL" : "Size against perplexity");
        const auto x = ticksOf(svg, "x-tick", "x"), y = ticksOf(svg, "y-tick", "y");
        ASSERT_GE(x.size(), 3u);
        ASSERT_GE(y.size(), 3u);
        const auto marks = svg.all("g", "mark");
        ASSERT_EQ(marks.size(), project.runs.size());
        for (const vernier::Run& run : project.runs) {
            const auto mark = std::ranges::find_if(marks, [&](const XmlElement* m) {
                return m->children[0].text.find(" " + run.name + ":") != std::string::npos;
            });
            ASSERT_NE(mark, marks.end()) << run.name;
            const auto [left, down] = placeOf(**mark);
            const double megabytes = static_cast<double>(run.storedBytes + run.otherBytes) / 1e6;
            EXPECT_NEAR(left, placeOf(megabytes, x, false), 0.05) << run.name;
            EXPECT_NEAR(down, placeOf(isKl ? *run.evaluation->kl : run.evaluation->perplexity, y, isKl), 0.05)
                << run.name;
        }
    }
}

TEST(ReportPlots, DrawTheMeanErrorOfEachBlock) {
    const Project project = test::madeUpProject(3);
    const XmlElement svg = figure(project, "Error along the depth");
    const auto x = ticksOf(svg, "x-tick", "x"), y = ticksOf(svg, "y-tick", "y");
    const auto marks = svg.all("g", "mark");
    ASSERT_EQ(marks.size(), 9u);
    for (std::size_t run = 0; run < 3; ++run)
        for (std::size_t block = 0; block < 3; ++block) {
            const auto& reports = project.runs[run].reports;
            const double mean = (reports[2 * block].relativeError + reports[2 * block + 1].relativeError) / 2;
            const auto [left, down] = placeOf(*marks[3 * run + block]);
            EXPECT_NEAR(left, placeOf(static_cast<double>(block), x, false), 0.05);
            EXPECT_NEAR(down, placeOf(mean, y, true), 0.05);
        }
}

TEST(ReportPlots, BarsReachTheirValue) {
    const Project project = test::madeUpProject(3);
    const XmlElement svg = figure(project, "Perplexity by domain, above full precision");
    const auto x = ticksOf(svg, "x-tick", "x");
    const auto bars = svg.all("rect", "bar");
    ASSERT_EQ(bars.size(), 6u); // prose and code of three runs
    for (std::size_t domain = 0; domain < 2; ++domain)
        for (std::size_t run = 0; run < 3; ++run) {
            const GroupScore& score = project.runs[run].evaluation->groups[domain];
            const double percent = 100 * (score.perplexity - *score.referencePerplexity) / *score.referencePerplexity;
            const auto& bar = bars[3 * domain + run]->attributes;
            const double from = std::stod(bar.at("x")), to = from + std::stod(bar.at("width"));
            EXPECT_NEAR(std::min(placeOf(0, x, false), placeOf(percent, x, false)), from, 0.05);
            EXPECT_NEAR(std::max(placeOf(0, x, false), placeOf(percent, x, false)), to, 0.05);
        }
}

TEST(ReportPlots, StayInsideTheirFrame) {
    SvgPlot plot;
    plot.x.title = "x";
    plot.y = {.title = "y", .logarithmic = true};
    plot.series.push_back({"one", {{1, 1e-9}, {2, 0}, {3, NAN}, {4, 1e4}, {INFINITY, 1}}});
    const XmlElement svg = test::parseXml(svgOf(plot));
    const auto marks = svg.all("g", "mark");
    ASSERT_EQ(marks.size(), 2u); // neither zero on a logarithmic axis, nor what is not finite
    for (const XmlElement* mark : marks) {
        const auto [x, y] = placeOf(*mark);
        EXPECT_GT(x, 0);
        EXPECT_LT(x, plot.width);
        EXPECT_GT(y, 0);
        EXPECT_LT(y, plot.height);
    }
    EXPECT_NO_THROW(test::parseXml(svgOf(SvgPlot{.x = {"x"}, .y = {"y"}, .series = {}})));
}

TEST(ReportPlots, MarkAxesAtNiceNumbers) {
    const auto texts = [](double low, double high, bool isLogarithmic) {
        SvgScale scale = scaleFor(low, high, isLogarithmic, false);
        scale.to = 100;
        return ticksOf(scale, 6);
    };
    for (const auto& [low, high] : {std::pair(2.1044, 2.3299), {0.0, 7.0}, {-3e-5, 4e-5}, {1e8, 3e8}, {5.0, 5.0}}) {
        const SvgTicks ticks = texts(low, high, false);
        ASSERT_GE(ticks.values.size(), 3u);
        const double step = ticks.values[1] - ticks.values[0];
        const double leading = step / std::pow(10.0, std::floor(std::log10(step) + 1e-9));
        EXPECT_TRUE(std::ranges::any_of(std::array{1.0, 2.0, 5.0}, [&](double nice) {
            return std::abs(leading - nice) < 1e-6;
        })) << leading;
        for (std::size_t i = 0; i < ticks.values.size(); ++i)
            EXPECT_NEAR(numberIn(ticks.texts[i]), ticks.values[i], 1e-6 * step + 1e-12 * std::abs(high));
    }
    EXPECT_THAT(texts(0.0011, 0.9, true).texts, testing::ElementsAre("0.001", "0.01", "0.1", "1"));
}

TEST(ReportNumbers, AreWrittenForPeople) {
    EXPECT_EQ(signedText(-0.01234, 4), "−0.0123");
    EXPECT_EQ(signedText(0.00001, 4), "0.0000");
    EXPECT_EQ(plain(-0.001, 2), "0.00");
    EXPECT_EQ(scientific(0.0129), "1.29e−2");
    EXPECT_EQ(scientific(9.999e-4), "1.00e−3");
    EXPECT_EQ(nats(0.00443), "0.00443");
    EXPECT_EQ(nats(3.5e-6), "3.50e−6");
    EXPECT_EQ(countText(1234567), "1\u202f234\u202f567");
    EXPECT_EQ(megabyteText(2737152), "2.74 MB");
    EXPECT_EQ(secondsText(725), "12 min 5 s");
    EXPECT_EQ(plain(std::optional<double>(), 2), "–");
}

} // namespace
} // namespace vernier
