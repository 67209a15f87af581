// Threads that are ended in an item: as in a loop, but not before the others have left the call.
#include "process/scenario.hpp"

#include <parallel_task/worker/process.hpp>

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#include <string>
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

#if defined(__GLIBC__)

// In a child of fork, whose caller's frames lie on a stack that is not there: three pages of it, of which the middle
// one is in use, by turns of which the child touches one.
char* stack_of_nobody() {
  auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const pages = ::mmap(nullptr, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(pages != MAP_FAILED, "no memory");
  char* const middle = static_cast<char*>(pages) + page;
  expect(::mprotect(middle, page, PROT_READ | PROT_WRITE) == 0, "no page");
  return middle;
}
void lose(char* page) { (void)::mprotect(page, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), PROT_NONE); }
void touch(char* where) { *static_cast<char volatile*>(where) = 1; }

/// How a child ends that does so, and whether it says that it came back.
void expect_end(void (*body)(), int signal, bool says) {
  int ends[2];
  expect(::pipe(ends) == 0, "no pipe");
  pid_t const child = fork_child([&] {
    ::dup2(ends[1], 2);
    body();
  });
  ::close(ends[1]);
  std::string said;
  char text[512];
  for (ssize_t got = 0; (got = ::read(ends[0], text, sizeof text)) > 0;)
    said.append(text, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int const status = status_of(child);
  int const ended = WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
  expect(ended == signal, "a child ended by", ended);
  expect((said.find("came back from an item") != std::string::npos) == says, "a child said something else", signal);
}

void who_comes_back_on_lost_frames_is_told() {
  using parallel_task::detail::LostFrames;
  static constexpr int users = 7;
  auto const user = +[](int, ::siginfo_t*, void*) { ::_exit(users); };
  static auto const handle_by = [](void (*handler)(int, ::siginfo_t*, void*)) {
    struct ::sigaction action = {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO;
    (void)::sigaction(SIGSEGV, &action, nullptr);
  };
  static auto const users_handler = user;
  static auto const page = static_cast<std::ptrdiff_t>(::sysconf(_SC_PAGESIZE));
  // The first and the last byte of it, whatever was there before, and of the first stack when there are two.
  expect_end(
      [] {
        char* const stack = stack_of_nobody();
        LostFrames::keep(stack);
        lose(stack);
        touch(stack);
      },
      SIGABRT, true);
  expect_end(
      [] {
        handle_by(users_handler);
        char* const first = stack_of_nobody();
        char* const second = stack_of_nobody();
        LostFrames::keep(first);
        LostFrames::keep(second);
        lose(first);
        touch(first + page - 1);
      },
      SIGABRT, true);
  expect_end(
      [] {
        char* const first = stack_of_nobody();
        char* const second = stack_of_nobody();
        LostFrames::keep(first);
        LostFrames::keep(second);
        lose(second);
        touch(second + page - 1);
      },
      SIGABRT, true);
  // What lies next to it, and what is no fault of the memory, is for whoever handled it before.
  for (int const side : {-1, 1}) {
    static int which;
    which = side;
    expect_end(
        [] {
          handle_by(users_handler);
          char* const stack = stack_of_nobody();
          LostFrames::keep(stack);
          LostFrames::keep(stack);
          touch(which < 0 ? stack - 1 : stack + page);
        },
        -users, false);
    expect_end(
        [] {
          char* const stack = stack_of_nobody();
          LostFrames::keep(stack);
          touch(which < 0 ? stack - 1 : stack + page);
        },
        SIGSEGV, false);
  }
  expect_end(
      [] {
        handle_by(users_handler);
        LostFrames::keep(stack_of_nobody());
        (void)::raise(SIGSEGV);
      },
      -users, false);
  expect_end(
      [] {
        LostFrames::keep(stack_of_nobody());
        (void)::raise(SIGSEGV);
      },
      SIGSEGV, false);
  expect_end(
      [] {
        handle_by(users_handler);
        LostFrames::keep(stack_of_nobody());
        (void)::kill(::getpid(), SIGSEGV);
        for (;;) ::pause();
      },
      -users, false);
  // Where it is not known which memory that is nothing is kept, and faults are as ever.
  expect_end(
      [] {
        LostFrames::keep(nullptr);
        struct ::sigaction now = {};
        (void)::sigaction(SIGSEGV, nullptr, &now);
        expect((now.sa_flags & SA_SIGINFO) == 0, "faults are handled for nothing");
      },
      0, false);
}

#else
void who_comes_back_on_lost_frames_is_told() {}
#endif

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"exit_in_an_item", exit_in_an_item},
                       {"exit_in_a_nested_item", exit_in_a_nested_item},
                       {"caller_is_cancelled", caller_is_cancelled},
                       {"exceptions_are_thrown_as_ever", exceptions_are_thrown_as_ever},
                       {"who_comes_back_on_lost_frames_is_told", who_comes_back_on_lost_frames_is_told}});
}
