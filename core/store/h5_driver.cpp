#include "core/store/h5_driver.h"

#include "core/store/h5_output.h"

#include <limits>
#include <new>

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace vernier::h5 {

namespace {

/// What HDF5 holds of an open file; its own part stands first.
struct DriverFile {
    H5FD_t own{};
    Output* output = nullptr;
    haddr_t endOfAddresses = 0;
};

DriverFile& fileOf(H5FD_t* file) {
    return *reinterpret_cast<DriverFile*>(file);
}
const DriverFile& fileOf(const H5FD_t* file) {
    return *reinterpret_cast<const DriverFile*>(file);
}

H5FD_t* openFile(const char*, unsigned, hid_t accessList, haddr_t) {
    const auto* output = static_cast<Output* const*>(H5Pget_driver_info(accessList));
    auto* const file = output ? new (std::nothrow) DriverFile : nullptr;
    if (!file)
        return nullptr;
    file->output = *output;
    return &file->own;
}

herr_t closeFile(H5FD_t* file) {
    delete &fileOf(file);
    return 0;
}

herr_t tellFeatures(const H5FD_t*, unsigned long* flags) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t endOfAddresses(const H5FD_t* file, H5FD_mem_t) {
    return fileOf(file).endOfAddresses;
}
herr_t setEndOfAddresses(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    fileOf(file).endOfAddresses = end;
    return 0;
}
haddr_t endOfFile(const H5FD_t* file, H5FD_mem_t) {
    return fileOf(file).output->size();
}

herr_t readFile(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, void* into) {
    fileOf(file).output->read(at, {static_cast<std::byte*>(into), size});
    return 0;
}

herr_t writeFile(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, const void* bytes) {
    try {
        fileOf(file).output->write(at, {static_cast<const std::byte*>(bytes), size});
        return 0;
    } catch (const std::bad_alloc&) {
        return -1;
    }
}

herr_t truncateFile(H5FD_t* file, hid_t, hbool_t) {
    Output& output = *fileOf(file).output;
    if (output.size() != fileOf(file).endOfAddresses)
        output.resize(fileOf(file).endOfAddresses);
    return 0;
}

hid_t registerDriver() {
    // Member by member, because versions of HDF5 put others between them.
    static H5FD_class_t driver{};
#if H5_VERSION_GE(1, 13, 0)
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(H5_VFD_RESERVED);
#endif
    driver.name = "vernier_output";
    driver.maxaddr = std::numeric_limits<std::int64_t>::max();
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.fapl_size = sizeof(Output*);
    driver.open = openFile;
    driver.close = closeFile;
    driver.query = tellFeatures;
    driver.get_eoa = endOfAddresses;
    driver.set_eoa = setEndOfAddresses;
    driver.get_eof = endOfFile;
    driver.read = readFile;
    driver.write = writeFile;
    driver.truncate = truncateFile;
    constexpr H5FD_mem_t kOneListForMetadata[] = H5FD_FLMAP_DICHOTOMY;
    for (int i = 0; i < H5FD_MEM_NTYPES; ++i)
        driver.fl_map[i] = kOneListForMetadata[i];
    return H5FDregister(&driver);
}

} // namespace

bool useOutputDriver(std::int64_t accessList, Output& output) {
    static const hid_t driver = registerDriver();
    Output* const pointer = &output;
    return driver >= 0 && H5Pset_driver(accessList, driver, &pointer) >= 0;
}

} // namespace vernier::h5
