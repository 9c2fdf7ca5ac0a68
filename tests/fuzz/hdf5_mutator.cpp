#include "tests/fuzz/hdf5_mutator.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <random>
#include <sstream>
#include <vector>

#include <hdf5.h>

#include "sim/recorder/hdf5.h"
#include "sim/recorder/seal.h"

namespace arsia::fuzz {

namespace {

using hdf5::checked;
using hdf5::Handle;

/// A file in memory that is changed.
class Changes {
public:
    Changes(const std::string& content, std::uint64_t seed) : chance_(seed) {
        Handle access{checked(H5Pcreate(H5P_FILE_ACCESS), "make a property list"), H5Pclose};
        constexpr std::size_t growth = 1 << 16;
        checked(H5Pset_fapl_core(access.id(), growth, false), "keep the file in memory");
        checked(H5Pset_file_image(access.id(), const_cast<char*>(content.data()), content.size()), "take the bytes");
        file_ = {checked(H5Fopen("image", H5F_ACC_RDWR, access.id()), "open a file in memory"), H5Fclose};
        auto add = [](hid_t, const char* name, const H5O_info_t* info, void* out) -> herr_t {
            auto& self = *static_cast<Changes*>(out);
            self.objects_.emplace_back(name);
            if (info->type == H5O_TYPE_DATASET) self.datasets_.emplace_back(name);
            return 0;
        };
        checked(H5Ovisit2(file_.id(), H5_INDEX_NAME, H5_ITER_NATIVE, add, this, H5O_INFO_BASIC), "list the objects");
    }

    void change() {
        if (datasets_.empty()) return;
        switch (below(8)) {
        case 0: remove(); break;
        case 1: resize(); break;
        case 2: change_attribute(); break;
        default: change_value();
        }
    }

    std::string content() const {
        checked(H5Fflush(file_.id(), H5F_SCOPE_LOCAL), "complete the file");
        std::string out(static_cast<std::size_t>(checked(H5Fget_file_image(file_.id(), nullptr, 0), "measure")), '\0');
        checked(H5Fget_file_image(file_.id(), out.data(), out.size()), "copy the file");
        return out;
    }

private:
    struct Dataset {
        Handle handle, type;
        std::size_t rows, width;
        bool variable; ///< texts of variable length
    };

    std::size_t below(std::size_t end) { return end == 0 ? 0 : chance_() % end; }
    template <class Items>
    auto& one_of(Items& items) {
        return items[below(std::size(items))];
    }

    Dataset open(const std::string& name) const {
        Dataset out;
        out.handle = {checked(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), "open a dataset"), H5Dclose};
        out.type = {checked(H5Dget_type(out.handle.id()), "ask for a type"), H5Tclose};
        Handle space{checked(H5Dget_space(out.handle.id()), "ask for a data space"), H5Sclose};
        out.rows = static_cast<std::size_t>(checked(H5Sget_simple_extent_npoints(space.id()), "count"));
        out.width = H5Tget_size(out.type.id());
        out.variable = H5Tis_variable_str(out.type.id()) > 0;
        return out;
    }

    static std::string read(const Dataset& dataset) {
        std::string values(dataset.rows * dataset.width, '\0');
        checked(H5Dread(dataset.handle.id(), dataset.type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read");
        return values;
    }

    /// Of a value of `type`, `width` bytes.
    std::string any_value(hid_t type, std::size_t width) {
        std::string out(width, '\0');
        if (H5Tget_class(type) == H5T_INTEGER) {
            using Limits = std::numeric_limits<std::int64_t>;
            const std::int64_t values[] = {0, -1, 1, 2, 1000, 1L << 32, Limits::max(), Limits::min(), 1L << 62};
            std::int64_t value = below(4) == 0 ? static_cast<std::int64_t>(chance_()) : one_of(values);
            std::copy_n(reinterpret_cast<const char*>(&value), std::min(width, sizeof value), out.data());
        } else if (H5Tget_class(type) == H5T_FLOAT) {
            using Limits = std::numeric_limits<double>;
            const double values[] = {0, -1, 0.5, 1e300, Limits::infinity(), Limits::quiet_NaN(), Limits::denorm_min()};
            double value = one_of(values);
            std::copy_n(reinterpret_cast<const char*>(&value), std::min(width, sizeof value), out.data());
        } else {
            for (std::size_t left = below(width + 1), at = 0; at < left; ++at) out[at] = static_cast<char>(chance_());
        }
        return out;
    }

    void change_value() {
        Dataset dataset = open(one_of(datasets_));
        if (dataset.rows == 0 || dataset.variable) return;
        std::string values = read(dataset);
        std::size_t at = below(dataset.rows) * dataset.width, other = below(dataset.rows) * dataset.width;
        bool copy = below(3) == 0;
        values.replace(at, dataset.width,
                       copy ? values.substr(other, dataset.width) : any_value(dataset.type.id(), dataset.width));
        checked(H5Dwrite(dataset.handle.id(), dataset.type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
                "write");
    }

    void remove() {
        const std::string& name = one_of(objects_);
        if (name == "." || H5Lexists(file_.id(), name.c_str(), H5P_DEFAULT) <= 0) return;
        checked(H5Ldelete(file_.id(), name.c_str(), H5P_DEFAULT), "remove");
        std::string inside = name + "/";
        for (auto* names : {&datasets_, &objects_})
            names->erase(
                std::remove_if(names->begin(), names->end(),
                               [&](const std::string& each) { return each.compare(0, inside.size(), inside) == 0; }),
                names->end());
        datasets_.erase(std::remove(datasets_.begin(), datasets_.end(), name), datasets_.end());
    }

    /// Another number of rows, or another type; attributes go.
    void resize() {
        std::string name = one_of(datasets_);
        Dataset old = open(name);
        if (old.variable) return;
        std::string values = read(old);
        const std::size_t counts[] = {0, 1, old.rows, old.rows + 1, old.rows - std::min<std::size_t>(old.rows, 1)};
        hsize_t rows = one_of(counts);
        const hid_t types[] = {old.type.id(), old.type.id(), H5T_NATIVE_INT64, H5T_NATIVE_DOUBLE};
        hid_t type = one_of(types);
        values.resize(rows * H5Tget_size(type));
        checked(H5Ldelete(file_.id(), name.c_str(), H5P_DEFAULT), "remove");
        Handle space{checked(H5Screate_simple(1, &rows, nullptr), "make a data space"), H5Sclose};
        Handle made{
            checked(H5Dcreate2(file_.id(), name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                    "make a dataset"),
            H5Dclose};
        checked(H5Dwrite(made.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "write");
    }

    void change_attribute() {
        Handle object{checked(H5Oopen(file_.id(), one_of(objects_).c_str(), H5P_DEFAULT), "open"), H5Oclose};
        int count = H5Aget_num_attrs(object.id());
        if (count <= 0) return;
        Handle attribute{checked(H5Aopen_by_idx(object.id(), ".", H5_INDEX_NAME, H5_ITER_NATIVE,
                                                below(static_cast<std::size_t>(count)), H5P_DEFAULT, H5P_DEFAULT),
                                 "open an attribute"),
                         H5Aclose};
        Handle type{checked(H5Aget_type(attribute.id()), "ask for a type"), H5Tclose};
        if (H5Tis_variable_str(type.id()) > 0) {
            const char* texts[] = {"", "arsia-run/2", "\xff", "a rather long text that stands nowhere else"};
            checked(H5Awrite(attribute.id(), type.id(), &one_of(texts)), "write an attribute");
        } else if (H5Tget_class(type.id()) == H5T_INTEGER) {
            std::string value = any_value(type.id(), H5Tget_size(type.id()));
            checked(H5Awrite(attribute.id(), type.id(), value.data()), "write an attribute");
        }
    }

    std::mt19937_64 chance_;
    Handle file_;
    std::vector<std::string> objects_, datasets_;
};

} // namespace

std::string change_values(const std::string& file, std::uint64_t seed) {
    std::istringstream stream(file);
    if (hdf5::seal_of(stream) != hdf5::SealState::whole) return file;
    try {
        hdf5::QuietErrors quiet;
        Changes changes(file.substr(hdf5::seal_bytes), seed);
        for (std::uint64_t left = 1 + seed % 3; left > 0; --left) changes.change();
        std::string content = changes.content();
        hdf5::Seal seal;
        seal.add(content);
        return seal.text() + content;
    } catch (const hdf5::Failure&) {
        return file;
    }
}

} // namespace arsia::fuzz
