#include "ui/plots/scatter_labels.h"

#include <algorithm>
#include <array>

namespace vernier::ui {

std::vector<QRectF> placeLabels(const std::vector<QPointF>& points, const std::vector<QSizeF>& sizes,
                                const QRectF& area, double gap, std::vector<QRectF> taken) {
    for (const QPointF& point : points)
        taken.emplace_back(point.x() - gap / 2, point.y() - gap / 2, gap, gap);
    std::vector<QRectF> placed(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const QPointF p = points[i];
        const double w = sizes[i].width(), h = sizes[i].height();
        if (!area.contains(p))
            continue;
        // Right first, as one reads, then the other sides, then the corners.
        const std::array candidates{QPointF(p.x() + gap, p.y() - h / 2),
                                    QPointF(p.x() - gap - w, p.y() - h / 2),
                                    QPointF(p.x() - w / 2, p.y() - gap - h),
                                    QPointF(p.x() - w / 2, p.y() + gap),
                                    QPointF(p.x() + gap / 2, p.y() - gap / 2 - h),
                                    QPointF(p.x() + gap / 2, p.y() + gap / 2),
                                    QPointF(p.x() - gap / 2 - w, p.y() - gap / 2 - h),
                                    QPointF(p.x() - gap / 2 - w, p.y() + gap / 2)};
        for (const QPointF& corner : candidates) {
            const QRectF label(corner, sizes[i]);
            const bool free =
                std::none_of(taken.begin(), taken.end(), [&](const QRectF& r) { return r.intersects(label); });
            if (free && area.contains(label)) {
                placed[i] = label;
                taken.push_back(label);
                break;
            }
        }
    }
    return placed;
}

} // namespace vernier::ui
