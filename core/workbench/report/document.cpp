#include "core/workbench/report/document.h"

#include <algorithm>

namespace vernier {

bool ReportTable::hasHeader() const {
    return std::ranges::any_of(columns, [](const ReportColumn& column) { return !column.title.empty(); });
}

} // namespace vernier
