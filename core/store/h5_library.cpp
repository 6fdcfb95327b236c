#include "core/store/h5_library.h"

#include "core/store/h5_layout.h"

#include <cstdlib>
#include <type_traits>

#include <hdf5.h>

namespace vernier::h5 {

static_assert(std::is_same_v<hid_t, std::int64_t> && std::is_same_v<herr_t, int>, "Handle keeps ids as these types");

namespace {

bool prepareLibrary() {
    // Files are closed by their owners; clearing up again while the process ends only adds ways to fail.
    H5dont_atexit();
    H5open();
    // A foreign file must not be able to name a filter that is then looked for and loaded as code.
    H5PLset_loading_state(0);
    return true;
}

struct Failure {
    std::string problem;
    int errorNumber = 0;
};

// The stack is walked from the function that was called to the one that failed; the last description is the cause.
herr_t keepLast(unsigned, const H5E_error2_t* entry, void* data) {
    auto& failure = *static_cast<Failure*>(data);
    if (entry->desc && *entry->desc)
        failure.problem = entry->desc;
    constexpr std::string_view kMark = "errno = ";
    if (const auto at = failure.problem.find(kMark); at != std::string::npos)
        failure.errorNumber = std::atoi(failure.problem.c_str() + at + kMark.size());
    return 0;
}

Failure lastFailure() {
    Failure failure;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keepLast, &failure);
    return failure;
}

} // namespace

std::unique_lock<std::recursive_mutex> lock() {
    // The library's own state is global and distributions build it without thread safety, so its lock is global too.
    static std::recursive_mutex mutex;
    std::unique_lock<std::recursive_mutex> held(mutex);
    [[maybe_unused]] static const bool isPrepared = prepareLibrary();
    // Set every time: a thread-safe build keeps one error stack per thread.
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return held;
}

std::string lastProblem() {
    return lastFailure().problem;
}

int lastErrno() {
    return lastFailure().errorNumber;
}

// HDF5 fills these ids in when it is opened, hence functions and not constants.
template <>
std::int64_t storedType<float>() {
    return H5T_IEEE_F32LE;
}
template <>
std::int64_t storedType<double>() {
    return H5T_IEEE_F64LE;
}
template <>
std::int64_t storedType<std::uint8_t>() {
    return H5T_STD_U8LE;
}
template <>
std::int64_t storedType<std::int32_t>() {
    return H5T_STD_I32LE;
}
template <>
std::int64_t storedType<std::uint32_t>() {
    return H5T_STD_U32LE;
}
template <>
std::int64_t storedType<std::int64_t>() {
    return H5T_STD_I64LE;
}
template <>
std::int64_t storedType<std::uint64_t>() {
    return H5T_STD_U64LE;
}
template <>
std::int64_t memoryType<float>() {
    return H5T_NATIVE_FLOAT;
}
template <>
std::int64_t memoryType<double>() {
    return H5T_NATIVE_DOUBLE;
}
template <>
std::int64_t memoryType<std::uint8_t>() {
    return H5T_NATIVE_UINT8;
}
template <>
std::int64_t memoryType<std::int32_t>() {
    return H5T_NATIVE_INT32;
}
template <>
std::int64_t memoryType<std::uint32_t>() {
    return H5T_NATIVE_UINT32;
}
template <>
std::int64_t memoryType<std::int64_t>() {
    return H5T_NATIVE_INT64;
}
template <>
std::int64_t memoryType<std::uint64_t>() {
    return H5T_NATIVE_UINT64;
}

} // namespace vernier::h5
