#include "core/tensor/parallel.h"

#include <omp.h>

namespace vernier {

int computeThreads() {
    return omp_get_max_threads();
}

OneThread::OneThread() : m_before(omp_get_max_threads()) {
    omp_set_num_threads(1);
}

OneThread::~OneThread() {
    omp_set_num_threads(m_before);
}

} // namespace vernier
