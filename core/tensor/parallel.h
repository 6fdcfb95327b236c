#pragma once

#include "core/tensor/matrix.h"

#include <exception>

namespace vernier {

/// Number of threads that compute: OMP_NUM_THREADS or the processors.
int computeThreads();

/// Makes the calling thread count as the only one while this lives: what asks for the number of threads, such as a
/// product being compiled, then gets the same answer everywhere.
class OneThread {
public:
    OneThread();
    ~OneThread();
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    int m_before;
};

/// Calls body(i) for every i in [0, count), spread over the compute threads; the first exception is rethrown. Bodies
/// must write to places of their own, so that results do not depend on the number of threads.
template <class Body>
void parallelFor(Index count, Body&& body) {
    std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1)
    for (Index i = 0; i < count; ++i) {
        try {
            body(i);
        } catch (...) {
#pragma omp critical(vernierParallelFailure)
            failure = failure ? failure : std::current_exception();
        }
    }
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace vernier
