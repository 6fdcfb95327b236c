#include "core/tensor/parallel.h"

#include <omp.h>

namespace vernier {

int computeThreads() {
    return omp_get_max_threads();
}

} // namespace vernier
