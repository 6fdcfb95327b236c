#pragma once

#include <QObject>

namespace vernier::ui {

/// Holds the place all views look at: a block, one of its input groups and a channel of that input. -1 is none.
class Selection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    int block() const { return m_block; }
    int group() const { return m_group; } ///< index into ArchitectureSpec::inputGroups(block)
    int channel() const { return m_channel; }
    bool hasTap() const { return m_block >= 0 && m_group >= 0; }

    void selectTap(int block, int group); ///< clears the channel when the tap changes
    void selectChannel(int channel);
    void clear();

signals:
    void tapChanged(int block, int group);
    void channelChanged(int channel);

private:
    int m_block = -1;
    int m_group = -1;
    int m_channel = -1;
};

} // namespace vernier::ui
