// Everything at once, for as long as one likes, with a watchdog.
//
//   soak SECONDS [SEED [PATIENCE]]    rounds of seed SEED, SEED + 1, … until the time is up
//   soak 0 SEED                       the round of that seed, a hundred times
//
// A round is a pool of random size and eagerness, and some threads of the user's that make random calls, change the
// options and shut the pool down. Results are compared with what plain loops give; where nothing moves for PATIENCE
// seconds (60; more under sanitizers), the pool's state is printed with the seed, and the process aborts.
#include "soak/calls.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SOAK_SLOW 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SOAK_SLOW 1
#endif

using namespace soak;

namespace {

#if defined(SOAK_SLOW)
constexpr int patience_by_itself = 300;
#else
constexpr int patience_by_itself = 60;
#endif

std::atomic<long> threads_alive{0};
std::atomic<long> threads_started{0};
std::atomic<long> cores_of_round{0};  // the most that the pool was told to have
std::atomic<bool> too_many_threads{false};

pt::Options draw_options(Random& random) {
  static constexpr unsigned cores[] = {1, 2, 2, 3, 4, 8, 16, 32};
  pt::Options options;
  options.cores = cores[random.below(8)];
  options.threads = random.one_in(4) ? static_cast<unsigned>(1 + random.below(6)) : 0;
  options.hot_time = microseconds(random.below(100));
  for (long seen = cores_of_round; seen < static_cast<long>(options.cores);) {
    if (cores_of_round.compare_exchange_weak(seen, static_cast<long>(options.cores))) break;
  }
  options.on_thread_start = [] {
    if (threads_alive.fetch_add(1) >= 2 * cores_of_round) too_many_threads = true;
    threads_started.fetch_add(1);
  };
  options.on_thread_stop = [] { threads_alive.fetch_sub(1); };
  return options;
}

void check_that_all_is_over(Verdict& verdict) {
  pt::shutdown();
  auto const& manager = pt::detail::thread_manager;
  verdict.check(!too_many_threads, "there were more threads than twice the cores");
  verdict.check(threads_alive == 0 && manager.starter.made.load() == 0, "after the shutdown threads are left");
  verdict.check(manager.places.wanting.load() == 0, "no call is open, but one is wanting");
  verdict.check(manager.places.computing.load() == 0, "nobody computes, but somebody is counted");
  verdict.check(manager.wakeups.parked.load() == 0 && manager.wakeups.spinning.load() == 0,
                "nobody waits, but somebody is counted");
  verdict.check(manager.places.blocked.load() == 0, "nobody is blocked, but somebody is counted");
  verdict.check(manager.monitor_on.load() == 0, "there is no monitor, but one is counted");
  for (auto const& slot : manager.call_slots) verdict.check(slot.word.load() == 0, "a slot is taken");
  for (auto const& group : manager.thread_groups.table) verdict.check(group.taken.load() == 0, "a group is taken");
}

/// One thread of the user's: calls, and now and then what concerns the whole pool.
void use_the_pool(Watchdog& dog, Verdict& verdict, Doing& doing, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t calls = 1 + random.below(8); calls != 0; --calls) {
    std::size_t const what = random.below(24);
    if (what == 0) {
      doing.what.store("shutdown", std::memory_order_relaxed);
      pt::shutdown();
    } else if (what == 1) {
      doing.what.store("set_options", std::memory_order_relaxed);
      pt::set_options(draw_options(random));
    }
    User(dog, verdict, &doing, random.next(), 0).call();
  }
  doing.what.store(nullptr, std::memory_order_relaxed);
}

char const* round(Watchdog& dog, std::uint64_t seed) {
  dog.begin_round(seed);
  cores_of_round = 0;
  Verdict verdict;
  Random random(seed);
  {
    std::optional<support::Eager> eager;
    pt::Options const options = draw_options(random);
    static constexpr support::Claims claims[] = {support::Claims::single, support::Claims::given_back,
                                                 support::Claims::probed};
    std::size_t const how = random.below(4);
    if (how != 3) eager.emplace(options.cores, claims[how]);
    support::WithOptions const with(options);
    std::vector<std::thread> users;
    std::size_t const count = 1 + random.below(most_users - 2);
    for (std::size_t i = 0; i != count; ++i) {
      users.emplace_back([&, i, own = random.next()] { use_the_pool(dog, verdict, dog.users[i], own); });
    }
    for (std::thread& user : users) user.join();
    check_that_all_is_over(verdict);
  }
  return verdict.first();
}

#if !defined(SOAK_SLOW)  // sanitizers have their own
/// Who crashes says in which round. Not what a signal handler may do; there is nothing left to lose.
Watchdog const* told = nullptr;
void tell_of_crash(int signal) {
  static std::atomic<bool> first{true};
  if (first.exchange(false)) {
    std::fprintf(stderr, "soak: signal %d\n", signal);
    told->tell();
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}
#endif

}  // namespace

int main(int argc, char* argv[]) {
  long const seconds = argc > 1 ? std::atol(argv[1]) : 10;
  std::uint64_t const first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  int const patience = argc > 3 ? std::atoi(argv[3]) : patience_by_itself;
  Watchdog dog(patience);
#if !defined(SOAK_SLOW)
  told = &dog;
  for (int const signal : {SIGSEGV, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, &tell_of_crash);
#if defined(SIGBUS)
  std::signal(SIGBUS, &tell_of_crash);
#endif
#endif
  auto const end = support::Clock::now() + std::chrono::seconds(seconds);
  unsigned long long rounds = 0;
  while (seconds == 0 ? rounds != 100 : support::Clock::now() < end) {
    std::uint64_t const seed = seconds == 0 ? first : first + rounds;
    if (char const* const wrong = round(dog, seed); wrong != nullptr) {
      std::fprintf(stderr, "soak: %s\n", wrong);
      dog.tell();
      return 1;
    }
    ++rounds;
  }
  std::printf("soak: %llu rounds from seed %llu on, %llu calls, %ld threads started\n", rounds,
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(dog.ticks()),
              threads_started.load());
  return 0;
}
