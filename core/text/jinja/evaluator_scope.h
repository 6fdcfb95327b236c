#pragma once

#include "core/text/jinja/evaluator.h"

#include <algorithm>

namespace vernier::jinja {

/// Counts how deep the evaluator calls itself; throws Failure past the limit.
class Evaluator::Nesting {
public:
    explicit Nesting(int& depth) : m_depth(depth) {
        constexpr int kLimit = 800;
        if (m_depth >= kLimit)
            throw Failure("the template recurses too deeply");
        ++m_depth;
    }
    ~Nesting() { --m_depth; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

private:
    int& m_depth;
};

/// Opens a scope, whose variables end with it.
class Evaluator::Scope {
public:
    explicit Scope(Evaluator& evaluator)
        : m_evaluator(evaluator), m_scope(std::exchange(evaluator.m_scope, evaluator.m_variables.size())),
          m_wasInner(std::exchange(evaluator.m_inInnerScope, true)) {}
    ~Scope() { leave(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    /// Ends the scope before its time.
    void leave() const {
        if (std::exchange(m_left, true))
            return;
        m_evaluator.m_variables.resize(m_evaluator.m_scope);
        m_evaluator.m_scope = m_scope;
        m_evaluator.m_inInnerScope = m_wasInner;
    }

private:
    Evaluator& m_evaluator;
    std::size_t m_scope;
    bool m_wasInner;
    mutable bool m_left = false;
};

/// Opens the scope of a macro, which does not see the variables of its caller.
class Evaluator::Frame {
public:
    explicit Frame(Evaluator& evaluator)
        : m_frame(evaluator.m_frame), m_saved(std::exchange(evaluator.m_frame, evaluator.m_variables.size())),
          m_scope(evaluator) {}
    ~Frame() { m_frame = m_saved; }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

private:
    std::size_t& m_frame;
    std::size_t m_saved;
    Scope m_scope;
};

/// Sends what is printed into another text.
class Evaluator::Capture {
public:
    Capture(std::string*& out, std::string& text) : m_out(out), m_before(std::exchange(out, &text)) {}
    ~Capture() { m_out = m_before; }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

private:
    std::string*& m_out;
    std::string* m_before;
};

} // namespace vernier::jinja
