// Threads that are ended in an item: as in a loop, but not before the others have left the call.
#include "process/scenario.hpp"

#include <parallel_task/worker/process.hpp>

#include <vector>

using namespace process;

namespace {

/// What a frame around the call sees: its destructor runs, when nobody is in the call any more.
struct Frame {
  std::atomic<int>& inside;
  std::atomic<int>& left;
  ~Frame() {
    expect(inside == 0, "the thread has ended before others have left its call", inside);
    ++left;
  }
};

struct Inside {
  std::atomic<int>& count;
  explicit Inside(std::atomic<int>& c) : count(c) { ++count; }
  ~Inside() { --count; }
};

void* caller_of(void (*call)(void*), void* argument) {
  struct Both {
    void (*call)(void*);
    void* argument;
  } both{call, argument};
  ::pthread_t thread;
  expect(::pthread_create(
             &thread, nullptr,
             [](void* given) -> void* {
               Both const own = *static_cast<Both*>(given);
               own.call(own.argument);
               return given;
             },
             &both) == 0,
         "no thread to be had");
  void* result = nullptr;
  expect(::pthread_join(thread, &result) == 0, "the thread is not there");
  expect(result != &both, "the call has come back");
  return result;
}

struct World {
  std::atomic<int> inside{0};
  std::atomic<int> left{0};
  std::atomic<int> ended_elsewhere{0};
};

// An item calls pthread_exit: on its caller's thread, or on one of the library's.
void exit_in_an_item() {
  support::Eager const eager(4);
  World world;
  for (int round = 0; round != 200 || world.ended_elsewhere < 20; ++round) {
    void* const result = caller_of(
        [](void* given) {
          World& all = *static_cast<World*>(given);
          Frame const frame{all.inside, all.left};
          std::atomic<bool> once{false};
          each(200, [&](std::size_t i) {
            Inside const here(all.inside);
            support::spin_for(microseconds(10));
            if (i < 60 || once.exchange(true)) return;
            if (pt::current_worker() != 0) ++all.ended_elsewhere;
            ::pthread_exit(nullptr);
          });
        },
        &world);
    expect(result == nullptr, "the thread has another result than it was given");
    expect(world.left == round + 1, "the stack was not unwound", world.left);
  }
  expect_no_trace();
  expect_a_working_pool();
}

// In an item of a call that an item has made: all callers up to the first end.
void exit_in_a_nested_item() {
  support::Eager const eager(4);
  World world;
  for (int round = 0; round != 100; ++round) {
    (void)caller_of(
        [](void* given) {
          World& all = *static_cast<World*>(given);
          Frame const frame{all.inside, all.left};
          std::atomic<bool> once{false};
          each(8, [&](std::size_t) {
            each(50, [&](std::size_t i) {
              Inside const here(all.inside);
              support::spin_for(microseconds(10));
              if (i > 20 && !once.exchange(true)) ::pthread_exit(nullptr);
            });
          });
        },
        &world);
    expect(world.left == round + 1, "the stack was not unwound", world.left);
  }
  expect_no_trace();
  expect_a_working_pool();
}

// Another thread cancels the caller while it is in an item, or waits for others.
void caller_is_cancelled() {
  support::Eager const eager(4);
  World world;
  for (int round = 0; round != 100; ++round) {
    std::atomic<::pthread_t*> caller{nullptr};
    struct Given {
      World& world;
      std::atomic<::pthread_t*>& caller;
    } given{world, caller};
    std::thread killer([&, round] {
      until([&] { return caller.load() != nullptr; });
      std::this_thread::sleep_for(microseconds(round * 10));
      ::pthread_cancel(*caller.load());
    });
    void* const result = caller_of(
        [](void* argument) {
          Given& all = *static_cast<Given*>(argument);
          Frame const frame{all.world.inside, all.world.left};
          ::pthread_t self = ::pthread_self();
          all.caller = &self;
          for (;;) {
            each(100, [&](std::size_t) {
              Inside const here(all.world.inside);
              std::this_thread::sleep_for(microseconds(5));  // a cancellation point
            });
          }
        },
        &given);
    killer.join();
    expect(result == PTHREAD_CANCELED, "the thread was not cancelled");
    expect(world.left == round + 1, "the stack was not unwound", world.left);
  }
  expect_no_trace();
  expect_a_working_pool();
}

// An exception is none of this: it is thrown as ever.
void exceptions_are_thrown_as_ever() {
  support::Eager const eager(3);
  for (int round = 0; round != 50; ++round) {
    bool thrown = false;
    try {
      each(100, [](std::size_t i) {
        if (i == 50) throw 7;
      });
    } catch (int number) {
      thrown = number == 7;
    }
    expect(thrown, "no exception came");
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"exit_in_an_item", exit_in_an_item},
                       {"exit_in_a_nested_item", exit_in_a_nested_item},
                       {"caller_is_cancelled", caller_is_cancelled},
                       {"exceptions_are_thrown_as_ever", exceptions_are_thrown_as_ever}});
}
