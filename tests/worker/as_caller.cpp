#include <parallel_task/worker/as_caller.hpp>

#include "catch.hpp"

#include <cfenv>
#include <string>
#include <thread>

#if defined(__linux__)

#include <signal.h>
#include <sys/resource.h>

namespace of_callers {

namespace {

using namespace parallel_task::detail;

/// Runs `body` on a thread that ends with it, as one of the library's with number `number`, or the user's: 0. What it
/// says went wrong; empty: nothing.
template <class F>
std::string on_a_thread(std::uint32_t number, F const& body) {
  std::string wrong;
  std::thread([&] {
    this_thread.thread = number;
    this_thread.urgency = this_thread.own_urgency = urgency();
    this_thread.signal_mask = blocked_signals();
    auto const expect = [&wrong](bool fact, char const* sentence) {
      if (!fact) wrong += std::string(wrong.empty() ? "" : ", ") + sentence;
    };
    body(expect);
  }).join();
  return wrong;
}

/// A mask that blocks `signal` alone.
SignalMask mask_of(int signal) {
  ::sigset_t set = {};
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  return SignalMask::of(set);
}

/// Whether the calling thread blocks what `mask` says, of the signals that a program may block.
bool blocks(SignalMask const& mask) {
  ::sigset_t const is = blocked_signals().set();
  ::sigset_t const should = mask.set();
  for (int signal = 1; signal != 32; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;
    if (::sigismember(&is, signal) != ::sigismember(&should, signal)) return false;
  }
  return true;
}

int nice_now() { return ::getpriority(PRIO_PROCESS, 0); }

/// Whether the calling thread may become less humble again.
bool may_become_urgent() {
  bool may = false;
  std::thread([&may] { may = set_urgency(nice_now() + 1) && set_urgency(nice_now() - 1); }).join();
  return may;
}

}  // namespace

TEST_CASE("what a caller has is read at its first call, and again when that is old, the call long, or a wake due") {
  CHECK(on_a_thread(0, [](auto const& expect) {
          std::uint64_t const first = ticks();
          std::uint64_t const soon = first + ticks_in(Costs::caller_lasts / 2);
          std::uint64_t const later = first + ticks_in(Costs::caller_lasts * 2);
          auto const changed = [](int signal) { return block_signals(mask_of(signal)); };
          auto const has = [](CallerState const& state, int signal) { return state.signal_mask == mask_of(signal); };
          changed(SIGUSR1);
          expect(has(caller_state(1000, false, first), SIGUSR1), "the first");
          changed(SIGUSR2);
          expect(has(caller_state(1000, false, soon), SIGUSR1), "soon after");
          expect(has(caller_state(Costs::long_call, false, soon), SIGUSR1), "soon after, just not long");
          expect(has(caller_state(Costs::long_call * 1.01F, false, soon), SIGUSR2), "a long one");
          expect(this_thread.caller_read_at == soon, "when it was read");
          changed(SIGUSR1);
          expect(has(caller_state(1000, true, soon), SIGUSR1), "one that wakes");
          changed(SIGUSR2);
          expect(has(caller_state(1000, false, later), SIGUSR2), "a later one");
          changed(SIGUSR1);
          expect(has(caller_state(1000, false, later), SIGUSR2), "soon after that");
        }) == "");
}

TEST_CASE("how late a caller's timers may be and how urgent it is are read for long calls only") {
  auto const read = [](std::uint32_t number, float left) {
    int slack = 0;
    int urgent = 0;
    (void)on_a_thread(number, [&](auto const&) {
      set_timer_slack(1000);
      this_thread.timer_slack = 7;
      this_thread.urgency = 5;
      CallerState const state = caller_state(left, true, ticks());
      slack = state.timer_slack;
      urgent = state.urgency;
    });
    return std::pair(slack, urgent);
  };
  int const own = nice_now();
  CHECK(read(0, 1000) == std::pair(7, 5));
  CHECK(read(0, Costs::slack_matters) == std::pair(7, 5));
  CHECK(read(0, Costs::slack_matters * 1.01F) == std::pair(1000, own));
  CHECK(read(3, Costs::slack_matters * 1.01F) == std::pair(1000, 5));  // of its own thread the library knows it
  CHECK(read(1, Costs::slack_matters * 1.01F) == std::pair(1000, 5));
}

TEST_CASE("what a caller computes with is what its items find, and what was there comes back") {
  CallerState caller;
  std::fesetround(FE_UPWARD);
  caller.floats = FloatMode::current();
  std::fesetround(FE_TONEAREST);
  caller.signal_mask = mask_of(SIGUSR1);
  caller.timer_slack = 2000;
  for (std::uint32_t number : {0U, 1U, 4U}) {
    CHECK(on_a_thread(number, [&](auto const& expect) {
            set_timer_slack(3000);
            this_thread.timer_slack = number == 0 ? 60'000 : 3000;  // a user's thread may have changed it
            block_signals(mask_of(SIGUSR2));
            this_thread.signal_mask = mask_of(SIGUSR2);
            atomic<std::uint32_t> loan{0};
            std::fesetround(FE_DOWNWARD);
            {
              AsCaller const as_caller(caller, loan);
              expect(std::fegetround() == FE_UPWARD, "the caller's rounding");
              expect(blocks(mask_of(SIGUSR1)), "the caller's signals");
              expect(timer_slack() == 2000, "the caller's timers");
              expect(loan.load() == 0, "nobody borrows from an ordinary caller");
            }
            expect(std::fegetround() == FE_DOWNWARD, "its own rounding");
            bool const keeps = number != 0;
            expect(blocks(mask_of(keeps ? SIGUSR1 : SIGUSR2)), "its signals afterwards");
            expect(timer_slack() == (keeps ? 2000 : 3000), "its timers afterwards");
            expect(this_thread.signal_mask == mask_of(keeps ? SIGUSR1 : SIGUSR2), "what it knows of its signals");
            expect(this_thread.timer_slack == (keeps ? 2000 : 3000), "what it knows of its timers");
            expect(this_thread.takes_signals, "it has opened itself to signals");
          }) == "");
  }
}

TEST_CASE("a thread that is as its caller already leaves everything as it is") {
  for (bool other_timers : {false, true}) {
    CHECK(on_a_thread(2, [&](auto const& expect) {
            CallerState caller;
            caller.floats = FloatMode::current();
            caller.signal_mask = mask_of(SIGUSR1);
            caller.timer_slack = 2000;
            this_thread.signal_mask = mask_of(SIGUSR1);
            this_thread.timer_slack = other_timers ? 3000 : 2000;
            set_timer_slack(4000);  // unlike what is known, so that it is seen whether anything was done
            block_signals(mask_of(SIGUSR2));
            atomic<std::uint32_t> loan{0};
            {
              AsCaller const as_caller(caller, loan);
              expect(timer_slack() == (other_timers ? 2000 : 4000), "timers");
              expect(blocks(mask_of(SIGUSR2)), "signals");
            }
            expect(timer_slack() == (other_timers ? 2000 : 4000), "timers afterwards");
            expect(blocks(mask_of(SIGUSR2)), "signals afterwards");
            expect(this_thread.takes_signals == other_timers, "nothing was taken on");
          }) == "");
  }
}

TEST_CASE("only other signals are taken on where only these differ") {
  CHECK(on_a_thread(2, [&](auto const& expect) {
          CallerState caller;
          caller.floats = FloatMode::current();
          caller.signal_mask = mask_of(SIGUSR1);
          caller.timer_slack = 2000;
          this_thread.timer_slack = 2000;
          set_timer_slack(4000);
          atomic<std::uint32_t> loan{0};
          {
            AsCaller const as_caller(caller, loan);
            expect(blocks(mask_of(SIGUSR1)), "signals");
            expect(timer_slack() == 4000, "timers");
          }
        }) == "");
}

TEST_CASE("a helper of a real-time caller can be lent its priority while it works, and not afterwards") {
  for (int caller_urgency : {0, most_urgent}) {
    CHECK(on_a_thread(2, [&](auto const& expect) {
            CallerState caller;
            caller.floats = FloatMode::current();
            caller.signal_mask = this_thread.signal_mask;
            caller.timer_slack = this_thread.timer_slack;
            caller.urgency = caller_urgency;
            atomic<std::uint32_t> loan{0};
            {
              AsCaller const as_caller(caller, loan);
              std::uint32_t const holder = caller_urgency == most_urgent ? static_cast<std::uint32_t>(thread_id()) : 0;
              expect(loan.load() == holder, "who can be lent to");
            }
            expect(loan.load() == 0, "it was given back");
          }) == "");
  }
}

TEST_CASE("a user's thread is as urgent as it is, whomever it helps") {
  CHECK(on_a_thread(0, [](auto const& expect) {
          CallerState caller;
          caller.urgency = this_thread.own_urgency - 1;
          int const before = nice_now();
          expect(become_as_urgent_as(caller), "it may help");
          expect(nice_now() == before, "it is as urgent as it was");
          expect(is_as_urgent_as(caller), "it may help, asked the other way");
          caller.urgency = 19;
          expect(is_as_urgent_as(caller), "it may help a humble one");
          expect(nice_now() == before, "it has stayed as it was");
        }) == "");
}

TEST_CASE("a helper stays as it is for callers that are no more urgent, and is its own again when it was more") {
  CHECK(on_a_thread(1, [](auto const& expect) {
          int const own = nice_now();
          CallerState caller;
          for (int humble : {own, 19, most_humble}) {
            caller.urgency = humble;
            expect(is_as_urgent_as(caller), "a humble caller is helped");
            expect(nice_now() == own, "as it was");
          }
          caller.urgency = most_urgent;  // lends its priority itself, while it waits
          expect(is_as_urgent_as(caller), "a real-time caller is helped");
          expect(nice_now() == own, "as it was for a real-time caller");
          // As if it had become so for the caller before: it is humble again for the next.
          this_thread.own_urgency = own + 2;
          caller.urgency = own + 3;
          expect(become_as_urgent_as(caller), "the next one is helped");
          expect(nice_now() == own + 2, "it is its own again");
          expect(this_thread.urgency == own + 2, "and knows it");
        }) == "");
}

TEST_CASE("a helper becomes as urgent as its caller where it may, else it does not help") {
  bool const may = may_become_urgent();
  for (std::uint32_t number : {1U, 2U}) {
    CHECK(on_a_thread(number, [may](auto const& expect) {
            int const before = nice_now();
            expect(set_urgency(before + 2), "more humble");
            this_thread.urgency = this_thread.own_urgency = before + 2;
            CallerState caller;
            caller.urgency = before + 1;
            expect(is_as_urgent_as(caller) == may, "it helps where it may become so urgent");
            expect(nice_now() == (may ? before + 1 : before + 2), "how urgent it is");
            expect(this_thread.urgency == nice_now(), "and knows it");
            be_idle();
            expect(nice_now() == before + 2, "idle it is its own again");
            expect(this_thread.urgency == before + 2, "and knows that");
          }) == "");
  }
  // To one that runs only where nobody else would, a nice value means nothing.
  CHECK(on_a_thread(1, [](auto const& expect) {
          int const before = nice_now();
          this_thread.urgency = this_thread.own_urgency = most_humble;
          CallerState caller;
          caller.urgency = before + 1;
          expect(!is_as_urgent_as(caller), "it can't help");
          expect(nice_now() == before, "and has not tried");
        }) == "");
}

TEST_CASE("an idle thread takes no signal but its own, and does not ask the system twice") {
  CHECK(on_a_thread(1, [](auto const& expect) {
          block_signals(mask_of(SIGUSR1));
          this_thread.signal_mask = mask_of(SIGUSR1);
          this_thread.takes_signals = false;
          int const before = nice_now();
          be_idle();
          expect(blocks(mask_of(SIGUSR1)), "it was idle already");
          expect(nice_now() == before, "and as urgent as ever");
          this_thread.takes_signals = true;
          be_idle();
          SignalMask const idle = idle_signals(mask_of(SIGUSR1));
          expect(blocks(idle), "what it blocks");
          expect(this_thread.signal_mask == idle, "what it knows of that");
          expect(!this_thread.takes_signals, "that it is idle");
        }) == "");
}

}  // namespace of_callers

#endif
