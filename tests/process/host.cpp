// A program that loads two shared objects, each of which computes in parallel; it knows nothing of the library itself.
//   host shared|apart local|global SCENARIO FIRST SECOND
// `shared`: both have one pool; `apart`: each has its own.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include <dirent.h>
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
__attribute__((visibility("default"))) unsigned (*call_at_load)(unsigned n, void (*item)()) = nullptr;
__attribute__((visibility("default"))) void (*meanwhile)() = nullptr;
}

namespace {

void expect(bool fact, char const* sentence, unsigned figure = 0) {
  if (fact) return;
  std::fprintf(stderr, "FAILED: %s (%u)\n", sentence, figure);
  ::_exit(1);
}

int scope = RTLD_LOCAL;

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

struct Plugin {
  void* handle;
  unsigned (*call)(unsigned n, void (*item)());
  void* (*pool)();
  unsigned (*made)();
  void (*end)();
  void (*set_up)(unsigned cores);
  void (*set_options)(unsigned cores);

  explicit Plugin(char const* file) : handle(::dlopen(file, RTLD_NOW | scope)) {
    if (handle == nullptr) std::fprintf(stderr, "%s\n", ::dlerror());
    expect(handle != nullptr, "a shared object can't be loaded");
    find(call, "call");
    find(pool, "pool");
    find(made, "made");
    find(end, "end");
    find(set_up, "set_up");
    find(set_options, "set_options");
  }
  template <class F>
  void find(F& function, char const* name) const {
    void* const found = ::dlsym(handle, name);
    expect(found != nullptr, name);
    std::memcpy(&function, &found, sizeof found);
  }
  /// Calls until the library's threads have taken part.
  void engage() const {
    while (call(200, [] { std::this_thread::yield(); }) == 0) {
    }
  }
  /// The same, in items that sleep.
  void until_helped() const {
    while (call(60, nap) == 0) {
    }
  }
  void unload() const { expect(::dlclose(handle) == 0, "a shared object can't be unloaded"); }
};

unsigned library_threads() {
  unsigned count = 0;
  DIR* const tasks = ::opendir("/proc/self/task");
  while (dirent const* const entry = ::readdir(tasks)) {
    std::string const path = std::string("/proc/self/task/") + entry->d_name + "/comm";
    char name[32] = "";
    if (std::FILE* const file = std::fopen(path.c_str(), "r")) {
      if (std::fgets(name, sizeof name, file) != nullptr && std::strncmp(name, "pt-", 3) == 0) ++count;
      std::fclose(file);
    }
  }
  ::closedir(tasks);
  return count;
}

/// Waits until the system counts so many: it lists a thread for a moment after its end, and knows its name a moment
/// after its start. Who waits for ever is ended by the alarm.
template <class F>
void until_library_threads(F const& count) {
  while (library_threads() != count()) nap();
}

// At most 2 × cores threads, over all that share a pool.
void budget(bool shared, char const* first, char const* second) {
  Plugin const a(first);
  Plugin const b(second);
  expect((a.pool() == b.pool()) == shared, shared ? "the pools are apart" : "the pool is shared");
  a.set_up(2);
  if (!shared) b.set_up(2);
  std::thread other([&] {
    for (int round = 0; round != 5; ++round) b.until_helped();
  });
  for (int round = 0; round != 5; ++round) a.until_helped();
  other.join();
  expect(a.made() >= 1 && a.made() <= 4, "threads of the first pool", a.made());
  expect(b.made() >= 1 && b.made() <= 4, "threads of the second pool", b.made());
  until_library_threads([&] { return a.made() + (shared ? 0 : b.made()); });
  a.end();
  b.end();
  until_library_threads([] { return 0U; });
}

// One goes while the other computes; threads that it has started, and what it has told the pool, stay usable.
void unload(bool shared, char const* first, char const* second) {
  Plugin const a(first);
  Plugin const b(second);
  a.set_up(2);
  if (!shared) b.set_up(2);
  a.engage();
  a.end();
  b.engage();             // its threads
  (void)b.call(60, nap);  // and its monitor
  std::atomic<bool> stop{false};
  std::atomic<unsigned> calls{0};
  std::thread user([&] {
    while (!stop) {
      a.engage();
      ++calls;
    }
  });
  while (calls < 3) nap();
  b.unload();
  unsigned const then = calls;
  while (calls < then + 3) nap();
  stop = true;
  user.join();
  (void)a.call(60, nap);
  for (int i = 0; i != 20; ++i) nap();  // threads park
  a.engage();
  pid_t const child = ::fork();
  if (child == 0) {
    a.engage();
    ::_exit(0);
  }
  int status = 0;
  expect(::waitpid(child, &status, 0) == child && status == 0, "a child of fork ended with",
         static_cast<unsigned>(status));
  a.end();
  if (!shared) until_library_threads([&] { return b.made(); });
}

// One sets options and goes without a call.
void options(bool, char const* first, char const* second) {
  Plugin const a(first);
  Plugin const b(second);
  b.set_options(2);
  a.set_up(2);
  b.set_options(2);
  b.unload();
  a.engage();
  a.end();
}

// While a constructor computes, the loader is locked: its helpers must not ask for it.
void at_load(bool, char const* first, char const* second) {
  Plugin const a(first);
  call_at_load = a.call;
  Plugin const b(second);
  b.engage();
}

// A constructor waits for threads that make their first call; the loader is locked until it is done.
Plugin const* waiting = nullptr;
void joins(bool, char const* first, char const* second) {
  Plugin const a(first);
  waiting = &a;
  meanwhile = [] { std::thread([] { waiting->engage(); }).join(); };
  Plugin const b(second);
  b.engage();
  a.engage();
}

}  // namespace

int main(int count, char* arguments[]) {
  expect(count == 6, "five arguments");
  bool const shared = std::strcmp(arguments[1], "shared") == 0;
  scope = std::strcmp(arguments[2], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL;
  std::string const scenario = arguments[3];
  ::alarm(240);
  if (scenario == "budget") {
    budget(shared, arguments[4], arguments[5]);
  } else if (scenario == "unload") {
    unload(shared, arguments[4], arguments[5]);
  } else if (scenario == "options") {
    options(shared, arguments[4], arguments[5]);
  } else if (scenario == "joins") {
    joins(shared, arguments[4], arguments[5]);
  } else {
    expect(scenario == "at_load", "no such scenario");
    at_load(shared, arguments[4], arguments[5]);
  }
}
