// What the two forms of a file of transfers share: the meaning of one entry's texts.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "traffic/traffic.h"

namespace arsia {

/// One text of an entry, with its place.
struct TransferField {
    std::string text;
    int line = 0;
    std::string path;
};

/// An entry's texts by key.
struct TransferFields {
    std::optional<TransferField> source, destination, bytes, start;
};

/// Turns entries into demands; problems go to the file's list.
class TransferReader {
public:
    TransferReader(const Platform& platform, Problems& problems);

    /// Missing fields must have been reported; a missing start is 0.
    void add(const TransferFields& fields);
    const Traffic& traffic() const { return traffic_; }

private:
    NodeId node(const std::optional<TransferField>& field) const;
    template <class T, class Parse>
    T parsed(const std::optional<TransferField>& field, T fallback, Parse parse) const;

    const Platform& platform_;
    Problems& problems_;
    std::vector<std::string> endpoints_; ///< names of nodes that can send and receive
    Traffic traffic_;
};

} // namespace arsia
