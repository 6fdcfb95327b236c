#pragma once

#include <string>
#include <variant>
#include <vector>

namespace vernier {

// A report laid out as sections of text, tables and figures, before it becomes a file: the HTML writer and the studio's
// PDF writer read the same one. All texts are as people wrote them; whoever writes a file escapes them.

/// Says how a cell is set off from others.
enum class Emphasis {
    None,
    Baseline, ///< belongs to the run that others are compared with
    Best,     ///< the best of its column
    Better,   ///< a difference to the good
    Worse,    ///< a difference to the bad
    Differs,  ///< a setting that is not the most common one
};

struct ReportCell {
    std::string text;
    Emphasis emphasis = Emphasis::None;
};

enum class ColumnKind {
    Text,
    Number, ///< to the right
    Code,   ///< hashes, names of linears and keys, in a fixed pitch
};

struct ReportColumn {
    std::string title;
    ColumnKind kind = ColumnKind::Text;
};

struct ReportTable {
    std::string title;
    std::vector<ReportColumn> columns; ///< where all titles are empty the table has no header
    std::vector<std::vector<ReportCell>> rows;
    std::string note; ///< stands below; may be empty

    bool hasHeader() const;
};

struct ReportFigure {
    std::string title;
    std::string svg;              ///< a whole <svg> element
    double width = 0, height = 0; ///< of its view box
    std::string note;             ///< stands below; may be empty
};

struct ReportText {
    std::string text;
    bool isNote = false; ///< set smaller
};

using ReportBlock = std::variant<ReportText, ReportTable, ReportFigure>;

struct ReportSection {
    std::string title;
    std::vector<ReportBlock> blocks;
};

struct ReportDocument {
    std::string title, subtitle;
    std::vector<ReportSection> sections;
};

} // namespace vernier
