// group_by, count_by, to_map, distinct: what is gathered for each key.
#pragma once

#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/container/grouped.hpp>
#include <parallel_task/container/hash_table.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/maybe.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/terminal/join_groups.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The item as it is.
struct ThisItem {
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE constexpr X const& operator()(X const& x) const noexcept {
    return x;
  }
};

/// All that a table of groups depends on of a source.
template <class X, class V>
struct GroupItems {
  using Item = X;
  using Value = V;
};

/// What is kept of a key.
template <class F, class S>
using GroupKey = std::conditional_t<std::is_same_v<F, ThisItem>, typename S::Value,
                                    std::remove_cvref_t<call_t<F, look_t<typename S::Item>>>>;

/// Why items have no such keys.
template <class F, class S>
consteval Problem key_problem() {
  using Item = typename S::Item;
  if constexpr (detail::closure_problem<F, look_t<Item>>() != Problem::none) {
    return detail::closure_problem<F, look_t<Item>>();
  } else if constexpr (std::is_void_v<call_t<F, look_t<Item>>>) {
    return Problem::map_to_nothing;
  } else {
    using K = GroupKey<F, S>;
    constexpr bool ok = is_hashable<K> && std::movable<K> && std::constructible_from<K, call_t<F, look_t<Item>>> &&
                        requires(K const& k, call_t<F, look_t<Item>> x) { static_cast<bool>(k == x); };
    return ok ? Problem::none : Problem::key_without_hash;
  }
}

/// `group_by` and its like: `Policy` tells what is kept of an item.
template <class F, class Policy>
struct GroupBy {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F key;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Policy policy;

  // Constructors here and below: Clang 16 crashes where an aggregate is made inside another one around an empty member.
  GroupBy() = default;
  GroupBy(F f, Policy kept) : key(std::move(f)), policy(std::move(kept)) {}

  template <class S>
  using Key = GroupKey<F, S>;
  template <class S>
  using Of = typename Policy::template For<S>;

  template <class S>
  struct Segment : Policy::template Kept<S> {
    using Of = typename Policy::template For<S>;
    GroupBy const* by;
    SegmentGroups<Key<S>, typename Of::Mapped, typename Of::Late> groups{};
    explicit Segment(GroupBy const* owner) : by(owner) {}
  };
  template <class S>
  struct Accumulator {
    std::vector<Segment<S>> before;  // in order
    Segment<S> last;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      decltype(auto) its_key = detail::call(last.by->key, detail::look(x));
      std::uint32_t const hash = detail::spread_hash<Key<S>>(its_key);
      bool const fresh = Segment<S>::Of::put(last.by->policy, last, hash, static_cast<decltype(its_key)&&>(its_key),
                                             static_cast<X&&>(x));
      if (fresh && last.groups.wants_parting()) [[unlikely]]
        Segment<S>::Of::part(last);
      return true;
    }
    void join(Accumulator&& later) {
      before.push_back(std::move(last));
      for (Segment<S>& segment : later.before) before.push_back(std::move(segment));
      last = std::move(later.last);
    }
    /// Other ranks get keys in order, each with what has become of it here.
    template <class Archive>
    void carry(Archive& ar) {
      auto entries = joined();
      ar(entries);
      for (auto& [its_key, result] : entries) {
        std::uint32_t const hash = detail::spread_hash<Key<S>>(its_key);
        Of<S>::take(last.by->policy, last, hash, std::move(its_key), std::move(result));
      }
    }

   private:
    /// All entries, which are taken out.
    [[nodiscard]] auto joined() {
      std::vector<std::pair<Key<S>, typename Of<S>::Result>> entries;
      GroupBy const* const by = last.by;
      before.push_back(std::move(last));
      Of<S> const joins(by->policy);
      Settings alone;
      alone.max_threads = 1;
      auto by_part = JoinGroups<Key<S>, Segment<S>, Of<S>>(before, joins).joined(alone);
      detail::in_order(by_part, [&](std::size_t part, std::size_t i) {
        entries.push_back(std::move(by_part[part].entries[i]));
      });
      before.clear();
      last = Segment<S>(by);
      return entries;
    }
  };
  /// The terminal of the run that gathers.
  struct Gather {
    GroupBy const* by;
    template <class S>
    auto open(S const&) const {
      using Items = GroupItems<typename S::Item, typename S::Value>;
      return Accumulator<Items>{{}, Segment<Items>(by)};
    }
    template <class S>
    std::vector<Segment<S>> finish(Accumulator<S>&& all) const {
      all.before.push_back(std::move(all.last));
      return std::move(all.before);
    }
  };

  template <class S>
  static consteval Problem problem() {
    constexpr Problem why = detail::key_problem<F, S>();
    if constexpr (why != Problem::none) {
      return why;
    } else {
      return Policy::template problem<S>();
    }
  }
  /// `how`: settings, also of a run that has a place (core/run.hpp).
  template <class S, class How>
  auto operator()(S& source, How const& how) const {
    Gather gather{this};
    auto segments = detail::run_terminal(source, gather, how);
    using Its = typename decltype(segments)::value_type;
    typename Its::Of const joins(policy);
    return Its::Of::result(
        JoinGroups<Key<S>, Its, typename Its::Of>(segments, joins).joined(detail::settings_here(how)));
  }
};

/// What segments keep beside their tables: nothing, for most.
struct InTables {
  struct Nothing {};
  template <class Segment>
  static void part(Segment& segment) {
    segment.groups.part_now();
  }
  template <class Segment, class Table>
  static void scatter(Segment&, std::size_t, std::vector<std::uint32_t> const&, Table&) noexcept {}
};

/// How many items have the key.
struct CountGroups {
  template <class S>
  struct Kept {};
  template <class S>
  static consteval Problem problem() {
    return Problem::none;
  }
  template <class S>
  struct For : InTables {
    using Mapped = std::size_t;
    using Result = std::size_t;
    using Late = Nothing;
    explicit For(CountGroups const&) noexcept {}

    template <class Segment, class Key, class X>
    PARALLEL_TASK_ALWAYS_INLINE static bool put(CountGroups const&, Segment& segment, std::uint32_t hash, Key&& key,
                                                X&&) {
      auto const found = segment.groups.visit(hash, static_cast<Key&&>(key), [] { return std::size_t{0}; });
      if (found.value != nullptr) [[likely]] {
        ++*found.value;
      } else {
        segment.groups.add_late(hash, static_cast<Key&&>(key), [] { return Nothing(); });
      }
      return found.fresh;
    }
    template <class Segment, class K>
    static void take(CountGroups const&, Segment& segment, std::uint32_t hash, K&& key, std::size_t n) {
      *segment.groups.keep(hash, std::move(key), [] { return std::size_t{0}; }).value += n;
    }
    std::size_t begin(std::size_t n) const noexcept { return n; }
    std::size_t begin(Nothing) const noexcept { return 1; }
    void add(std::size_t& result, std::size_t n) const noexcept { result += n; }
    void add(std::size_t& result, Nothing) const noexcept { ++result; }
    template <class K>
    static grouped<K, std::size_t> result(std::vector<HashTable<K, std::size_t>>&& by_part) {
      return MakeGrouped::of(std::move(by_part));
    }
  };
};

/// The items that have the key, in order. While there are few keys, a segment has a list for each. Once there are many,
/// it keeps its items as they come, each with the number of its key, so that no group has memory of its own before its
/// size is known.
struct KeepGroups {
  template <class T>
  struct Numbered {
    T item;
    std::uint32_t number;
  };
  template <class T>
  struct Group {
    ChunkList<T, 128, 256> items{};  // until the table is parted
    std::size_t size = 0;            // from then on
  };
  template <class S>
  struct Kept {
    std::vector<ChunkList<Numbered<typename S::Value>>> items;  // by part, once there are parts
  };
  template <class S>
  static consteval Problem problem() {
    using V = typename S::Value;
    constexpr bool ok = std::constructible_from<V, typename S::Item> && std::move_constructible<V>;
    return ok ? Problem::none : Problem::group_not_copyable;
  }
  template <class S>
  struct For {
    using T = typename S::Value;
    using Mapped = Group<T>;
    using Result = std::vector<T>;
    using Late = T;
    explicit For(KeepGroups const&) noexcept {}

    template <class Segment, class Key, class X>
    PARALLEL_TASK_ALWAYS_INLINE static bool put(KeepGroups const&, Segment& segment, std::uint32_t hash, Key&& key,
                                                X&& x) {
      // The key may refer to the item, so it is looked for first.
      auto const found = segment.groups.visit(hash, static_cast<Key&&>(key), [] { return Mapped(); });
      if (found.value == nullptr) [[unlikely]] {
        segment.groups.add_late(hash, static_cast<Key&&>(key), [&] { return T(static_cast<X&&>(x)); });
        return false;
      }
      if (segment.groups.is_parted()) {
        segment.items[segment.groups.part_of(hash)].emplace(Numbered<T>{T(static_cast<X&&>(x)), found.number});
        ++found.value->size;
      } else {
        found.value->items.emplace(static_cast<X&&>(x));
      }
      return found.fresh;
    }
    template <class Segment>
    static void part(Segment& segment) {
      segment.groups.part_now();
      segment.items.resize(segment.groups.parts);
      for (std::size_t part = 0; part != segment.groups.parts; ++part) {
        auto& entries = segment.groups.table(part).entries;
        for (std::size_t i = 0; i != entries.size(); ++i) {
          Mapped& group = entries[i].second;
          group.size = group.items.size();
          group.items.drain([&](T* item, T* last) {
            for (; item != last; ++item) {
              segment.items[part].emplace(Numbered<T>{std::move(*item), static_cast<std::uint32_t>(i)});
            }
          });
        }
      }
    }
    template <class Segment, class Table>
    static void scatter(Segment& segment, std::size_t part, std::vector<std::uint32_t> const& places, Table& to) {
      if (segment.items.empty()) return;
      segment.items[part].drain([&](Numbered<T>* item, Numbered<T>* last) {
        for (; item != last; ++item) to.entries[places[item->number]].second.push_back(std::move(item->item));
      });
    }
    template <class Segment, class K>
    static void take(KeepGroups const&, Segment& segment, std::uint32_t hash, K&& key, Result&& items) {
      Mapped& group = *segment.groups.keep(hash, std::move(key), [] { return Mapped(); }).value;
      for (T& item : items) group.items.emplace(std::move(item));
    }
    Result begin(Mapped const& group) const {
      Result items;
      items.reserve(group.size);
      return items;
    }
    Result begin(T& item) const {
      Result items;
      items.push_back(std::move(item));
      return items;
    }
    void add(Result& items, Mapped const& group) const { items.reserve(items.size() + group.size); }
    void add(Result& items, T& item) const { items.push_back(std::move(item)); }

    // The lists of a key are joined by their pointers; each becomes a result of its own, whoever makes it.
    using Pending = Mapped;
    static void put_off(Pending& pending, Mapped& group) noexcept { pending.items.join(std::move(group.items)); }
    static void make_up(Result& items, Pending& pending) {
      items.reserve(pending.items.size());
      pending.items.drain([&](T* item, T* last) {
        if constexpr (std::is_trivially_copyable_v<T> && std::is_copy_assignable_v<T>) {
          items.insert(items.end(), item, last);
        } else {
          for (; item != last; ++item) items.push_back(std::move(*item));
        }
      });
    }
    template <class K>
    static grouped<K, Result> result(std::vector<HashTable<K, Result>>&& by_part) {
      return MakeGrouped::of(std::move(by_part));
    }
  };
};

/// `value(item)`, of several items with the key joined by `merge`.
template <class F, class Merge>
struct MergeGroups {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F value;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Merge merge;

  MergeGroups(F f, Merge m) : value(std::move(f)), merge(std::move(m)) {}

  template <class S>
  struct Kept {};
  template <class S>
  static consteval Problem problem() {
    using Item = typename S::Item;
    if constexpr (detail::closure_problem<F, Item>() != Problem::none) {
      return detail::closure_problem<F, Item>();
    } else if constexpr (std::is_void_v<call_t<F, Item>>) {
      return Problem::map_to_nothing;
    } else {
      using V = std::remove_cvref_t<call_t<F, Item>>;
      if constexpr (std::movable<V> && std::invocable<Merge const&, V, V>) {
        constexpr bool ok = std::assignable_from<V&, std::invoke_result_t<Merge const&, V, V>>;
        return ok ? Problem::none : Problem::to_map_merge_does_not_fit;
      } else {
        return Problem::to_map_merge_does_not_fit;
      }
    }
  }
  template <class S>
  struct For : InTables {
    using V = std::remove_cvref_t<call_t<F, typename S::Item>>;
    using Mapped = V;
    using Result = V;
    using Late = V;
    MergeGroups const* policy;
    explicit For(MergeGroups const& owner) noexcept : policy(std::addressof(owner)) {}

    template <class Segment, class Key, class X>
    static bool put(MergeGroups const& policy, Segment& segment, std::uint32_t hash, Key&& key, X&& x) {
      // `value` is called once. What it makes of the item may take the item's content, of which the key may be a part.
      auto const make = [&] { return V(detail::call(policy.value, static_cast<X&&>(x))); };
      auto const found = segment.groups.visit(hash, static_cast<Key&&>(key), make);
      if (found.value == nullptr) [[unlikely]] {
        segment.groups.add_late(hash, static_cast<Key&&>(key), make);
      } else if (!found.fresh) {
        join(policy, *found.value, make());
      }
      return found.fresh;
    }
    template <class Segment, class K>
    static void take(MergeGroups const& policy, Segment& segment, std::uint32_t hash, K&& key, V&& result) {
      auto const found = segment.groups.keep(hash, std::move(key), [&] { return V(std::move(result)); });
      if (!found.fresh) join(policy, *found.value, std::move(result));
    }
    static void join(MergeGroups const& policy, V& to, V&& from) {
      detail::become(to,
                     [&]() -> decltype(auto) { return detail::invoke(policy.merge, std::move(to), std::move(from)); });
    }
    V begin(V& kept) const { return std::move(kept); }
    void add(V& result, V& kept) const { join(*policy, result, std::move(kept)); }
    template <class K>
    static grouped<K, V> result(std::vector<HashTable<K, V>>&& by_part) {
      return MakeGrouped::of(std::move(by_part));
    }
  };
};

/// Nothing but the key, which is the item itself.
struct KeepDistinct {
  template <class S>
  struct Kept {};
  template <class S>
  static consteval Problem problem() {
    constexpr bool ok = std::constructible_from<typename S::Value, typename S::Item>;
    return ok ? Problem::none : Problem::key_without_hash;
  }
  using Seen = InTables::Nothing;
  template <class S>
  struct For : InTables {
    using Mapped = Seen;
    using Result = Seen;
    using Late = Seen;
    explicit For(KeepDistinct const&) noexcept {}

    template <class Segment, class Key, class X>
    PARALLEL_TASK_ALWAYS_INLINE static bool put(KeepDistinct const&, Segment& segment, std::uint32_t hash, Key&&,
                                                X&& x) {
      auto const make = [] { return Seen(); };
      auto const found = segment.groups.visit(hash, static_cast<X&&>(x), make);
      if (found.value == nullptr) [[unlikely]] {
        segment.groups.add_late(hash, static_cast<X&&>(x), make);
      }
      return found.fresh;
    }
    template <class Segment, class K>
    static void take(KeepDistinct const&, Segment& segment, std::uint32_t hash, K&& key, Seen) {
      static_cast<void>(segment.groups.keep(hash, std::move(key), [] { return Seen(); }));
    }
    Seen begin(Seen) const noexcept { return {}; }
    void add(Seen&, Seen) const noexcept {}
    template <class K>
    static std::vector<K> result(std::vector<HashTable<K, Seen>>&& by_part) {
      std::size_t count = 0;
      for (auto const& table : by_part) count += table.entries.size();
      std::vector<K> values;
      values.reserve(count);
      detail::in_order(by_part, [&](std::size_t part, std::size_t i) {
        values.push_back(std::move(by_part[part].entries[i].first));
      });
      return values;
    }
  };
};

template <class F>
[[nodiscard]] auto make_group_by(F key) {
  return GroupBy<F, KeepGroups>(std::move(key), KeepGroups());
}
template <class F>
[[nodiscard]] auto make_count_by(F key) {
  return GroupBy<F, CountGroups>(std::move(key), CountGroups());
}
template <class F, class G, class Merge>
[[nodiscard]] auto make_to_map(F key, G value, Merge merge) {
  return GroupBy<F, MergeGroups<G, Merge>>(std::move(key), MergeGroups<G, Merge>(std::move(value), std::move(merge)));
}
using Distinct = GroupBy<ThisItem, KeepDistinct>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
