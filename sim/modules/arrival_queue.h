// First come, first served; those that come at one instant stand in the order of their transfers' keys.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/modules/transfer.h"

namespace arsia {

/// `Item` has a `slot` and the moment `since` when it came; moments never go back. Storage is kept when items leave.
template <class Item>
class ArrivalQueue {
public:
    bool empty() const { return first_ == items_.size(); }
    const Item& front() const { return items_[first_]; }

    void push(const Item& item, TransferTable& transfers) {
        items_.push_back(item);
        for (std::size_t at = items_.size() - 1; at > first_; --at) {
            const Item& before = items_[at - 1];
            if (before.since != item.since || !(transfers[item.slot].key < transfers[before.slot].key)) break;
            std::swap(items_[at], items_[at - 1]);
        }
    }
    /// Behind all others, whatever its key.
    void push_last(const Item& item) { items_.push_back(item); }

    Item pop() {
        Item item = items_[first_++];
        if (first_ == items_.size()) {
            items_.clear();
            first_ = 0;
        } else if (first_ >= 64 && 2 * first_ >= items_.size()) {
            items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
            first_ = 0;
        }
        return item;
    }
    /// Takes out all items of a transfer; calls `removed(item)` for each.
    template <class Removed>
    void withdraw(SlotId slot, Removed removed) {
        auto begin = items_.begin() + static_cast<std::ptrdiff_t>(first_);
        auto keep = std::stable_partition(begin, items_.end(), [&](const Item& item) { return item.slot != slot; });
        std::for_each(keep, items_.end(), removed);
        items_.erase(keep, items_.end());
    }
    void clear() {
        items_.clear();
        first_ = 0;
    }

private:
    std::vector<Item> items_;
    std::size_t first_ = 0;
};

} // namespace arsia
