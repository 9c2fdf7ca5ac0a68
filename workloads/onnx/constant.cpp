#include "workloads/onnx/constant.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace arsia::onnx_import {

namespace {

using Proto = onnx::TensorProto;

/// Elements of a type that lie in `raw_data`, little endian.
template <class Stored, class Kept>
std::vector<Kept> raw_elements(const std::string& raw, std::size_t count) {
    if (raw.size() != count * sizeof(Stored)) return {};
    std::vector<Kept> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Stored value;
        std::memcpy(&value, raw.data() + i * sizeof(Stored), sizeof(Stored));
        out.push_back(static_cast<Kept>(value));
    }
    return out;
}

template <class Kept, class Field>
std::vector<Kept> field_elements(const Field& field) {
    return std::vector<Kept>(field.begin(), field.end());
}

Constant::Integers integers_of(const Proto& tensor, std::size_t count) {
    const std::string& raw = tensor.raw_data();
    bool is_raw = tensor.has_raw_data();
    switch (tensor.data_type()) {
    case Proto::INT64:
        return is_raw ? raw_elements<std::int64_t, std::int64_t>(raw, count)
                      : field_elements<std::int64_t>(tensor.int64_data());
    case Proto::UINT64:
        return is_raw ? raw_elements<std::uint64_t, std::int64_t>(raw, count)
                      : field_elements<std::int64_t>(tensor.uint64_data());
    case Proto::UINT32:
        return is_raw ? raw_elements<std::uint32_t, std::int64_t>(raw, count)
                      : field_elements<std::int64_t>(tensor.uint64_data());
    default: break;
    }
    if (!is_raw) return field_elements<std::int64_t>(tensor.int32_data());
    switch (tensor.data_type()) {
    case Proto::INT32: return raw_elements<std::int32_t, std::int64_t>(raw, count);
    case Proto::INT16: return raw_elements<std::int16_t, std::int64_t>(raw, count);
    case Proto::UINT16: return raw_elements<std::uint16_t, std::int64_t>(raw, count);
    case Proto::INT8: return raw_elements<std::int8_t, std::int64_t>(raw, count);
    default: return raw_elements<std::uint8_t, std::int64_t>(raw, count); // UINT8, BOOL
    }
}

Constant::Reals reals_of(const Proto& tensor, std::size_t count) {
    const std::string& raw = tensor.raw_data();
    if (tensor.data_type() == Proto::DOUBLE)
        return tensor.has_raw_data() ? raw_elements<double, double>(raw, count)
                                     : field_elements<double>(tensor.double_data());
    return tensor.has_raw_data() ? raw_elements<float, double>(raw, count)
                                 : field_elements<double>(tensor.float_data());
}

} // namespace

std::int64_t elements_of(const Dims& dims) {
    constexpr std::int64_t most = std::int64_t{1} << 62;
    std::int64_t out = 1;
    if (std::any_of(dims.begin(), dims.end(), [](std::int64_t size) { return size <= 0; })) return 0;
    for (std::int64_t size : dims)
        if (__builtin_mul_overflow(out, size, &out) || out > most) return most;
    return out;
}

std::string to_string(const Dims& dims) { return dims.empty() ? "scalar" : fmt::format("{}", fmt::join(dims, "x")); }

bool is_integral(int element_type) {
    switch (element_type) {
    case Proto::INT64:
    case Proto::UINT64:
    case Proto::INT32:
    case Proto::UINT32:
    case Proto::INT16:
    case Proto::UINT16:
    case Proto::INT8:
    case Proto::UINT8:
    case Proto::BOOL: return true;
    default: return false;
    }
}

Constant::Constant(int element_type, Dims dims, Integers values) : Constant(element_type, std::move(dims)) {
    if (static_cast<std::int64_t>(values.size()) == elements() && elements() <= most_elements)
        contents_ = std::move(values);
}

Constant::Constant(int element_type, Dims dims, Reals values) : Constant(element_type, std::move(dims)) {
    if (static_cast<std::int64_t>(values.size()) == elements() && elements() <= most_elements)
        contents_ = std::move(values);
}

Constant Constant::of(const Proto& tensor) {
    Dims dims(tensor.dims().begin(), tensor.dims().end());
    int type = tensor.data_type();
    bool known = is_integral(type) || type == Proto::FLOAT || type == Proto::DOUBLE;
    if (!known || tensor.data_location() == Proto::EXTERNAL || elements_of(dims) > most_elements)
        return Constant(type, std::move(dims));
    auto count = static_cast<std::size_t>(elements_of(dims));
    if (is_integral(type)) return Constant(type, std::move(dims), integers_of(tensor, count));
    return Constant(type, std::move(dims), reals_of(tensor, count));
}

Constant::Reals Constant::as_reals() const {
    if (const Integers* values = integers()) return Reals(values->begin(), values->end());
    if (const Reals* values = reals()) return *values;
    return {};
}

std::optional<double> Constant::scalar() const {
    Reals values = as_reals();
    if (values.size() != 1) return std::nullopt;
    return values.front();
}

Proto Constant::to_proto() const {
    Proto out;
    out.set_data_type(element_type_);
    for (std::int64_t size : dims_) out.add_dims(size);
    if (const Reals* values = reals()) {
        for (double value : *values) {
            if (element_type_ == Proto::DOUBLE)
                out.add_double_data(value);
            else
                out.add_float_data(static_cast<float>(value));
        }
    }
    if (const Integers* values = integers()) {
        bool is_unsigned = element_type_ == Proto::UINT64 || element_type_ == Proto::UINT32;
        for (std::int64_t value : *values) {
            if (element_type_ == Proto::INT64)
                out.add_int64_data(value);
            else if (is_unsigned)
                out.add_uint64_data(static_cast<std::uint64_t>(value));
            else
                out.add_int32_data(static_cast<std::int32_t>(value));
        }
    }
    return out;
}

} // namespace arsia::onnx_import
