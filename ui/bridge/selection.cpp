#include "ui/bridge/selection.h"

namespace vernier::ui {

void Selection::selectTap(int block, int group) {
    if (block == m_block && group == m_group)
        return;
    m_block = block;
    m_group = group;
    const bool hadChannel = m_channel >= 0;
    m_channel = -1;
    emit tapChanged(block, group);
    if (hadChannel)
        emit channelChanged(-1);
}

void Selection::selectChannel(int channel) {
    if (channel == m_channel)
        return;
    m_channel = channel;
    emit channelChanged(channel);
}

void Selection::selectRun(const QString& name) {
    if (name == m_run)
        return;
    m_run = name;
    emit runChanged(name);
}

void Selection::clear() {
    selectTap(-1, -1);
}

} // namespace vernier::ui
