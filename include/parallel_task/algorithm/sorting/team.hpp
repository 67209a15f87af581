// Who sorts: the calling thread alone, or all that the settings allow, in passes.
#pragma once

#include <parallel_task/algorithm/passes.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a pass does: the engine remembers what a position costs by this.
enum class Phase : unsigned char { look, count, scatter, finish, merge, move };

/// A pass whose closure's type is forgotten: the engine is instantiated once a phase, not once a pass and type of item.
template <Phase phase>
struct Work {
  void const* self;
  void (*run)(void const* self, std::size_t i);
  void operator()(std::size_t i) const { run(self, i); }
};

class Team {
 public:
  /// The calling thread alone.
  Team() = default;
  explicit Team(Passes& passes) noexcept : passes_(&passes) {}

  [[nodiscard]] bool is_alone() const noexcept { return passes_ == nullptr; }
  /// Calls f(i) for each i below `positions`, each of which stands for up to `items` items. Throws what f throws, and
  /// `cancelled`.
  template <Phase phase, class F>
  void each(std::size_t positions, std::size_t items, F const& f) const {
    if (passes_ == nullptr || positions < 2) {
      for (std::size_t i = 0; i != positions; ++i) f(i);
    } else {
      passes_->each(positions, Team::work<phase>(f), items);
    }
  }
  /// The same for what must not be left half done; f does not throw. Told to nobody, since a callback for progress may
  /// throw.
  template <Phase phase, class F>
  void each_to_the_end(std::size_t positions, std::size_t items, F const& f) const {
    if (passes_ == nullptr || positions < 2) {
      for (std::size_t i = 0; i != positions; ++i) f(i);
    } else {
      Passes(*passes_, items * positions).each_to_the_end(positions, Team::work<phase>(f), items);
    }
  }
  /// f(first, last) for blocks of `size`.
  template <Phase phase, class F>
  void blocks(std::size_t n, std::size_t size, F const& f) const {
    each<phase>(Passes::blocks_of(n, size), size, Team::in_blocks(n, size, f));
  }
  template <Phase phase, class F>
  void blocks_to_the_end(std::size_t n, std::size_t size, F const& f) const {
    each_to_the_end<phase>(Passes::blocks_of(n, size), size, Team::in_blocks(n, size, f));
  }
  /// Calls f(team) for a sort inside of an item of one of this team's passes.
  template <class F>
  void nested(std::size_t items, F const& f) const {
    if (passes_ == nullptr) return f(Team());
    Passes inner(*passes_, items);
    f(Team(inner));
  }
  [[nodiscard]] Settings settings() const noexcept { return passes_ != nullptr ? passes_->settings() : Settings(); }

  /// A size of blocks: at most 64 of them, none below `least`.
  [[nodiscard]] static constexpr std::size_t block_of(std::size_t n, std::size_t least) noexcept {
    std::size_t const size = n / 64 + 1;
    return size < least ? least : size;
  }

 private:
  template <Phase phase, class F>
  static Work<phase> work(F const& f) noexcept {
    return {&f, [](void const* self, std::size_t i) { (*static_cast<F const*>(self))(i); }};
  }
  template <class F>
  static auto in_blocks(std::size_t n, std::size_t size, F const& f) noexcept {
    return [n, size, &f](std::size_t block) {
      std::size_t const first = block * size;
      f(first, n - first < size ? n : first + size);
    };
  }

  Passes* passes_ = nullptr;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
