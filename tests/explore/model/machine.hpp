// The machine that the library's code runs on here: threads that we switch, memory that may be old, races that show.
//
// Threads are fibers on one thread of the system. Before each atomic operation the strategy (strategy.cpp) says who
// goes on; a plain access is no such point. A thread that relaxes or sleeps lets every other one that can run take a
// step before its next, so that no spin loop keeps the others from ending it.
//
// Memory is C++20's, without promises. Each atomic object has a history: its messages in modification order. A message
// has a value and, if released, a view: for each object the oldest message that who acquires it may still read, and for
// each thread how much of what it did happens before. A thread has such a view of its own.
//   load     reads any message that the thread's view allows (coherence), and raises the view to it.
//            acquire joins the message's view into the thread's. relaxed does not; there are no fences here.
//   store    appends a message. release attaches the thread's view.
//   update   a read-modify-write reads the newest message and appends: its message carries on the view of the one that
//            it read (release sequence), joined with the thread's if it releases.
//   CAS      succeeds only on the newest message; fails on any allowed one whose value is another, as a load.
//   seq_cst  is acquire and release, and: the order of execution is the single order S, so a load reads nothing older
//            than what an earlier seq_cst store wrote, or an earlier seq_cst load read, of this object (the rule of
//            [atomics.order] for coherence-ordered pairs; the fence rules have nobody to apply to).
//   futex    compares with the newest message, as a system call does. Sleep and wake order nothing.
// What is approximated:
//   - The modification order is the order of execution. What needs a store to come before one that was executed earlier
//     (2+2W), or a load that reads what is stored later (load buffering), is not seen.
//   - Stale reads are rationed for each execution: exhaustive up to a bound, and then the newest is read. So every loop
//     sees the newest value in the end (fairness).
//   - std::atomic in the cases' own code, and the counts of shared_ptr, are taken as one lock: they may hide a race.
//
// Plain memory: the cases and the library in them are compiled with -fsanitize=thread but linked with races.cpp, which
// checks each access against happens-before as FastTrack does (Flanagan, Freund 2009). An atomic operation counts as a
// read of its object's place, so a constructor, a destructor's successor or a `delete` that is not ordered after it
// shows. What it can't see: accesses of code that is not instrumented (the standard library's own object file, memcpy
// calls under GCC), memory outside of stacks, heap and static storage (exception objects, thread_local ones), which of
// two neighbours within four bytes was meant (a false alarm is possible for bytes side by side), registers.
#pragma once

#include "model.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace explore {

inline constexpr unsigned most_threads = 16;
inline constexpr unsigned most_objects = 2048;
inline constexpr std::uint32_t stack_bytes = 256 << 10;
inline constexpr std::size_t heap_bytes = std::size_t{24} << 20;

/// A vector of trivial things that does not use operator new, which belongs to the cases.
template <class T>
class Table {
 public:
  Table() = default;
  Table(Table const&) = delete;
  Table& operator=(Table const&) = delete;
  ~Table() { std::free(data_); }

  T& add(T const& value) {
    if (size_ == capacity_) {
      capacity_ = capacity_ == 0 ? 16 : 2 * capacity_;
      data_ = static_cast<T*>(std::realloc(static_cast<void*>(data_), capacity_ * sizeof(T)));
      if (data_ == nullptr) std::abort();
    }
    data_[size_] = value;
    return data_[size_++];
  }
  void cut(std::size_t size) noexcept { size_ = size; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  T& operator[](std::size_t i) noexcept { return data_[i]; }
  T const& operator[](std::size_t i) const noexcept { return data_[i]; }
  T& back() noexcept { return data_[size_ - 1]; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// --- sites -----------------------------------------------------------------------------------------------------------

/// A line that performs an atomic operation. A compare-and-swap has two orders: success is part 0, failure part 1.
struct Site {
  char const* file = nullptr;
  char const* operation = "";
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t number = 0;
  std::memory_order written[2] = {};
  std::memory_order used[2] = {};  // weaker, if the command line says so
  std::uint64_t hits[2] = {};      // in the running case; a failure order counts where it was used
  bool weakened[2] = {};
};

Site& site_of(Where where) noexcept;
Table<Site*>& sites() noexcept;
/// How an order is called: "acq_rel".
[[nodiscard]] char const* name_of(std::memory_order order) noexcept;

// --- memory ---------------------------------------------------------------------------------------------------------

/// What a message carries. `seen` holds `objects` numbers; objects that came later are at 0.
struct View {
  std::uint32_t objects;
  std::uint32_t clock[most_threads];
  [[nodiscard]] std::uint16_t* seen() noexcept { return reinterpret_cast<std::uint16_t*>(this + 1); }
  [[nodiscard]] std::uint16_t const* seen() const noexcept { return reinterpret_cast<std::uint16_t const*>(this + 1); }
};

struct Message {
  Word value;
  View* view;  // null: nothing was released
};

/// An atomic object in this execution.
struct History {
  Cell* cell = nullptr;
  Table<Message> messages;
  std::uint32_t seq_cst_floor = 0;
  std::uint32_t threads = 0;  // a bit for each that came here
  unsigned size = 0;
};

// --- threads --------------------------------------------------------------------------------------------------------

struct Fiber {
  enum State : unsigned char { none, ready, asleep, joining, finished };
  State state = none;
  bool user = false;  // the case's own: the execution isn't over before it ends
  void* stack_pointer = nullptr;
  void* (*body)(void*) = nullptr;
  void* argument = nullptr;
  Cell const* sleeps_on = nullptr;
  std::uint32_t joins = 0;
  std::uint32_t others_first = 0;  // threads that take a step before this one goes on
  std::uint64_t priority = 0;
  Cell const* comes_to = nullptr;  // the object of the operation that it does next, if that is known
  bool would_write = false;
  bool would_order = false;  // seq_cst
  std::uint32_t clock[most_threads] = {};
  std::uint16_t seen[most_objects] = {};
  unsigned char local[1024] = {};  // the library's thread_local object while this thread does not run
  void* exceptions[2] = {};        // the C++ runtime's: those being handled, and how many are uncaught
};

// --- the whole ------------------------------------------------------------------------------------------------------

/// How an execution ended.
struct Ending {
  bool failed = false;
  char text[512] = "";
};

struct Machine {
  // One execution.
  bool inside = false;  // a fiber runs
  std::uint32_t execution = 0;
  std::uint32_t current = 0;
  std::uint32_t thread_count = 0;
  std::uint32_t ready = 0;    // bits of threads
  std::uint32_t yielded = 0;  // bits of threads with others_first
  std::uint32_t slept = 0;    // bits of threads that need not go on yet: see strategy.cpp
  std::uint32_t steps = 0;
  std::uint32_t moment = 0;  // counts every place at which there could be a choice, whether there is one or not
  std::uint32_t stale_left = 0;
  std::uint32_t preemptions_left = 0;
  std::uint64_t time = 0;
  std::uint32_t object_count = 0;
  Ending ending;
  Fiber threads[most_threads];
  History histories[most_objects];

  // What the case has set up.
  unsigned cores = 2;
  unsigned starts_left = ~0U;  // threads that the library may still start
  std::uint32_t step_limit = 20'000;
  std::uint64_t tick = 50;  // ns a look at the clock moves it on

  // What is swapped with each switch.
  void* local = nullptr;
  std::size_t local_size = 0;
  unsigned char local_at_start[1024] = {};

  bool logging = false;
  bool filtering = false;  // operations on objects that only one thread knows are no points
};
extern Machine machine;  // there before the cases are initialised, which register with it

[[nodiscard]] inline std::uint32_t bit_of(std::uint32_t thread) noexcept { return std::uint32_t{1} << thread; }

// schedule.cpp
/// Runs one execution of `body` to its end; `machine.ending` says how it was.
void execute(void (*body)()) noexcept;
/// A point at which another thread may go on; `shared`: what happens next may matter to another.
void point(bool shared) noexcept;
/// Nothing new can come of this execution: it ends, and is no failure.
[[noreturn]] void give_up() noexcept;
/// Threads whose next operation could come out otherwise after what happens now.
void rouse(Cell const* object, bool writes, bool orders) noexcept;
void rouse_all() noexcept;
std::uint32_t start_fiber(void* (*body)(void*), void* argument, bool user) noexcept;
void log(char const* format, ...) noexcept __attribute__((format(printf, 1, 2)));
/// The last lines of the log.
void print_log(unsigned lines) noexcept;
void fail_with(char const* format, ...) noexcept __attribute__((format(printf, 1, 2), noreturn));

// memory.cpp
void begin_memory() noexcept;
[[nodiscard]] Word newest_value(Object object) noexcept;
/// `child` has seen all that `parent` has.
void inherit(Fiber& child, Fiber const& parent) noexcept;
void join_views(Fiber& thread, Fiber const& other) noexcept;
/// "static+0x40", "heap+0x80", "stack of thread 1+0x1000"
void name_place(void const* address, char* text, std::size_t size) noexcept;

// races.cpp
void begin_shadow() noexcept;
/// An atomic operation at this place.
void touch(void const* address, Site const& site) noexcept;
/// Everything below the running thread's frame is gone: who touches it later has no business there.
void forget_below(void const* frame) noexcept;
[[nodiscard]] unsigned char* stack_of(std::uint32_t thread) noexcept;
/// Whether two threads had met at this place when `heed_shared` was last called.
[[nodiscard]] bool is_shared(void const* address) noexcept;
/// Two threads have met here; true if that is news.
bool mark_shared(void const* address) noexcept;
void heed_shared() noexcept;
void forget_shared() noexcept;

// strategy.cpp
/// How the next execution's choices are made.
enum class Way : unsigned char { depth_first, random, again };
/// A choice that was not the ordinary one, where `moment` says.
struct Decision {
  std::uint32_t moment;
  char kind;
  std::uint32_t value;
};
/// Starts a depth-first search with these bounds.
void begin_depth_first(std::uint32_t preemptions, std::uint32_t stale) noexcept;
/// Sets the next execution up as the next of the search; false: there is none left.
[[nodiscard]] bool next_depth_first() noexcept;
/// Whether what is known of shared objects has grown since the search began: then it has missed some points.
[[nodiscard]] bool has_grown() noexcept;
void set_up_random(std::uint64_t seed, bool fresh) noexcept;
void set_up_again(Table<Decision> const& decisions) noexcept;
/// The extraordinary choices of the last execution of a depth-first search.
void read_decisions(Table<Decision>& decisions) noexcept;

/// Which of `count` ways to go on; 0 is the ordinary one. `kind`: r: how many messages back a load reads; w: which
/// sleeper is woken; f: whether a sleeper wakes for no reason; c: whether a weak compare-and-swap fails for none; u:
/// the case's own.
[[nodiscard]] std::uint32_t choose(char kind, std::uint32_t count) noexcept;
/// Who goes on, of those that may; `may_stay`: the running thread is one of them.
[[nodiscard]] std::uint32_t choose_next(std::uint32_t eligible, bool may_stay) noexcept;
/// The running thread has let others go first.
void note_yield() noexcept;
/// An object has been found to be shared.
void note_shared() noexcept;

}  // namespace explore
