// One compute task's double-buffered run over its tile plan, as a state machine without a clock of its own.
//
// With input buffers and output buffers two each: load(i) may start when load(i−1) has ended and compute(i−2) has
// ended; compute(i) when load(i) and compute(i−1) have ended and, for the first tile of an output tile j, store(j−2)
// has ended; store(j) when its last compute and store(j−1) have ended. Loads and stores are cut into accesses.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/design.h"

namespace arsia {

constexpr TimePs never = std::numeric_limits<TimePs>::max();

class TileRun {
public:
    /// Starts the plan at `now` against a memory of the given bandwidth and latency. `access`: most bytes of one
    /// access.
    void start(const TilePlan& plan, Bytes access, Bandwidth bandwidth, TimePs memory_latency, TimePs now);
    bool active() const { return active_; }
    void stop() { active_ = false; }

    bool wants_load() const { return load_left_ > 0; }
    bool wants_store() const { return store_left_ > 0; }
    /// Takes the next access of the tile being loaded or stored; returns its bytes.
    Bytes take_load();
    Bytes take_store();
    /// The memory needs `service` for the access just taken.
    void served_in(TimePs service) { memory_left_ -= service; }
    /// The access taken last has ended at `now`.
    void load_ended(TimePs now);
    void store_ended(TimePs now);

    std::int64_t tiles_left() const { return tiles_ - computes_ended_; }
    TimePs compute_end() const { return compute_end_; } ///< `never` if nothing is being computed
    void compute_ended(TimePs now);

    /// When the task ends, once its last store has ended; `never` before.
    TimePs end() const { return end_; }
    /// No end can be earlier. Later than `now` as long as the end is open. `memory_free_at`: when the memory can serve
    /// the next access; `being_served`: whether it serves this run until then.
    TimePs earliest_end(TimePs now, TimePs memory_free_at, bool being_served) const;

    /// A place in the sequence of tiles.
    struct Cursor {
        std::uint32_t output = 0;
        std::int64_t repeat = 0;
        std::uint32_t step = 0;
        std::int64_t count = 0;
    };
    /// How the run stands at some moment.
    struct Moment {
        /// Where it is the same at two moments, equal tiles ahead go the same way from there on.
        std::array<std::int64_t, 12> form;
        Cursor load, compute, store; ///< the next tiles to begin
        std::int64_t tiles, outputs; ///< computed
        TimePs compute_left, memory_left;
    };
    Moment moment(TimePs now) const;
    /// How often what happened from one moment to a later one of the same form will happen again, since equal tiles
    /// follow: 0 if that cannot be told.
    std::int64_t repetitions(const Moment& from, const Moment& to) const;
    /// From the moment `to`: does what has happened since `from`, `period` ago, `times` again.
    void repeat(const Moment& from, const Moment& to, TimePs period, std::int64_t times);

private:
    struct Step {
        std::int64_t count;
        Bytes load;
        TimePs duration;
    };
    /// An output tile and the steps that compute it, `repeat` times over.
    struct Output {
        std::int64_t repeat;
        std::uint32_t first_step, end_step;
        Bytes store;
    };
    bool at_end(const Cursor& cursor) const { return cursor.output == outputs_.size(); }
    bool begins_output(const Cursor& cursor) const {
        return cursor.count == 0 && cursor.step == outputs_[cursor.output].first_step;
    }
    /// Goes to the next tile; true if the one left was the last of its output tile.
    bool advance(Cursor& cursor) const;
    void advance_output(Cursor& cursor) const;
    TimePs service(Bytes bytes) const;

    void begin_loads(TimePs now);
    void begin_stores(TimePs now);
    void begin_compute(TimePs now);
    void check_end(TimePs now);

    std::vector<Step> steps_;
    std::vector<Output> outputs_;
    Bytes access_ = 0;
    Bandwidth bandwidth_{1};
    TimePs latency_ = 0;
    bool active_ = false;

    Cursor load_at_, compute_at_, store_at_;
    Bytes load_left_ = 0; ///< bytes of the tile being loaded that no access was taken for
    Bytes store_left_ = 0;
    std::int64_t loads_begun_ = 0, loads_ended_ = 0;
    std::int64_t computes_begun_ = 0, computes_ended_ = 0;
    std::int64_t outputs_begun_ = 0, outputs_computed_ = 0;
    std::int64_t stores_begun_ = 0, stores_ended_ = 0;
    TimePs loaded_at_[2] = {0, 0};  ///< when a tile's data is there, by the tile's parity
    bool completes_output_ = false; ///< the tile being computed is the last of its output tile
    TimePs compute_end_ = never;
    TimePs end_ = never;

    std::int64_t tiles_ = 0;        ///< of the plan
    TimePs compute_left_ = 0;       ///< durations of tiles not begun
    TimePs memory_left_ = 0;        ///< service of accesses not taken
    TimePs last_store_service_ = 0; ///< service and latency of the last output tile's store
};

} // namespace arsia
