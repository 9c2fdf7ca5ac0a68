// Strong index types: a link id cannot index a node table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

namespace arsia {

/// Index of one kind of thing; `Tag` keeps kinds apart at compile time.
template <class Tag>
class Id {
public:
    using Value = std::uint32_t;

    constexpr Id() = default;
    constexpr explicit Id(std::size_t value) : value_(static_cast<Value>(value)) {}

    constexpr Value value() const { return value_; }
    constexpr bool valid() const { return value_ != none; }

    friend constexpr bool operator==(Id a, Id b) { return a.value_ == b.value_; }
    friend constexpr bool operator!=(Id a, Id b) { return a.value_ != b.value_; }
    friend constexpr bool operator<(Id a, Id b) { return a.value_ < b.value_; }

private:
    static constexpr Value none = std::numeric_limits<Value>::max();
    Value value_ = none;
};

/// A vector that only the matching id indexes.
template <class IdType, class T>
class IdVector {
public:
    IdVector() = default;
    explicit IdVector(std::size_t size, const T& value = T()) : items_(size, value) {}

    decltype(auto) operator[](IdType id) { return items_[id.value()]; }
    decltype(auto) operator[](IdType id) const { return items_[id.value()]; }

    IdType push_back(T item) {
        items_.push_back(std::move(item));
        return IdType(items_.size() - 1);
    }
    void assign(std::size_t size, const T& value) { items_.assign(size, value); }
    void resize(std::size_t size) { items_.resize(size); }
    void reserve(std::size_t size) { items_.reserve(size); }
    void clear() { items_.clear(); }
    std::size_t size() const { return items_.size(); }
    bool empty() const { return items_.empty(); }
    bool contains(IdType id) const { return id.value() < items_.size(); }

    auto begin() { return items_.begin(); }
    auto end() { return items_.end(); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }

    std::vector<T>& items() { return items_; }
    const std::vector<T>& items() const { return items_; }

    friend bool operator==(const IdVector& a, const IdVector& b) { return a.items_ == b.items_; }

private:
    std::vector<T> items_;
};

/// All ids 0 … n−1, for range-based loops over a table.
template <class IdType>
class IdRange {
public:
    explicit IdRange(std::size_t size) : size_(size) {}
    struct Iterator {
        std::size_t at;
        IdType operator*() const { return IdType(at); }
        Iterator& operator++() {
            ++at;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return at != other.at; }
    };
    Iterator begin() const { return {0}; }
    Iterator end() const { return {size_}; }

private:
    std::size_t size_;
};

template <class IdType, class T>
IdRange<IdType> ids_of(const IdVector<IdType, T>& items) {
    return IdRange<IdType>(items.size());
}

} // namespace arsia

template <class Tag>
struct std::hash<arsia::Id<Tag>> {
    std::size_t operator()(arsia::Id<Tag> id) const noexcept { return std::hash<std::uint32_t>{}(id.value()); }
};
