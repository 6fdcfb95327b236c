#include "core/workbench/report/write_html.h"

#include "core/base/file.h"
#include "core/workbench/report/markup.h"

#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

// Neither '<' nor '&' may stand in it, so that the file is XML as well.
constexpr const char* kStyle = R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.2rem 1.6rem; max-width: 62rem; background: #ffffff; color: #1c1c1c;
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
.subtitle { color: #5c5c5c; margin: 0.3rem 0 0; }
nav { margin: 1.2rem 0 0; color: #5c5c5c; }
nav a { color: #00568a; margin-right: 1.1rem; text-decoration: none; }
nav a:hover { text-decoration: underline; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 0.6rem; padding-bottom: 0.25rem; border-bottom: 2px solid #0072b2; }
h3, caption { font-size: 1rem; font-weight: 600; text-align: left; margin: 0; padding: 0 0 0.35rem;
  color: #1c1c1c; caption-side: top; unicode-bidi: isolate; overflow-wrap: anywhere; }
p { margin: 0.5rem 0; max-width: 48rem; overflow-wrap: anywhere; }
p.note, figcaption.note { font-size: 0.83rem; line-height: 1.4; color: #5c5c5c; max-width: 52rem; margin: 0.35rem 0 0;
  overflow-wrap: anywhere; }
.table { margin: 1.3rem 0; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
th, td { padding: 0.24rem 0.6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e2e2e2;
  unicode-bidi: isolate; overflow-wrap: break-word; max-width: 30rem; }
.long, .facts td:last-child { overflow-wrap: anywhere; }
thead th { border-bottom: 1.5px solid #8a8a8a; vertical-align: bottom; font-weight: 600; color: #3a3a3a; }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
.facts td:first-child { color: #5c5c5c; white-space: nowrap; padding-right: 1.4rem; }
.facts td:last-child { max-width: 44rem; }
.baseline { background: #f1f5f8; }
.best { font-weight: 700; background: #e3f1ea; }
.better { color: #00568a; }
.worse { color: #a04300; }
.differs { background: #fdf1d9; }
figure { margin: 1.4rem 0; }
figure svg { display: block; width: 100%; max-width: 46rem; height: auto; }
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages);
  font: 8pt "DejaVu Sans", sans-serif; color: #5c5c5c; } }
@media print {
  body { padding: 0; max-width: none; font-size: 9.5pt; line-height: 1.4; }
  nav { display: none; }
  h1 { font-size: 19pt; }
  h2 { font-size: 13pt; margin-top: 7mm; break-after: avoid; }
  h3, caption { break-after: avoid; }
  table { font-size: 7.6pt; }
  th, td { padding: 0.7mm 1.6mm; }
  p, p.note { max-width: none; orphans: 3; widows: 3; }
  h3, caption { font-size: 9.5pt; }
  p.note, figcaption.note { font-size: 7.8pt; }
  .table { overflow: visible; margin: 4mm 0; }
  .short, figure { break-inside: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  figure svg { max-width: 165mm; }
  a { color: inherit; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)";

constexpr std::size_t kLongWord = 22;  // bytes
constexpr std::size_t kShortRows = 16; // a table of so many rows moves to the next page rather than being broken

const char* className(Emphasis emphasis) {
    static constexpr std::array names = {"", "baseline", "best", "better", "worse", "differs"};
    return names[static_cast<std::size_t>(emphasis)];
}

const char* className(ColumnKind kind) {
    static constexpr std::array names = {"", "number", "code"};
    return names[static_cast<std::size_t>(kind)];
}

std::string classAttribute(std::initializer_list<std::string> names) {
    std::string all;
    for (const std::string& name : names)
        if (!name.empty())
            all += (all.empty() ? "" : " ") + name;
    return all.empty() ? all : fmt::format(" class=\"{}\"", all);
}

std::string noteOf(const std::string& note, const char* element) {
    return note.empty() ? note : fmt::format("<{0} class=\"note\">{1}</{0}>\n", element, escapeMarkup(note));
}

/// The text of a cell or header, which may be broken behind the marks inside names of settings, linears and files.
std::string breakable(const std::string& text) {
    std::string broken;
    for (const char c : escapeMarkup(text)) {
        broken += c;
        if (c == '_' || c == '.' || c == '/')
            broken += "<wbr/>";
    }
    return broken;
}

/// Whether a text holds a word so long that it may have to be broken anywhere.
bool hasLongWord(const std::string& text) {
    std::size_t length = 0;
    for (const char c : text) {
        length = c == ' ' ? 0 : length + 1;
        if (length > kLongWord)
            return true;
    }
    return false;
}

/// Writes blocks one behind the other.
class HtmlBlocks {
public:
    explicit HtmlBlocks(std::string& out) : m_out(out) {}

    void operator()(const ReportText& text) const {
        m_out += fmt::format("<p{}>{}</p>\n", text.isNote ? " class=\"note\"" : "", escapeMarkup(text.text));
    }

    void operator()(const ReportTable& table) const {
        const bool isShort = table.rows.size() <= kShortRows, hasHeader = table.hasHeader();
        m_out += fmt::format("<div{}>\n<table{}>\n", classAttribute({"table", isShort ? "short" : ""}),
                             hasHeader ? "" : " class=\"facts\"");
        if (!table.title.empty())
            m_out += fmt::format("<caption>{}</caption>\n", escapeMarkup(table.title));
        if (hasHeader) {
            m_out += "<thead><tr>";
            for (const ReportColumn& column : table.columns)
                m_out += fmt::format("<th scope=\"col\"{}>{}</th>",
                                     classAttribute({column.kind == ColumnKind::Number ? "number" : ""}),
                                     breakable(column.title));
            m_out += "</tr></thead>\n";
        }
        m_out += "<tbody>\n";
        for (const auto& row : table.rows) {
            m_out += "<tr>";
            for (std::size_t column = 0; column < row.size(); ++column)
                m_out +=
                    fmt::format("<td{}>{}</td>",
                                classAttribute({className(table.columns[column].kind), className(row[column].emphasis),
                                                hasLongWord(row[column].text) ? "long" : ""}),
                                table.columns[column].kind == ColumnKind::Number ? escapeMarkup(row[column].text)
                                                                                 : breakable(row[column].text));
            m_out += "</tr>\n";
        }
        m_out += "</tbody>\n</table>\n" + noteOf(table.note, "p") + "</div>\n";
    }

    void operator()(const ReportFigure& figure) const {
        m_out += fmt::format("<figure>\n<h3>{}</h3>\n{}\n{}</figure>\n", escapeMarkup(figure.title), figure.svg,
                             noteOf(figure.note, "figcaption"));
    }

private:
    std::string& m_out;
};

} // namespace

std::string htmlOf(const ReportDocument& document) {
    const std::string title = escapeMarkup(document.title);
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
        "<meta charset=\"utf-8\"/>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        "<meta name=\"generator\" content=\"Vernier " VERNIER_VERSION "\"/>\n"
        "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<header>\n<h1>{0}</h1>\n"
        "<p class=\"subtitle\">{2}</p>\n",
        title, kStyle, escapeMarkup(document.subtitle));
    if (document.sections.size() > 2) {
        html += "<nav aria-label=\"Sections\">";
        for (std::size_t i = 0; i < document.sections.size(); ++i)
            html += fmt::format("<a href=\"#section-{}\">{}</a> ", i + 1, escapeMarkup(document.sections[i].title));
        html += "</nav>\n";
    }
    html += "</header>\n<main>\n";
    for (std::size_t i = 0; i < document.sections.size(); ++i) {
        const ReportSection& section = document.sections[i];
        html += fmt::format("<section id=\"section-{}\">\n<h2>{}</h2>\n", i + 1, escapeMarkup(section.title));
        for (const ReportBlock& block : section.blocks)
            std::visit(HtmlBlocks(html), block);
        html += "</section>\n";
    }
    return html + "</main>\n</body>\n</html>\n";
}

void writeHtml(const ReportDocument& document, const std::filesystem::path& file) {
    writeFile(file, htmlOf(document));
}

} // namespace vernier
