#pragma once

#include <QObject>
#include <QString>

namespace vernier::ui {

/// Holds the place all views look at: a block, one of its taps and a channel of that, -1 for none, and a run.
class Selection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    int block() const { return m_block; }
    /// Index into ArchitectureSpec::taps(block), whose first ones are the inputs of inputGroups(block).
    int group() const { return m_group; }
    int channel() const { return m_channel; }
    bool hasTap() const { return m_block >= 0 && m_group >= 0; }

    void selectTap(int block, int group); ///< clears the channel when the tap changes
    void selectChannel(int channel);
    void selectRun(const QString& name); ///< empty for none
    const QString& run() const { return m_run; }
    void clear(); ///< of taps

signals:
    void tapChanged(int block, int group);
    void channelChanged(int channel);
    void runChanged(const QString& name);

private:
    int m_block = -1;
    int m_group = -1;
    int m_channel = -1;
    QString m_run;
};

} // namespace vernier::ui
