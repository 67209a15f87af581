// collect<C>(merge): a map in which the values of equal keys are joined.
#pragma once

#include <parallel_task/container/concepts.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/maybe.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class C>
concept map_like = std::default_initializable<C> && requires { typename C::mapped_type; };

/// Each segment fills a map of its own; they are joined in order.
template <class C, class Merge>
struct CollectMerged {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Merge merge;

  template <class S>
  static consteval Problem problem() {
    return Problem::collect_merged_no_map;
  }
};
template <class C, class Merge>
  requires map_like<C>
struct CollectMerged<C, Merge> {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Merge merge;

  struct Accumulator {
    Merge const* merge;
    C map;

    template <class X>
    bool operator()(X&& x) {
      put(std::get<0>(static_cast<X&&>(x)), std::get<1>(static_cast<X&&>(x)));
      return true;
    }
    void join(Accumulator&& later) {
      if (map.empty()) {
        map = std::move(later.map);
        return;
      }
      for (auto& [key, value] : later.map) put(key, std::move(value));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(map);
    }

   private:
    template <class Key, class T>
    void put(Key&& key, T&& value) {
      // try_emplace leaves the value alone if there is one.
      auto const [at, fresh] = map.try_emplace(static_cast<Key&&>(key), static_cast<T&&>(value));
      if (fresh) return;
      detail::become(at->second, [&]() -> decltype(auto) {
        return detail::invoke(*merge, std::move(at->second), static_cast<T&&>(value));
      });
    }
  };

  template <class S>
  static consteval Problem problem() {
    using Item = typename S::Item;
    if constexpr (!is_product<std::remove_cvref_t<Item>>) {
      return Problem::collect_merged_no_map;
    } else {
      using T = typename C::mapped_type;
      if constexpr (requires(C& c, Item&& x) {
                      c.try_emplace(std::get<0>(static_cast<Item&&>(x)), std::get<1>(static_cast<Item&&>(x)));
                    } && std::invocable<Merge const&, T, T> &&
                    std::invocable<Merge const&, T, decltype(std::get<1>(std::declval<Item>()))>) {
        constexpr bool ok = std::assignable_from<T&, std::invoke_result_t<Merge const&, T, T>>;
        return ok ? Problem::none : Problem::collect_merge_does_not_fit;
      } else {
        return Problem::collect_merge_does_not_fit;
      }
    }
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(merge), C()};
  }
  C finish(Accumulator&& all) const { return std::move(all.map); }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
