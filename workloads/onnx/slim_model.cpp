#include "workloads/onnx/slim_model.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/wire_format_lite.h>

#include "base/errors.h"

namespace arsia::onnx_import {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

/// Messages of onnx.proto that hold tensors, and what of others is left out.
enum class Message { model, graph, node, attribute, tensor, sparse_tensor, leaf, dropped, data };

/// What a field of a message holds; numbers are those of onnx.proto (IR version 8).
Message field_of(Message message, int number) {
    switch (message) {
    case Message::model:
        if (number == 7) return Message::graph;
        if (number == 6 || number == 20 || number == 14) return Message::dropped; // documentation, training, metadata
        break;
    case Message::graph:
        if (number == 1) return Message::node;
        if (number == 5) return Message::tensor;
        if (number == 15) return Message::sparse_tensor;
        if (number == 10 || number == 14) return Message::dropped; // documentation, quantisation notes
        break;
    case Message::node:
        if (number == 5) return Message::attribute;
        if (number == 6) return Message::dropped;
        break;
    case Message::attribute:
        if (number == 5 || number == 10) return Message::tensor;
        if (number == 6 || number == 11) return Message::graph;
        if (number == 22 || number == 23) return Message::sparse_tensor;
        if (number == 13) return Message::dropped;
        break;
    case Message::tensor:
        if ((number >= 4 && number <= 7) || (number >= 9 && number <= 11)) return Message::data;
        if (number == 12 || number == 13) return Message::dropped; // documentation, place of external data
        break;
    case Message::sparse_tensor:
        if (number == 1 || number == 2) return Message::tensor;
        break;
    default: break;
    }
    return Message::leaf;
}

/// Graphs in attributes of nodes of graphs: deeper ones are no networks.
constexpr int most_depth = 64;

void append_varint(std::string& out, std::uint64_t value) {
    while (value >= 128) {
        out.push_back(static_cast<char>(value | 128));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

void append_fixed(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

/// Copies messages from a stream; false where the stream is not what it should be.
class Slimmer {
public:
    explicit Slimmer(CodedInputStream& in) : in_(in) {}

    bool copy(Message message, std::string& out, int depth) {
        if (depth > most_depth) return false;
        while (std::uint32_t tag = in_.ReadTag())
            if (!copy_field(message, tag, out, depth)) return false;
        return in_.ConsumedEntireMessage();
    }

private:
    bool copy_field(Message message, std::uint32_t tag, std::string& out, int depth) {
        std::uint64_t value = 0;
        std::uint32_t word = 0;
        switch (WireFormatLite::GetTagWireType(tag)) {
        case WireFormatLite::WIRETYPE_VARINT:
            if (!in_.ReadVarint64(&value)) return false;
            append_varint(out, tag);
            append_varint(out, value);
            return true;
        case WireFormatLite::WIRETYPE_FIXED64:
            if (!in_.ReadLittleEndian64(&value)) return false;
            append_varint(out, tag);
            append_fixed(out, value, 8);
            return true;
        case WireFormatLite::WIRETYPE_FIXED32:
            if (!in_.ReadLittleEndian32(&word)) return false;
            append_varint(out, tag);
            append_fixed(out, word, 4);
            return true;
        case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: return copy_bytes(message, tag, out, depth);
        default: return false; // groups, which ONNX does not use
        }
    }

    bool copy_bytes(Message message, std::uint32_t tag, std::string& out, int depth) {
        int length = 0;
        if (!in_.ReadVarintSizeAsInt(&length)) return false;
        Message field = field_of(message, WireFormatLite::GetTagFieldNumber(tag));
        if (field == Message::dropped || (field == Message::data && length > most_data_bytes)) return in_.Skip(length);
        std::string content;
        if (field == Message::leaf || field == Message::data) {
            if (!in_.ReadString(&content, length)) return false;
        } else {
            CodedInputStream::Limit limit = in_.PushLimit(length);
            if (!copy(field, content, depth + 1) || in_.BytesUntilLimit() != 0) return false;
            in_.PopLimit(limit);
        }
        append_varint(out, tag);
        append_varint(out, content.size());
        out += content;
        return true;
    }

    CodedInputStream& in_;
};

std::string slim(google::protobuf::io::ZeroCopyInputStream& stream, const std::string& shown) {
    CodedInputStream in(&stream);
    std::string out;
    if (!Slimmer(in).copy(Message::model, out, 0))
        throw InputError({{shown, 0, "",
                           fmt::format("is no ONNX model, or it is cut off: the protobuf message ends or breaks at "
                                       "byte {}",
                                       in.CurrentPosition())}});
    return out;
}

/// A file open for reading.
class OpenFile {
public:
    explicit OpenFile(const std::string& file) : descriptor_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (descriptor_ < 0) throw InputError({{file, 0, "", fmt::format("cannot be read: {}", strerror(errno))}});
    }
    ~OpenFile() { close(descriptor_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

} // namespace

std::string slim_model_of_file(const std::string& file) {
    OpenFile open_file(file);
    struct stat status {};
    if (fstat(open_file.descriptor(), &status) != 0 || S_ISDIR(status.st_mode))
        throw InputError({{file, 0, "", "cannot be read: it is a folder"}});
    constexpr off_t most_bytes = 2147483647;
    if (status.st_size > most_bytes)
        throw InputError({{file, 0, "",
                           "is larger than 2 GiB, the most that protobuf allows; such a model keeps its weights in "
                           "other files (external data), which are never read"}});
    google::protobuf::io::FileInputStream stream(open_file.descriptor());
    return slim(stream, file);
}

std::string slim_model_of_bytes(std::string_view bytes, const std::string& shown) {
    google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
    return slim(stream, shown);
}

} // namespace arsia::onnx_import
