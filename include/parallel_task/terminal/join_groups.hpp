// How the groups of segments become one map: joined by the calling thread if there are few, in parts if there are many.
#pragma once

#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/container/grouped.hpp>
#include <parallel_task/container/hash_table.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/source/indices.hpp>
#include <parallel_task/terminal/for_each.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// Few keys: a table for each segment, joined by the calling thread. Many: a table with more keys than fit into a cache
// of the first level is parted by hash; one with more than fit into that of the second takes no more keys, and items of
// others wait, parted by hash as well. In the end each part is joined by one thread, in a table of its own.

/// An item of a key that came late.
template <class K, class Late>
struct LateItem {
  K key;
  std::uint32_t hash;
  std::uint32_t order;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Late kept;
};

/// The keys of a segment, with an `M` each. Each new key, and each item that comes late, has the next number in order.
template <class K, class M, class Late>
class SegmentGroups {
 public:
  static constexpr std::size_t parts = 64;
  static constexpr unsigned part_shift = 26;
  static constexpr std::size_t few = 4096;
  static constexpr std::size_t most_kept = 65'536;

  struct Found {
    M* value;  // none if the item comes too late
    std::uint32_t number;
    bool fresh;
  };

  [[nodiscard]] bool is_parted() const noexcept { return shift_ == part_shift; }
  [[nodiscard]] bool wants_parting() const noexcept { return orders_ > few && !is_parted(); }
  [[nodiscard]] std::size_t part_of(std::uint32_t hash) const noexcept {
    return static_cast<std::size_t>(std::uint64_t{hash} >> shift_);
  }
  [[nodiscard]] std::size_t orders() const noexcept { return orders_; }
  [[nodiscard]] HashTable<K, M>& table(std::size_t part) noexcept { return is_parted() ? parted_[part] : whole_; }
  [[nodiscard]] ChunkList<LateItem<K, Late>>& late(std::size_t part) noexcept { return late_[part]; }

  template <class Key, class Make>
  PARALLEL_TASK_ALWAYS_INLINE Found visit(std::uint32_t hash, Key&& key, Make const& make) {
    HashTable<K, M>& table = this->table(hash >> part_shift);
    std::size_t at = 0;
    std::uint32_t number = 0;
    if (table.find(hash, key, at, number)) [[likely]]
      return {std::addressof(table.entries[number].second), number, false};
    if (orders_ >= most_kept) return {nullptr, 0, false};
    number = table.add(hash, in_hand<Key>(key), orders_, at, make);
    ++orders_;
    return {std::addressof(table.entries[number].second), number, true};
  }
  /// The same, however many keys there are: for entries that have been joined before.
  template <class Make>
  Found keep(std::uint32_t hash, K&& key, Make const& make) {
    HashTable<K, M>& table = this->table(hash >> part_shift);
    std::size_t at = 0;
    std::uint32_t number = 0;
    bool const fresh = !table.find(hash, key, at, number);
    if (fresh) number = table.add(hash, std::move(key), orders_++, at, make);
    return {std::addressof(table.entries[number].second), number, fresh};
  }
  template <class Key, class Make>
  PARALLEL_TASK_ALWAYS_INLINE void add_late(std::uint32_t hash, Key&& key, Make const& make) {
    keep_late(hash, in_hand<Key>(key), make);
  }
  /// Parts the table by hash. An entry's number in order tells where it was.
  void part_now() {
    std::vector<HashTable<K, M>> parted(parts);
    for (std::size_t i = 0; i != whole_.entries.size(); ++i) {
      EntryMark const mark = whole_.marks[i];
      HashTable<K, M>& table = parted[mark.hash >> part_shift];
      table.add(mark.hash, std::move(whole_.entries[i].first), mark.order, table.place_of(mark.hash),
                [&]() -> M&& { return std::move(whole_.entries[i].second); });
    }
    std::vector<ChunkList<LateItem<K, Late>>> nothing(parts);
    parted_.swap(parted);
    late_.swap(nothing);
    whole_ = HashTable<K, M>();
    shift_ = part_shift;
  }

 private:
  /// A key as it is passed on to what is not inlined: a number as a copy, or it would be in memory for each item.
  template <class Key>
  PARALLEL_TASK_ALWAYS_INLINE static decltype(auto) in_hand(std::remove_reference_t<Key>& key) {
    if constexpr (is_own_tag<K>) {
      return K(key);
    } else {
      return static_cast<Key&&>(key);
    }
  }
  template <class Key, class Make>
  PARALLEL_TASK_NOINLINE void keep_late(std::uint32_t hash, Key&& key, Make const& make) {
    if (orders_ >= HashSlots::none) {
      detail::throw_length_error("parallel_task: more than 4 billion groups");
    }
    K own(static_cast<Key&&>(key));  // before `make`, which may move from what the key refers to
    late_[part_of(hash)].emplace(LateItem<K, Late>{std::move(own), hash, static_cast<std::uint32_t>(orders_), make()});
    ++orders_;
  }

  HashTable<K, M> whole_;                // until it is parted
  std::vector<HashTable<K, M>> parted_;  // by hash
  std::vector<ChunkList<LateItem<K, Late>>> late_ = std::vector<ChunkList<LateItem<K, Late>>>(1);
  std::size_t orders_ = 0;
  unsigned shift_ = 32;  // so that there is one part
};

/// Joins the groups of segments. `Policy` has `Mapped`, what a segment keeps of a key; `Late`, what it keeps of a late
/// item; `Result`, what becomes of them; `begin` and `add`, which make and extend a result of either; `part(segment)`;
/// and `scatter`, for what a segment has kept beside its tables. If it has `Pending`, what a segment without parts
/// keeps of a key is only `put_off`, and `make_up` makes the result of all that was, on any thread.
template <class K, class Segment, class Policy>
class JoinGroups {
 public:
  using M = typename Policy::Mapped;
  using Result = typename Policy::Result;
  using Table = HashTable<K, Result>;
  using Groups = SegmentGroups<K, M, typename Policy::Late>;

  JoinGroups(std::vector<Segment>& segments, Policy const& policy) : segments_(segments), policy_(policy) {
    first_orders_.reserve(segments.size());
    for (Segment& segment : segments) {
      first_orders_.push_back(orders_);
      orders_ += segment.groups.orders();
    }
  }

  /// A table, or 64 of them by hash.
  [[nodiscard]] std::vector<Table> joined(Settings settings) {
    settings.observation = nullptr;  // a report is about the run before this one
    bool parted = orders_ > most_joined;
    for (Segment& segment : segments_) parted = parted || segment.groups.is_parted();
    std::vector<Table> by_part(parted ? Groups::parts : 1);
    if (parted) {
      for_each(Task::part, segments_.size(), by_part, settings);
      for_each(Task::join, by_part.size(), by_part, settings);
    } else {
      join_part(by_part[0], 0);
      if constexpr (puts_off) for_each(Task::make_up, pending_.size(), by_part, settings);
    }
    return by_part;
  }

 private:
  static constexpr std::size_t most_joined = 4 * Groups::few;  // entries, by the calling thread
  static constexpr bool puts_off = requires { typename Policy::Pending; };
  struct Nothing {};
  template <class P>
  struct PendingOf {
    using type = Nothing;
  };
  template <class P>
    requires requires { typename P::Pending; }
  struct PendingOf<P> {
    using type = std::vector<typename P::Pending>;
  };

  /// What threads share: tables to be parted, parts to be joined, results to be made.
  enum class Task : unsigned char { part, join, make_up };
  void for_each(Task task, std::size_t count, std::vector<Table>& by_part, Settings const& settings) {
    auto const one = [this, task, &by_part](std::size_t i) {
      if (task == Task::part) {
        if (!segments_[i].groups.is_parted()) Policy::part(segments_[i]);
      } else if (task == Task::join) {
        join_part(by_part[i], i);
      } else if constexpr (puts_off) {
        Policy::make_up(by_part[0].entries[i].second, pending_[i]);
      }
    };
    Indices<std::size_t> numbers(std::size_t{0}, count);
    ForEach<decltype(one)> end{one};
    detail::run_terminal(numbers, end, settings);
  }
  void join_part(Table& to, std::size_t part) {
    std::vector<std::uint32_t> places;
    for (std::size_t s = 0; s != segments_.size(); ++s) {
      Segment& segment = segments_[s];
      HashTable<K, M>& from = segment.groups.table(part);
      places.clear();
      if constexpr (std::is_same_v<M, Result>) {
        if (s == 0) {
          to = std::move(from);
          from = HashTable<K, M>();
        }
      }
      for (std::size_t i = 0; i != from.entries.size(); ++i) {
        auto& [key, mapped] = from.entries[i];
        std::uint32_t const place =
            put(to, from.marks[i].hash, std::move(key), first_orders_[s] + from.marks[i].order, mapped);
        places.push_back(place);
        if constexpr (puts_off) {
          if (segment.groups.is_parted()) continue;
          if (place == pending_.size()) pending_.emplace_back();
          Policy::put_off(pending_[place], mapped);
        }
      }
      policy_.scatter(segment, part, places, to);
      segment.groups.late(part).drain([&](auto* item, auto* last) {
        for (; item != last; ++item) {
          (void)put(to, item->hash, std::move(item->key), first_orders_[s] + item->order, item->kept);
        }
      });
    }
  }
  template <class Kept>
  std::uint32_t put(Table& to, std::uint32_t hash, K&& key, std::size_t order, Kept& kept) const {
    std::size_t at = 0;
    std::uint32_t number = 0;
    if (!to.find(hash, key, at, number)) {
      return to.add(hash, std::move(key), order, at, [&] { return policy_.begin(kept); });
    }
    policy_.add(to.entries[number].second, kept);
    return number;
  }

  std::vector<Segment>& segments_;
  Policy const& policy_;
  std::vector<std::size_t> first_orders_;
  std::size_t orders_ = 0;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS
  typename PendingOf<Policy>::type pending_{};  // of each entry, where there are no parts
};

/// Puts the entries of parts into one vector, in the order in which their keys came first.
template <class Table, class F>
void in_order(std::vector<Table>& by_part, F const& take) {
  if (by_part.size() == 1) {
    for (std::size_t i = 0; i != by_part[0].entries.size(); ++i) take(0, i);
    return;
  }
  std::size_t orders = 0;
  for (Table const& table : by_part) {
    if (!table.marks.empty() && table.marks.back().order >= orders) orders = table.marks.back().order + std::size_t{1};
  }
  // In each part entries are in order already, so that it is enough to know whose turn it is.
  std::vector<unsigned char> turn(orders, static_cast<unsigned char>(255));
  for (std::size_t part = 0; part != by_part.size(); ++part) {
    for (EntryMark const& mark : by_part[part].marks) turn[mark.order] = static_cast<unsigned char>(part);
  }
  std::vector<std::size_t> next(by_part.size());
  for (unsigned char const part : turn) {
    if (part != 255) take(part, next[part]++);
  }
}

struct MakeGrouped {
  template <class K, class T>
  static grouped<K, T> of(std::vector<HashTable<K, T>>&& by_part) {
    grouped<K, T> result;
    if (by_part.size() == 1) {
      result.entries_ = std::move(by_part[0].entries);
      result.slots_.push_back(std::move(by_part[0].hash_slots));
      return result;
    }
    std::size_t count = 0;
    std::vector<std::vector<std::uint32_t>> numbers(by_part.size());
    for (std::size_t part = 0; part != by_part.size(); ++part) {
      numbers[part].reserve(by_part[part].entries.size());
      count += by_part[part].entries.size();
    }
    result.entries_.reserve(count);
    detail::in_order(by_part, [&](std::size_t part, std::size_t i) {
      numbers[part].push_back(static_cast<std::uint32_t>(result.entries_.size()));
      result.entries_.push_back(std::move(by_part[part].entries[i]));
    });
    for (std::size_t part = 0; part != by_part.size(); ++part) {
      by_part[part].hash_slots.renumber(numbers[part]);
      result.slots_.push_back(std::move(by_part[part].hash_slots));
    }
    return result;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
