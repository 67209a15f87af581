// Explores cases, and says how it went.
#include "driver.hpp"

#include <cstdio>
#include <cstdlib>

namespace explore {

namespace {

Case* cases = nullptr;
Case** last_case = &cases;
std::uint64_t outcomes_noted = 0;

[[nodiscard]] bool is_long() noexcept {
  char const* const text = std::getenv("PARALLEL_TASK_LONG");
  return text != nullptr && *text != '\0' && *text != '0';
}

[[nodiscard]] std::uint64_t first_seed() noexcept {
  char const* const text = std::getenv("PARALLEL_TASK_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

void take_failure(Result& result) noexcept {
  result.failed = true;
  std::memcpy(result.text, machine.ending.text, sizeof result.text);
}

[[nodiscard]] std::uint64_t read_outcomes(char const* text) noexcept {
  std::uint64_t outcomes = 0;
  for (char* end = nullptr; text != nullptr; text = end) {
    unsigned long const value = std::strtoul(text, &end, 10);
    if (end == text) break;
    outcomes |= std::uint64_t{1} << (value & 63);
  }
  return outcomes;
}

void print_outcomes(char const* what, std::uint64_t outcomes) {
  std::printf("  %s:", what);
  for (unsigned i = 0; i != 64; ++i) {
    if ((outcomes >> i & 1) != 0) std::printf(" %u", i);
  }
  std::printf("\n");
}

void print_decisions(Table<Decision>& decisions) {
  for (std::size_t i = 0; i != decisions.size(); ++i) {
    std::printf("%s%u%c%u", i == 0 ? "" : ",", decisions[i].moment, decisions[i].kind, decisions[i].value);
  }
  if (decisions.empty()) std::printf("none");
}

void read_choices(char const* text, Table<Decision>& decisions) noexcept {
  Decision decision{};
  int used = 0;
  while (std::sscanf(text, "%u%c%u%n", &decision.moment, &decision.kind, &decision.value, &used) == 3) {
    decisions.add(decision);
    text += used;
    if (*text == ',') ++text;
  }
}

/// Runs the failing schedule once more with the log on, and says how anybody can.
void print_failure(Case const& each, Result const& result, Table<Decision>& decisions) {
  std::printf("FAILED: %s\n  %s\n", each.name, result.text);
  if (result.by_seed) {
    set_up_random(result.seed, each.plan.fresh);
  } else {
    set_up_again(decisions);
  }
  machine.logging = true;
  execute(each.body);
  machine.logging = false;
  print_log(60);
  std::printf("  %s\n", machine.ending.failed ? machine.ending.text : "which did not fail when it was run again");
  std::printf("  again: explore_schedules --case \"%s\" ", each.name);
  if (result.by_seed) {
    std::printf("--seed %llu\n", static_cast<unsigned long long>(result.seed));
  } else {
    std::printf("--choices ");
    print_decisions(decisions);
    std::printf("\n");
  }
}

/// Everything up to these bounds; false if an execution failed or there were too many.
bool search(Case const& each, Plan const& plan, std::uint32_t preemptions, std::uint32_t stale, Result& result) {
  do {
    begin_depth_first(preemptions, stale);
    while (next_depth_first()) {
      if (result.exhaustive == plan.executions) return false;
      execute(each.body);
      ++result.exhaustive;
      if (machine.ending.failed) {
        take_failure(result);
        return false;
      }
    }
  } while (has_grown());
  return true;
}

/// The exhaustive part, the bounds growing by turns.
void search(Case const& each, Plan const& plan, Result& result) {
  std::uint32_t preemptions = plan.preemptions < 1 ? plan.preemptions : 1;
  std::uint32_t stale = 0;
  for (;;) {
    if (!search(each, plan, preemptions, stale, result)) return;
    result.any_complete = true;
    result.preemptions = preemptions;
    result.stale = stale;
    if (stale < plan.stale && (stale < preemptions || preemptions == plan.preemptions)) {
      ++stale;
    } else if (preemptions < plan.preemptions) {
      ++preemptions;
    } else {
      break;
    }
  }
  result.complete = true;
}

}  // namespace

Case::Case(char const* its_name, void (*its_body)(), Plan const& its_plan) noexcept
    : name(its_name), body(its_body), plan(its_plan) {
  *last_case = this;
  last_case = &next;
}

Case* first_case() noexcept { return cases; }

void note_outcome(unsigned outcome) noexcept { outcomes_noted |= std::uint64_t{1} << (outcome & 63); }

std::uint32_t either(std::uint32_t count) noexcept {
  point(true);
  rouse_all();
  ++machine.moment;
  return choose('u', count);
}

bool swap_with_threads(void* object, std::size_t size) noexcept {
  if (size > sizeof machine.local_at_start) std::abort();
  machine.local = object;
  machine.local_size = size;
  std::memcpy(machine.local_at_start, object, size);
  return true;
}

void set_cores(unsigned cores) noexcept { machine.cores = cores; }
void set_starts(unsigned count) noexcept { machine.starts_left = count; }

void set_environment(char const* name, char const* value) noexcept { (void)::setenv(name, value, 1); }

std::uint32_t start_user_thread(void* (*body)(void*), void* argument) noexcept {
  point(true);
  rouse_all();
  std::uint32_t const number = start_fiber(body, argument, true);
  log("starts thread %u", number);
  return number;
}

void forget_frames() noexcept { forget_below(__builtin_frame_address(0)); }

Result explore_case(Case const& each, Plan const& plan) {
  Result result;
  outcomes_noted = 0;
  forget_shared();
  // A few at random tell what is shared.
  std::uint32_t const scouts = plan.rounds < 20 ? plan.rounds : 20;
  std::uint64_t const seed = first_seed();
  auto const at_random = [&](std::uint64_t from, std::uint64_t to) {
    for (; from != to; ++from) {
      set_up_random(seed * 1'000'003 + from, plan.fresh);
      execute(each.body);
      ++result.random;
      if (machine.ending.failed) {
        take_failure(result);
        result.by_seed = true;
        result.seed = seed * 1'000'003 + from;
        return false;
      }
    }
    return true;
  };
  if (at_random(0, scouts)) {
    if (plan.executions != 0) search(each, plan, result);
    if (!result.failed) (void)at_random(scouts, plan.rounds);
  }
  result.outcomes = outcomes_noted;
  return result;
}

int run_cases(Request const& request) {
  int failures = 0;
  unsigned held = 0;
  Extent extent;
  std::uint64_t all_exhaustive = 0;
  std::uint64_t all_random = 0;
  for (Case const* each = cases; each != nullptr; each = each->next) {
    if (request.only != nullptr && std::strcmp(request.only, each->name) != 0) continue;
    Table<Decision> decisions;
    if (request.has_seed || request.choices != nullptr) {
      Plan nothing;
      nothing.executions = nothing.rounds = 0;
      Result result = explore_case(*each, nothing);  // sets the machine up
      result.by_seed = request.has_seed;
      result.seed = request.seed;
      if (request.choices != nullptr) read_choices(request.choices, decisions);
      if (result.by_seed) {
        set_up_random(result.seed, each->plan.fresh);
      } else {
        set_up_again(decisions);
      }
      machine.logging = true;
      execute(each->body);
      machine.logging = false;
      print_log(~0U);
      std::printf("%s\n", machine.ending.failed ? machine.ending.text : "holds");
      return machine.ending.failed ? 1 : 0;
    }
    Plan plan = each->plan;
    if (is_long()) {
      plan.executions = plan.executions > 0xFFFFFFFFU / 20 ? 0xFFFFFFFFU : plan.executions * 20;
      plan.rounds *= 20;
      ++plan.preemptions;
      if (!plan.fresh) ++plan.stale;
    }
    Result result;
    bool const must_fail = plan.must_fail != nullptr;
    if (must_fail) {  // by either way
      Plan exhaustive = plan;
      exhaustive.rounds = 0;
      result = explore_case(*each, exhaustive);
      std::uint64_t const executions = result.exhaustive;
      if (result.failed) {
        Plan random = plan;
        random.executions = 0;
        result = explore_case(*each, random);
        result.exhaustive = executions;
      }
    } else {
      result = explore_case(*each, plan);
    }
    extent.add(*each, result);
    all_exhaustive += result.exhaustive;
    all_random += result.random;
    bool wrong = result.failed != must_fail || (must_fail && std::strstr(result.text, plan.must_fail) == nullptr);
    if (result.failed && wrong) {
      read_decisions(decisions);
      print_failure(*each, result, decisions);
    } else if (must_fail && wrong) {
      std::printf("FAILED: %s\n  no execution fails with \"%s\"\n", each->name, plan.must_fail);
    }
    if (!wrong && plan.complete && !result.complete) {
      wrong = true;
      std::printf("FAILED: %s\n  the exhaustive search does not end\n", each->name);
    }
    if (!wrong && plan.outcomes != nullptr && result.outcomes != read_outcomes(plan.outcomes)) {
      wrong = true;
      std::printf("FAILED: %s\n", each->name);
      print_outcomes("expected", read_outcomes(plan.outcomes));
      print_outcomes("seen", result.outcomes);
    }
    if (wrong) {
      ++failures;
    } else {
      ++held;
      std::printf("%s: %llu schedules", each->name, static_cast<unsigned long long>(result.exhaustive));
      if (result.any_complete) {
        std::printf(", %s %u preemptions and %u old values", result.complete ? "complete with" : "all with up to",
                    result.preemptions, result.stale);
      }
      std::printf("; %llu at random%s\n", static_cast<unsigned long long>(result.random),
                  must_fail ? "; fails, as it must" : "");
    }
  }
  if (held == 0 && failures == 0) {
    std::printf("no case is called \"%s\"\n", request.only);
    return 2;
  }
  if (request.only == nullptr) {
    std::printf("%u cases hold, %d fail: %llu schedules, and %llu at random\n", held, failures,
                static_cast<unsigned long long>(all_exhaustive), static_cast<unsigned long long>(all_random));
  }
  if (request.extent) extent.print();
  if (request.sites) {
    for (Site const* site : sites()) {
      for (unsigned part = 0; part != 2; ++part) {
        if (site->hits[part] == 0) continue;
        std::printf("%s:%u:%u %s%s %s %llu\n", site->file, site->line, site->column, site->operation,
                    part == 0 ? "" : " (failure)", name_of(site->written[part]),
                    static_cast<unsigned long long>(site->hits[part]));
      }
    }
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace explore
