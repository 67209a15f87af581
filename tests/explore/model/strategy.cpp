// Which schedule is next: all of them up to bounds, random ones, or one again.
//
//   depth_first  Every choice is an arm of a tree; the tree is walked in order, each execution one path. Preemptions (a
//                switch away from a thread that could go on) and stale reads are bounded, switches at a thread's end,
//                sleep or relax are free. Operations on objects that only one thread has ever come to are no points;
//                when such an object turns out to be shared after all, the search starts over.
//                A thread that is preempted before an operation sleeps until another does one that matters to that: the
//                same object, and one of the two writes; two that are seq_cst; a look at the clock; a sleep, a wake, a
//                start, an end. Before that it need not go on, since it comes to the same if it does its operation
//                first and is preempted behind it, with as many preemptions (sleep sets: Godefroid 1996).
//   random       A seed gives a temper: threads switched at any point with some probability, or by priorities with a
//   few
//                change points (PCT: Burckhardt, Kothari, Musuvathi, Nagarakatte 2010); with many stale reads, or few,
//                or none.
//   again        As a list of decisions says.
#include "machine.hpp"

#include <bit>

namespace explore {

namespace {

struct Choice {
  std::uint32_t chosen;
  std::uint32_t count;
  std::uint32_t moment;
  std::uint32_t value;
  char kind;
  bool told;  // in a list of decisions
};

Way way = Way::depth_first;

// depth first
Table<Choice> path;
std::size_t at = 0;
bool begun = false;
bool grown = false;
std::uint32_t most_preemptions = 0;
std::uint32_t most_stale = 0;

// random
std::uint64_t state = 0;
std::uint32_t switch_in = 0;  // of 1024 points; 0: by priorities
std::uint32_t stale_in = 0;   // of 1024 loads
std::uint32_t change_points[4];
std::uint32_t change_count = 0;
std::uint64_t lowest = 0;

// again
Table<Decision> decisions_left;
std::size_t next_decision = 0;

std::uint64_t random_number() noexcept {
  std::uint64_t z = state += 0x9E3779B97F4A7C15U;  // splitmix64 (Steele, Lea, Flood 2014)
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  return z ^ z >> 31;
}
std::uint32_t random_below(std::uint32_t count) noexcept { return static_cast<std::uint32_t>(random_number() % count); }

std::uint32_t walk(char kind, std::uint32_t count) noexcept {
  Machine const& m = machine;
  if (at == path.size()) path.add({0, count, m.moment, 0, kind, false});
  Choice const& choice = path[at++];
  if (choice.count != count || choice.moment != m.moment || choice.kind != kind) {
    fail_with("the case does not run the same way twice: choice %zu of %zu was %c of %u at %u, and is %c of %u at %u",
              at, path.size(), choice.kind, choice.count, choice.moment, kind, count, m.moment);
  }
  return choice.chosen;
}

[[nodiscard]] std::uint32_t nth_bit(std::uint32_t bits, std::uint32_t n) noexcept {
  for (; n != 0; --n) bits &= bits - 1;
  return static_cast<std::uint32_t>(std::countr_zero(bits));
}

[[nodiscard]] Decision const* decided(char kind) noexcept {
  while (next_decision < decisions_left.size() && decisions_left[next_decision].moment < machine.moment)
    ++next_decision;
  for (std::size_t i = next_decision; i < decisions_left.size() && decisions_left[i].moment == machine.moment; ++i) {
    if (decisions_left[i].kind == kind) return &decisions_left[i];
  }
  return nullptr;
}

std::uint32_t by_priority(std::uint32_t eligible, bool may_stay) noexcept {
  Machine& m = machine;
  if (may_stay) {
    for (std::uint32_t i = 0; i != change_count; ++i) {
      if (change_points[i] == m.steps) m.threads[m.current].priority = --lowest;
    }
  }
  std::uint32_t best = 0;
  std::uint64_t highest = 0;
  for (std::uint32_t rest = eligible; rest != 0; rest &= rest - 1) {
    auto const thread = static_cast<std::uint32_t>(std::countr_zero(rest));
    std::uint64_t& priority = m.threads[thread].priority;
    if (priority == 0) priority = 1'000'000 + random_number() % 1'000'000;
    if (priority > highest) {
      highest = priority;
      best = thread;
    }
  }
  return best;
}

}  // namespace

void begin_depth_first(std::uint32_t preemptions, std::uint32_t stale) noexcept {
  heed_shared();
  path.cut(0);
  begun = false;
  grown = false;
  most_preemptions = preemptions;
  most_stale = stale;
}

bool next_depth_first() noexcept {
  if (begun) {
    while (!path.empty() && path.back().chosen + 1 == path.back().count) path.cut(path.size() - 1);
    if (path.empty()) return false;
    ++path.back().chosen;
  }
  begun = true;
  way = Way::depth_first;
  at = 0;
  machine.filtering = true;
  machine.preemptions_left = most_preemptions;
  machine.stale_left = most_stale;
  return true;
}

bool has_grown() noexcept { return grown; }

void note_shared() noexcept { grown = true; }

void set_up_random(std::uint64_t seed, bool fresh) noexcept {
  way = Way::random;
  state = seed * 0xD1342543DE82EF95U + 1;
  machine.filtering = false;
  machine.stale_left = fresh ? 0 : 48;
  static constexpr std::uint32_t often[] = {512, 256, 64, 16, 0, 0, 0, 0};
  static constexpr std::uint32_t stale[] = {0, 32, 128, 512};
  switch_in = often[random_below(8)];
  stale_in = stale[random_below(4)];
  lowest = 999'999;
  change_count = 1 + random_below(4);
  // A guess at the length: measured, the seed would mean something else in a replay.
  static constexpr std::uint32_t lengths[] = {50, 200, 800, 3000};
  std::uint32_t const length = lengths[random_below(4)];
  for (std::uint32_t& change : change_points) change = 1 + random_below(length);
}

void set_up_again(Table<Decision> const& decisions) noexcept {
  way = Way::again;
  decisions_left.cut(0);
  for (std::size_t i = 0; i != decisions.size(); ++i) decisions_left.add(decisions[i]);
  next_decision = 0;
  machine.filtering = false;
  machine.stale_left = ~std::uint32_t{0};
}

void read_decisions(Table<Decision>& decisions) noexcept {
  decisions.cut(0);
  for (std::size_t i = 0; i != at; ++i) {
    if (path[i].told) decisions.add({path[i].moment, path[i].kind, path[i].value});
  }
}

std::uint32_t choose(char kind, std::uint32_t count) noexcept {
  if (count < 2) return 0;
  switch (way) {
    case Way::depth_first: {
      if (kind == 'c' || kind == 'f') return 0;
      std::uint32_t const chosen = walk(kind, count);
      path[at - 1].value = chosen;
      path[at - 1].told = chosen != 0;
      return chosen;
    }
    case Way::random:
      switch (kind) {
        case 'r':
          if (random_below(1024) >= stale_in) return 0;
          return 1 + (random_below(2) != 0 ? 0 : random_below(count - 1));
        case 'c':
        case 'f':
          return random_below(32) == 0 ? 1 : 0;
        default:
          return random_below(count);
      }
    case Way::again:
      break;
  }
  Decision const* const decision = decided(kind);
  return decision == nullptr ? 0 : decision->value;
}

std::uint32_t choose_next(std::uint32_t eligible, bool may_stay) noexcept {
  Machine& m = machine;
  std::uint32_t const ordinary = may_stay ? m.current : static_cast<std::uint32_t>(std::countr_zero(eligible));
  switch (way) {
    case Way::depth_first: {
      if (may_stay && m.preemptions_left == 0) return ordinary;
      std::uint32_t const awake = eligible & ~m.slept;
      if (awake == 0) give_up();
      if (may_stay && awake == bit_of(ordinary)) return ordinary;
      std::uint32_t const first = may_stay ? ordinary : static_cast<std::uint32_t>(std::countr_zero(awake));
      std::uint32_t const chosen = walk('s', static_cast<std::uint32_t>(std::popcount(awake)));
      std::uint32_t const next = chosen == 0 ? first : nth_bit(awake & ~bit_of(first), chosen - 1);
      path[at - 1].value = next;
      path[at - 1].told = next != ordinary;
      if (may_stay && next != ordinary) --m.preemptions_left;
      return next;
    }
    case Way::random:
      if (switch_in == 0) return by_priority(eligible, may_stay);
      if (may_stay && random_below(1024) >= switch_in) return ordinary;
      return nth_bit(eligible, random_below(static_cast<std::uint32_t>(std::popcount(eligible))));
    case Way::again:
      break;
  }
  Decision const* const decision = decided('s');
  return decision == nullptr ? ordinary : decision->value;
}

void note_yield() noexcept {
  // A spinning thread that kept the highest priority would keep the others from what it waits for.
  if (way == Way::random) machine.threads[machine.current].priority = 1 + random_number() % 1'000'000;
}

}  // namespace explore
