#include "ui/runs/linear_label.h"

namespace vernier::ui {

QString linearLabel(const std::string& name) {
    const QStringList parts = QString::fromStdString(name).split(QLatin1Char('.'));
    for (const QString& part : parts) {
        bool isNumber = false;
        part.toInt(&isNumber);
        if (isNumber)
            return part + QLatin1Char('.') + parts.last();
    }
    return parts.last();
}

QStringList linearLabels(const std::vector<LinearReport>& reports) {
    QStringList labels;
    for (const LinearReport& report : reports)
        labels.append(linearLabel(report.name));
    return labels;
}

LineSeries errorSeries(const QString& name, const std::vector<LinearReport>& reports) {
    LineSeries series{name, {}};
    for (const LinearReport& report : reports)
        series.values.push_back(report.relativeError);
    return series;
}

} // namespace vernier::ui
