// What a pipeline remembers of its last runs.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/policy/cost_model.hpp>
#include <parallel_task/policy/sharing_record.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

/// What a pipeline at one place has shown, by the lengths of its loops: like is compared with like, loops of 2^k to
/// 2^(k+1) positions. What a call costs besides its items is a part of what its length has taken, and no part of what
/// longer ones will. Shared by all threads; relaxed, since any recent values will do, also of different runs.
class Memo {
 public:
  /// What a position costs, in nanoseconds, in the longest loops so far; 0: not run yet. What lengths are forecast by
  /// that have not been seen.
  detail::atomic<float> cost{0.0F};

  /// What loops of one octave of lengths took.
  class Length {
   public:
    /// Nanoseconds a position; 0: not known.
    [[nodiscard]] float cost() const noexcept { return cost_.load(detail::memory_order_relaxed); }
    /// Whether the last runs took what was forecast. Those of a place that is called with several functions, or with
    /// data of several kinds, may not.
    [[nodiscard]] bool is_settled() const noexcept { return doubt_.load(detail::memory_order_relaxed) < doubted; }
    /// A run that stayed alone took `now` ns a position where `before` had been forecast.
    void learn(float now, float before, float items) noexcept {
      cost_.store(now, detail::memory_order_relaxed);
      doubt(before, now, items);
    }
    /// A shared run took its workers `now` ns a position. They find half of their data in other cores' caches, so that
    /// it may be several times what a position costs alone, which is what a forecast needs. So this is compared with
    /// what the last shared run took: if that has changed, the cost has. Where only shared runs have ever told, the
    /// last one does.
    void learn_shared(float now, float before, float items) noexcept {
      float const last = shared_cost_.load(detail::memory_order_relaxed);
      shared_cost_.store(now, detail::memory_order_relaxed);
      bool const was_alone = before > 0 && cost() != last;
      if (was_alone && detail::cost_model::is_the_same_shared(now, before, last)) return doubt(before, before, items);
      cost_.store(now, detail::memory_order_relaxed);
      doubt(before, now, items);
    }
    [[nodiscard]] detail::SharingRecord sharing_record() const noexcept {
      detail::SharingRecord seen;
      seen.alone_ns = alone_ns_.load(detail::memory_order_relaxed);
      seen.alone_items = alone_items_.load(detail::memory_order_relaxed);
      seen.since_alone = since_alone_.load(detail::memory_order_relaxed);
      seen.account.saved = saved_.load(detail::memory_order_relaxed);
      seen.account.tried = tried_.load(detail::memory_order_relaxed);
      seen.account.alone_for = alone_for_.load(detail::memory_order_relaxed);
      seen.account.penalty = penalty_.load(detail::memory_order_relaxed);
      return seen;
    }
    void remember(detail::SharingRecord const& now) noexcept {
      alone_ns_.store(now.alone_ns, detail::memory_order_relaxed);
      alone_items_.store(now.alone_items, detail::memory_order_relaxed);
      since_alone_.store(now.since_alone, detail::memory_order_relaxed);
      saved_.store(now.account.saved, detail::memory_order_relaxed);
      tried_.store(now.account.tried, detail::memory_order_relaxed);
      alone_for_.store(now.account.alone_for, detail::memory_order_relaxed);
      penalty_.store(now.account.penalty, detail::memory_order_relaxed);
    }

   private:
    friend class Memo;
    void doubt(float before, float now, float items) noexcept {
      std::uint32_t const doubt = doubt_.load(detail::memory_order_relaxed);
      float const most = now > before ? now : before;
      float const least = now > before ? before : now;
      bool const tells = before > 0 && most * items > least_told && least < dear_anyway;
      if (tells && !detail::cost_model::is_alike(now, before)) {
        doubt_.store(doubt < most_doubt - doubted ? doubt + doubted : most_doubt, detail::memory_order_relaxed);
      } else if (doubt != 0) {
        doubt_.store(doubt - 1, detail::memory_order_relaxed);
      }
    }

    static constexpr std::uint32_t doubted = 4;
    static constexpr std::uint32_t most_doubt = 12;
    static constexpr float least_told = 1'000;     // ns of a loop: shorter ones take what the machine makes of them
    static constexpr float dear_anyway = 100'000;  // ns a position: it is offered by itself, whatever it takes

    detail::atomic<std::uint32_t> width_{0};   // bits of the number of positions, 0 for none
    detail::atomic<float> cost_{0.0F};         // alone, if that is known
    detail::atomic<float> shared_cost_{0.0F};  // of a position of the last shared run; 0: none yet
    detail::atomic<std::uint32_t> doubt_{0};
    detail::atomic<float> alone_ns_{0.0F};
    detail::atomic<float> alone_items_{0.0F};
    detail::atomic<float> since_alone_{0.0F};
    detail::atomic<float> saved_{0.0F};
    detail::atomic<float> tried_{0.0F};
    detail::atomic<float> alone_for_{0.0F};
    detail::atomic<float> penalty_{0.0F};
  };

  /// What is known of loops of about `items` positions; null: nothing.
  [[nodiscard]] Length* find(std::size_t items) noexcept {
    std::uint32_t const width = width_of(items);
    Length* const set = &lengths_[width % sets * ways];
    for (std::uint32_t i = 0; i != ways; ++i) {
      if (set[i].width_.load(detail::memory_order_relaxed) == width) return &set[i];
    }
    return nullptr;
  }
  /// The same; what is remembered of another length makes room if need be.
  [[nodiscard]] Length& of(std::size_t items) noexcept {
    if (Length* const found = find(items); found != nullptr) return *found;
    std::uint32_t const width = width_of(items);
    Length& made = lengths_[width % sets * ways + turn_.load(detail::memory_order_relaxed) % ways];
    turn_.fetch_add(1, detail::memory_order_relaxed);
    made.width_.store(width, detail::memory_order_relaxed);
    made.cost_.store(0, detail::memory_order_relaxed);
    made.shared_cost_.store(0, detail::memory_order_relaxed);
    made.doubt_.store(0, detail::memory_order_relaxed);
    made.remember({});
    return made;
  }
  /// What a position costs in a loop of `items` positions, of a length that was not seen; 0: who knows. From short
  /// loops nothing follows for long ones, since much of what they take is the call.
  [[nodiscard]] float guess(std::size_t items) const noexcept {
    std::uint32_t const longest = longest_.load(detail::memory_order_relaxed);
    if (longest != 0 && width_of(items) > longest + 2) return 0;
    return cost.load(detail::memory_order_relaxed);
  }
  /// A run of `items` positions that stayed alone took `now` ns a position, where `before` had been forecast (0:
  /// nothing).
  void learn(std::size_t items, float now, float before) noexcept {
    Length& length = of(items);
    length.learn(now, before, static_cast<float>(items));
    note_longest(items, length);
  }
  /// The same of a shared run.
  void learn_shared(std::size_t items, float now, float before) noexcept {
    Length& length = of(items);
    length.learn_shared(now, before, static_cast<float>(items));
    note_longest(items, length);
  }

 private:
  void note_longest(std::size_t items, Length const& length) noexcept {
    std::uint32_t const width = width_of(items);
    if (width < longest_.load(detail::memory_order_relaxed)) return;
    longest_.store(width, detail::memory_order_relaxed);
    cost.store(length.cost(), detail::memory_order_relaxed);
  }
  [[nodiscard]] static std::uint32_t width_of(std::size_t items) noexcept {
    return static_cast<std::uint32_t>(std::bit_width(items));
  }

  static constexpr std::uint32_t sets = 4;
  static constexpr std::uint32_t ways = 2;
  Length lengths_[sets * ways];
  detail::atomic<std::uint32_t> longest_{0};  // bits of the largest number of positions so far
  detail::atomic<std::uint32_t> turn_{0};
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
