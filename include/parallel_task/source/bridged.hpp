// Single-pass input: one thread at a time pulls values, and all threads compute with them.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/source/conveyor.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A feed whose values are pointers that own their objects, and whose items are these objects.
template <class Feed>
concept gives_pointers = requires { typename Feed::Item; };

template <class Feed>
struct FedItem {
  using type = typename Feed::Value;
};
template <gives_pointers Feed>
struct FedItem<Feed> {
  using type = typename Feed::Item;
};

/// Gives a sink what a pointer points to, and destroys the pointer after each item, as a loop does: a reader may wait
/// until its object has been returned.
template <class K>
struct Dereferencing {
  K& k;
  template <class Pointer>
  bool operator()(Pointer&& pointer) const {
    Pointer mine(std::move(pointer));
    return k(*mine);
  }
};

/// `Feed` has `Value`, `next() -> std::optional<Value>`, `size()` if it knows how many values there will be, and `Item`
/// if the items are what the values point to.
///
/// A feed of known size is first read *solo*, directly into the sink, until `begin_sharing`.
template <class Feed>
struct Bridged {
  using Value = typename Feed::Value;
  using Item = typename FedItem<Feed>::type;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool sized = requires(Feed& feed) { feed.size(); };
  static constexpr bool owns = owns_data<Feed>;
  static constexpr bool read_once = !sized;  // the nodes of a container belong to the pipeline

  /// How far a solo segment has read.
  struct Walker {
    std::size_t position = 0;
  };
  using State = std::conditional_t<sized, Walker, Stateless>;

  explicit Bridged(Feed feed) : feed_(std::move(feed)) {}

  void start() {
    if constexpr (sized) {
      total_ = known_ = feed_.size();
      solo_ = ended_ = true;
    } else {
      conveyor_ = Owner(new Conveyor<Value>);
    }
  }
  [[nodiscard]] Known known() const { return {known_, ended_}; }
  [[nodiscard]] std::size_t total() const { return total_; }

  Known pull(std::size_t want) {
    for (; want != 0 && !ended_; --want) {
      std::optional<Value> value = feed_.next();
      if (!value) {
        ended_ = true;
      } else {
        conveyor_->add(std::move(*value));
        ++known_;
        if constexpr (sized) ended_ = known_ == total_;
      }
    }
    return known();
  }
  Known begin_sharing([[maybe_unused]] State& state, [[maybe_unused]] std::size_t ran) {
    if constexpr (sized) {
      if (solo_) {
        solo_ = false;
        conveyor_ = Owner(new Conveyor<Value>);
        for (; state.position < ran; ++state.position) (void)feed_.next();  // skipped by a stage, so not read yet
        base_ = known_ = state.position;
        ended_ = known_ == total_;
      }
    }
    return known();
  }
  void index_first(std::size_t n) {
    if constexpr (sized) {
      State none{};
      (void)begin_sharing(none, 0);
    }
    (void)pull(n);
  }
  [[nodiscard]] State open() const { return {}; }

  template <class Next>
  bool at([[maybe_unused]] State& state, std::size_t i, Next&& next) const {
    if constexpr (sized) {
      if (solo_) {
        for (; state.position != i; ++state.position) (void)feed_.next();
        ++state.position;
        std::optional<Value> value = feed_.next();
        return next(std::move(*value));
      }
    }
    if constexpr (gives_pointers<Feed>) {
      Value pointer = conveyor_->take(i - base_);  // owns the object until `next` has returned
      return next(*pointer);
    } else {
      return next(conveyor_->take(i - base_));
    }
  }
  template <class K>
  bool feed([[maybe_unused]] State& state, Block block, K& k) const {
    if constexpr (sized) {
      if (solo_) {
        for (; state.position < block.first; ++state.position) (void)feed_.next();
        for (; state.position < block.last; ++state.position) {
          std::optional<Value> value = feed_.next();
          if (!k(std::move(*value))) return false;
        }
        return true;
      }
    }
    Block const mine{block.first - base_, block.last - base_};
    if constexpr (gives_pointers<Feed>) {
      Dereferencing<K> pointed{k};
      return conveyor_->feed(mine, pointed);
    } else {
      return conveyor_->feed(mine, k);
    }
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  mutable Feed feed_;  // used by the holder of the pull role, or by the only thread of a solo run
  Owner<Conveyor<Value>> conveyor_;
  std::size_t known_ = 0;
  std::size_t total_ = unknown;
  std::size_t base_ = 0;
  bool solo_ = false;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
