// What passes over stretches of positions gather: the first position of which something holds, or one value of all.
#pragma once

#include <parallel_task/algorithm/passes.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The first position, in order, that `search(first, last)` finds in a stretch; it returns `last` if there is none. An
/// exception thrown for a later stretch is dropped.
template <class Search>
struct FirstIn {
  static constexpr Cut cut = Cut::later;
  Search const* search;

  struct Accumulator {
    Search const* search;
    std::size_t found = unknown;

    bool operator()(Block stretch) {
      std::size_t const at = (*search)(stretch.first, stretch.last);
      if (at == stretch.last) return true;
      if (found == unknown) found = at;
      return false;
    }
    void join(Accumulator&& later) noexcept {
      if (found == unknown) found = later.found;
    }
  };
  template <class S>
  Accumulator open(S const&) const {
    return {search};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.found; }
};

/// The first of `n` positions that search(first, last) finds; `n` if there is none.
template <class Search>
std::size_t first_in(Passes& passes, std::size_t n, Search const& search) {
  std::size_t const found = passes.gather(n, FirstIn<Search>{&search});
  return found == unknown ? n : found;
}

/// The same of items of type T, for a search that runs no code of the user's: of a short range this thread alone.
template <class T, class Search>
std::size_t first_in_plain(Passes& passes, std::size_t n, Search const& search) {
  if (!Passes::is_short<T>(n)) return detail::first_in(passes, n, search);
  std::size_t found = 0;
  passes.alone([&] { found = search(std::size_t{0}, n); });
  return found;
}

/// Whether all positions about which `ask` says yes come before all others. `ask(first, last, yes)` is the first of a
/// stretch about which it says `yes`, or no; `last` if there is none. The answer or exception that comes first in time
/// wins.
template <class Ask>
struct PartitionedIn {
  Ask const* ask;

  struct Accumulator {
    Ask const* ask;
    bool yes = false;
    bool no = false;
    bool mixed = false;

    bool operator()(Block stretch) {
      std::size_t at = stretch.first;
      if (!no) {
        at = (*ask)(at, stretch.last, false);
        yes = yes || at != stretch.first;
        if (at == stretch.last) return true;
        no = true;
        ++at;
      }
      mixed = (*ask)(at, stretch.last, true) != stretch.last;
      yes = yes || mixed;
      return !mixed;
    }
    void join(Accumulator&& later) noexcept {
      mixed = mixed || later.mixed || (no && later.yes);
      yes = yes || later.yes;
      no = no || later.no;
    }
  };
  template <class S>
  Accumulator open(S const&) const {
    return {ask};
  }
  bool finish(Accumulator&& all) const noexcept { return !all.mixed; }
};

/// One value of all stretches: `make(first, last)` gives that of one, `join(value, later)` adds that of a later one.
template <class Make, class Join>
struct JoinedIn {
  using Value = decltype(std::declval<Make const&>()(std::size_t{}, std::size_t{}));
  Make const* make;
  Join const* join;

  struct Accumulator {
    Make const* make;
    Join const* merge;
    std::optional<Value> value;

    bool operator()(Block stretch) {
      add((*make)(stretch.first, stretch.last));
      return true;
    }
    void join(Accumulator&& later) {
      if (later.value) add(std::move(*later.value));
    }

   private:
    void add(Value&& later) {
      if (value) {
        (*merge)(*value, std::move(later));
      } else {
        value.emplace(std::move(later));
      }
    }
  };
  template <class S>
  Accumulator open(S const&) const {
    return {make, join, {}};
  }
  std::optional<Value> finish(Accumulator&& all) const { return std::move(all.value); }
};

/// Empty if `n` is 0.
template <class Make, class Join>
auto joined_in(Passes& passes, std::size_t n, Make const& make, Join const& join) {
  return passes.gather(n, JoinedIn<Make, Join>{&make, &join});
}

/// The same of items of type T, where no code of the user's runs: of a short range this thread alone.
template <class T, class Make, class Join>
auto joined_in_plain(Passes& passes, std::size_t n, Make const& make, Join const& join) {
  if (!Passes::is_short<T>(n)) return detail::joined_in(passes, n, make, join);
  std::optional<typename JoinedIn<Make, Join>::Value> value;
  passes.alone([&] {
    if (n != 0) value.emplace(make(std::size_t{0}, n));
  });
  return value;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
