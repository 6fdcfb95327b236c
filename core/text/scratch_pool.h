#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace vernier {

/// Lends each running call a scratch of its own and keeps it for the next one.
template <class Scratch>
class ScratchPool {
public:
    std::unique_ptr<Scratch> take() {
        {
            const std::lock_guard lock(m_mutex);
            if (!m_idle.empty()) {
                auto scratch = std::move(m_idle.back());
                m_idle.pop_back();
                return scratch;
            }
        }
        return std::make_unique<Scratch>();
    }

    void giveBack(std::unique_ptr<Scratch> scratch) {
        const std::lock_guard lock(m_mutex);
        m_idle.push_back(std::move(scratch));
    }

private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Scratch>> m_idle;
};

} // namespace vernier
