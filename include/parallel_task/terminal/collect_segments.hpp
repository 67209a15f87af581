// collect_segments(): the items, in order, in as many vectors as segments were run: without the copy that joins them.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/problem.hpp>

#include <concepts>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct CollectSegments {
  template <class T>
  struct Accumulator {
    std::vector<std::vector<T>> before;
    std::vector<T> last;

    template <class X>
    bool operator()(X&& x) {
      last.emplace_back(static_cast<X&&>(x));
      return true;
    }
    void join(Accumulator&& later) {
      seal();
      for (auto& part : later.before) before.push_back(std::move(part));
      last = std::move(later.last);
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(before, last);
    }
    void seal() {
      if (last.empty()) return;
      before.push_back(std::move(last));
      last.clear();
    }
  };

  template <class S>
  static consteval Problem problem() {
    using V = typename S::Value;
    constexpr bool ok = std::constructible_from<V, typename S::Item> && std::move_constructible<V>;
    return ok ? Problem::none : Problem::collect_does_not_fit;
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<typename S::Value>{};
  }
  template <class T>
  std::vector<std::vector<T>> finish(Accumulator<T>&& all) const {
    all.seal();
    return std::move(all.before);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
