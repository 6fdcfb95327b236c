#include "core/model/model_changes.h"

#include "core/base/error.h"

namespace vernier {

std::vector<float> ModelChanges::vector(const Model& model, const std::string& name, Index size) const {
    if (vectors)
        if (auto changed = vectors(name)) {
            if (std::ssize(*changed) != size)
                throw Error(ErrorKind::Internal, name, "replaced by another size");
            return std::move(*changed);
        }
    return model.vector(name, size);
}

} // namespace vernier
