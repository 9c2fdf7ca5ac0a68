#include "sim/recorder/hdf5_input.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <hdf5.h>

#include "base/errors.h"
#include "sim/recorder/memory_room.h"
#include "sim/recorder/seal.h"

namespace arsia::hdf5 {

namespace {

std::size_t element_count(hid_t space) {
    return static_cast<std::size_t>(checked(H5Sget_simple_extent_npoints(space), "count the elements"));
}

/// Reads texts of either storage through `read(memory type, buffer)`, which gives HDF5's status.
template <class Read>
std::vector<std::string> read_texts(hid_t type, hid_t space, Read read) {
    require_room();
    std::vector<std::string> texts;
    std::size_t count = element_count(space);
    if (checked(H5Tis_variable_str(type), "ask for a type") > 0) {
        std::vector<char*> pointers(count, nullptr);
        checked(read(type, pointers.data()), "read");
        for (const char* text : pointers) texts.emplace_back(text ? text : "");
        checked(H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data()), "give memory back");
        return texts;
    }
    std::size_t width = H5Tget_size(type);
    std::vector<char> bytes(count * width);
    require_room();
    checked(read(type, bytes.data()), "read");
    for (std::size_t row = 0; row < count; ++row) {
        const char* text = bytes.data() + row * width;
        texts.emplace_back(text, ::strnlen(text, width));
    }
    return texts;
}

} // namespace

InputFile::InputFile(std::string path) : path_(std::move(path)) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path_, ignored)) refuse("is a folder, not a file");
    std::ifstream stream(path_, std::ios::binary);
    if (!stream) refuse("cannot be read: " + std::generic_category().message(errno));
    if (stream.peek() == std::ifstream::traits_type::eof()) refuse("is empty, not an HDF5 file");
    switch (seal_of(stream)) {
    case SealState::whole: break;
    case SealState::broken:
        refuse(
            "is a truncated or damaged HDF5 file: its checksum does not fit (if another program changed it on purpose, "
            "seal it again as docs/run-file.md says)");
    case SealState::none:
        if (H5Fis_hdf5(path_.c_str()) <= 0) refuse("is not an HDF5 file");
        refuse("is an HDF5 file, but arsia reads only its own: it does not begin with a checksum");
    }
    stream.close();
    hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    try {
        file_ = {checked(file, "open it"), H5Fclose};
    } catch (const Failure& failure) {
        refuse(std::string("is a truncated or damaged HDF5 file: ") + failure.what());
    }
}

InputFile::InputFile(std::string name, const std::string& image) : path_(std::move(name)) {
    require_room(usual_room + image.size());
    Handle access{checked(H5Pcreate(H5P_FILE_ACCESS), "make a property list"), H5Pclose};
    constexpr std::size_t increment = 1 << 16; // never used: nothing is written
    checked(H5Pset_fapl_core(access.id(), increment, false), "keep the file in memory");
    // HDF5 takes the bytes as not const, copies them and leaves them alone.
    checked(H5Pset_file_image(access.id(), const_cast<char*>(image.data()), image.size()), "take the bytes of a file");
    file_ = {checked(H5Fopen("image", H5F_ACC_RDONLY, access.id()), "open a file in memory"), H5Fclose};
}

void InputFile::refuse(const std::string& reason) const { throw InputError({Problem{path_, 0, "", reason}}); }

bool InputFile::has(const std::string& object) const {
    // A path can only be asked for link by link.
    for (std::size_t slash = object.find('/', 1); slash != std::string::npos; slash = object.find('/', slash + 1)) {
        if (H5Lexists(file_.id(), object.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    }
    return object == "/" || H5Lexists(file_.id(), object.c_str(), H5P_DEFAULT) > 0;
}

bool InputFile::has_attribute(const std::string& object, const std::string& name) const {
    return has(object) && H5Aexists_by_name(file_.id(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

Handle InputFile::open_attribute(const std::string& object, const std::string& name) const {
    if (!has(object)) refuse("group '" + object + "' is missing");
    if (!has_attribute(object, name)) refuse("attribute '" + name + "' of '" + object + "' is missing");
    Handle attribute{H5Aopen_by_name(file_.id(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
    if (attribute.id() < 0) refuse("attribute '" + name + "' of '" + object + "' cannot be read");
    return attribute;
}

std::string InputFile::text_attribute(const std::string& object, const std::string& name) const {
    Handle attribute = open_attribute(object, name);
    Handle type{H5Aget_type(attribute.id()), H5Tclose};
    Handle space{H5Aget_space(attribute.id()), H5Sclose};
    if (H5Tget_class(type.id()) != H5T_STRING || H5Sget_simple_extent_npoints(space.id()) != 1) {
        refuse("attribute '" + name + "' of '" + object + "' is not a text");
    }
    try {
        return read_texts(type.id(), space.id(),
                          [&](hid_t memory, void* out) { return H5Aread(attribute.id(), memory, out); })[0];
    } catch (const Failure& failure) {
        refuse("attribute '" + name + "' of '" + object + "': " + failure.what());
    }
}

std::int64_t InputFile::integer_attribute(const std::string& object, const std::string& name) const {
    Handle attribute = open_attribute(object, name);
    Handle type{H5Aget_type(attribute.id()), H5Tclose};
    Handle space{H5Aget_space(attribute.id()), H5Sclose};
    std::int64_t value = 0;
    if (H5Tget_class(type.id()) != H5T_INTEGER || H5Sget_simple_extent_npoints(space.id()) != 1 ||
        H5Aread(attribute.id(), H5T_NATIVE_INT64, &value) < 0) {
        refuse("attribute '" + name + "' of '" + object + "' is not an integer");
    }
    return value;
}

Handle InputFile::open_dataset(const std::string& dataset) const {
    require_room();
    if (!has(dataset)) refuse("dataset '" + dataset + "' is missing");
    Handle handle{H5Dopen2(file_.id(), dataset.c_str(), H5P_DEFAULT), H5Dclose};
    if (handle.id() < 0) refuse("'" + dataset + "' is not a dataset");
    return handle;
}

std::vector<std::string> InputFile::members(const std::string& group) const {
    std::vector<std::string> names;
    auto add = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    if (!has(group)) refuse("group '" + group + "' is missing");
    Handle handle{H5Gopen2(file_.id(), group.c_str(), H5P_DEFAULT), H5Gclose};
    if (handle.id() < 0) refuse("'" + group + "' is not a group");
    // Files of others may not keep the order; then it is the alphabet's.
    if (H5Literate(handle.id(), H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add, &names) < 0) {
        names.clear();
        if (H5Literate(handle.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names) < 0)
            refuse("group '" + group + "' cannot be read: truncated or damaged");
    }
    return names;
}

ValueKind InputFile::kind(const std::string& dataset) const {
    Handle handle = open_dataset(dataset);
    Handle type{H5Dget_type(handle.id()), H5Tclose};
    switch (H5Tget_class(type.id())) {
    case H5T_INTEGER: return ValueKind::integer;
    case H5T_FLOAT: return ValueKind::real;
    case H5T_STRING: return ValueKind::text;
    default: refuse("dataset '" + dataset + "' holds neither numbers nor texts");
    }
}

std::uint64_t InputFile::rows(const std::string& dataset) const {
    Handle handle = open_dataset(dataset);
    Handle space{H5Dget_space(handle.id()), H5Sclose};
    hsize_t extents[H5S_MAX_RANK] = {1};
    if (H5Sget_simple_extent_dims(space.id(), extents, nullptr) < 0) refuse("dataset '" + dataset + "' has no extent");
    return extents[0];
}

std::vector<std::int64_t> InputFile::integers(const std::string& dataset) const {
    Handle handle = open_dataset(dataset);
    Handle space{H5Dget_space(handle.id()), H5Sclose};
    Handle type{H5Dget_type(handle.id()), H5Tclose};
    if (H5Tget_class(type.id()) != H5T_INTEGER) refuse("dataset '" + dataset + "' does not hold integers");
    std::vector<std::int64_t> values(element_count(space.id()));
    require_room();
    if (H5Dread(handle.id(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        refuse("dataset '" + dataset + "' cannot be read: truncated or damaged");
    }
    return values;
}

std::vector<double> InputFile::reals(const std::string& dataset) const {
    Handle handle = open_dataset(dataset);
    Handle space{H5Dget_space(handle.id()), H5Sclose};
    Handle type{H5Dget_type(handle.id()), H5Tclose};
    if (H5Tget_class(type.id()) != H5T_FLOAT) refuse("dataset '" + dataset + "' does not hold real numbers");
    std::vector<double> values(element_count(space.id()));
    require_room();
    if (H5Dread(handle.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        refuse("dataset '" + dataset + "' cannot be read: truncated or damaged");
    }
    return values;
}

std::vector<std::string> InputFile::texts(const std::string& dataset) const {
    Handle handle = open_dataset(dataset);
    Handle space{H5Dget_space(handle.id()), H5Sclose};
    Handle type{H5Dget_type(handle.id()), H5Tclose};
    if (H5Tget_class(type.id()) != H5T_STRING) refuse("dataset '" + dataset + "' does not hold texts");
    try {
        return read_texts(type.id(), space.id(), [&](hid_t memory, void* out) {
            return H5Dread(handle.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
        });
    } catch (const Failure&) {
        refuse("dataset '" + dataset + "' cannot be read: truncated or damaged");
    }
}

} // namespace arsia::hdf5
