// What the pool looks like at this moment, for those who look for the cause of a hang. Not in the umbrella header.
//
// It reads atomics, all relaxed, and nothing that a call keeps in its own frame. So what it prints was read at slightly
// different times, and fits together only if nothing moves, as in a hang.
#pragma once

#include <parallel_task/platform/language.hpp>
#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing

#include <parallel_task/worker/thread_manager.hpp>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if defined(__linux__)
#include <dirent.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class StateDump {
 public:
  explicit StateDump(std::FILE* out) noexcept : out_(out) {}

  void pool() const noexcept {
    ThreadManager& m = thread_manager;
    std::uint64_t const open = now(m.places.wanting);
    std::fprintf(out_, "pool: cores %u, budget %u, threads made %u\n", now(m.places.cores_), now(m.places.budget_),
                 now(m.starter.made));
    std::fprintf(out_, "  computing %d, open calls %d (wanting %016llx), blocked %d, parked %u, spinning %u\n",
                 now(m.places.computing), std::popcount(open) + static_cast<int>(now(m.places.crowd)),
                 static_cast<unsigned long long>(open), now(m.places.blocked), now(m.wakeups.parked),
                 now(m.wakeups.spinning));
    std::fprintf(out_,
                 "  epoch of wakeups %u, in flight %d, patience %u, monitor wanted %u, monitor on %u, stopping %d, "
                 "shutting %u\n",
                 now(m.wakeups.epoch_), now(m.wakeups.in_flight_), now(m.wakeups.patience), now(m.monitor_wanted),
                 now(m.monitor_on), now(m.starter.stopping) ? 1 : 0, now(m.starter.shutting_));
    for (std::uint32_t i = 0; i != ThreadGroups::count; ++i) {
      ThreadGroup const& group = ThreadGroups::table[i];
      if (now(group.taken) == 0) continue;
      std::fprintf(out_, "group %u: used %u of %u", i, now(group.used), now(group.limit));
      number(", inside of group ", now(group.outer));
      std::fputc('\n', out_);
    }
  }

  /// Slots that are in use, or that a bit in `wanting` names: a bit without a call is worth a look.
  void slots() const noexcept {
    for (std::uint32_t i = 0; i != ThreadManager::slot_count; ++i) {
      CallSlot const& slot = thread_manager.call_slots[i];
      std::uint32_t const word = now(slot.word);
      bool const wanting = (now(thread_manager.places.wanting) & Places::bit_of(i)) != 0;
      if (word == 0 && !wanting) continue;
      static constexpr char const* pulls[] = {"ended", "ready", "taken", "later"};
      std::fprintf(out_, "slot %u:%s%s%s%s, joined %u of %u", i, (word & CallSlot::open) != 0 ? " open" : "",
                   (word & CallSlot::reserved) != 0 ? " reserved" : "",
                   (word & CallSlot::waiting) != 0 ? " waiting" : "", wanting ? " wanting" : "", word & CallSlot::count,
                   now(slot.most_joined));
      number(", made by an item of slot ", now(slot.parent));
      number(", in group ", now(slot.group));
      std::fprintf(out_, ", pull role %s, left behind %u\n", pulls[now(slot.pull) % 4], now(slot.left_behind));
      members(slot);
    }
  }

  void threads() const noexcept {
    static constexpr char const* states[] = {"free", "starting", "running", "being joined", "ended"};
    for (WorkerThread const& thread : ThreadStarter::threads) {
      std::uint32_t const state = now(thread.state);
      if (state == WorkerThread::free) continue;
      std::fprintf(out_, "library thread %u: %s, ", static_cast<std::uint32_t>(&thread - ThreadStarter::threads) + 1,
                   states[state % 5]);
      system_thread(now(thread.system_id));
    }
#if defined(__linux__)
    // Callers are threads of the user's: all that the process has, one of which may sleep in a slot that waits.
    ::DIR* const tasks = ::opendir("/proc/self/task");
    if (tasks == nullptr) return;
    while (::dirent const* const entry = ::readdir(tasks)) {
      int const id = std::atoi(entry->d_name);
      if (id == 0) continue;
      std::fputs("system thread ", out_);
      system_thread(id);
    }
    ::closedir(tasks);
#endif
  }

 private:
  template <class T>
  static T now(atomic<T> const& word) noexcept {
    return word.load(detail::memory_order_relaxed);  // each figure on its own
  }

  void number(char const* what, std::uint32_t value) const noexcept {
    if (value != ~std::uint32_t{0}) std::fprintf(out_, "%s%u", what, value);
  }

  void members(CallSlot const& slot) const noexcept {
    // acquire: pairs with the release of the caller that made the table, as in has_work.
    Members const* const table = slot.members.load(detail::memory_order_acquire);
    if (table == nullptr) return;
    for (std::uint32_t i = 0; i != now(slot.high) && i != table->size; ++i) {
      Member const& member = table->all[i];
      std::fprintf(out_, "  member %u: %s", i, slot.is_held(i) ? "held" : "free");
      if (int const id = now(member.system_id); id != 0) std::fprintf(out_, " by system thread %d", id);
      if (i == 0) std::fputs(", the caller's", out_);
      std::fprintf(out_, ", done %llu at %.3g ns each%s%s, queue", static_cast<unsigned long long>(now(member.done)),
                   static_cast<double>(now(member.cost)), now(member.queue.primary_taken_) != 0 ? ", being robbed" : "",
                   now(member.queue.secondary_taken_) != 0 ? ", in use" : "");
      bool empty = true;
      for (auto const& word : member.queue.words_) {
        QueueBlock const block = LimitedAccessQueue::unpack(now(word));
        if (block.empty()) continue;
        std::fprintf(out_, " [%u, %u)", block.first, block.last);
        empty = false;
      }
      std::fputs(empty ? " empty\n" : "\n", out_);
    }
  }

  /// "<id> (<name>) <letter of its state>, <where it sleeps in the system>"
  void system_thread(int id) const noexcept {
    std::fprintf(out_, "%d", id);
#if defined(__linux__)
    char path[64];
    char text[160];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
    if (read(path, text)) {
      char* state = text;
      for (char* at = text; *at != '\0'; ++at) {
        if (*at == ')' && at[1] == ' ') state = at;  // a name may hold anything: the last one ends it
      }
      char const* name = text;
      while (*name != '\0' && *name != '(') ++name;
      std::fprintf(out_, " %.*s %c", static_cast<int>(state >= name ? state - name + 1 : 0), name,
                   *state == ')' ? state[2] : '?');
    } else {
      std::fputs(" gone", out_);
    }
    std::snprintf(path, sizeof path, "/proc/self/task/%d/wchan", id);
    if (read(path, text) && text[0] != '0') std::fprintf(out_, " %s", text);
#endif
    std::fputc('\n', out_);
  }

#if defined(__linux__)
  template <std::size_t size>
  static bool read(char const* path, char (&text)[size]) noexcept {
    std::FILE* const file = std::fopen(path, "r");
    if (file == nullptr) return false;
    std::size_t const got = std::fread(text, 1, size - 1, file);
    text[got] = '\0';
    std::fclose(file);
    return got != 0;
  }
#endif

  std::FILE* out_;
};

}  // namespace detail

/// Prints the state of the thread pool to `out`: its counters, each open call with the queues of its workers, each
/// thread and what it does. It is meant for a watchdog or a debugger that finds the program hanging:
/// `pt::dump_state(stderr)`. Needs `<parallel_task/state_dump.hpp>`.
///
/// Any thread may call it at any time. It takes none of the library's locks and throws nothing. While threads compute,
/// its figures are read one after the other and need not fit together.
inline void dump_state(std::FILE* out) noexcept {
  detail::StateDump const dump(out);
  dump.pool();
  dump.slots();
  dump.threads();
  std::fflush(out);
}

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

#endif
