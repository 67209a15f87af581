// Atomic objects: histories, views, and the operations on them.
#include "machine.hpp"

#include <bit>
#include <cstdio>

namespace explore {

namespace {

// --- views: made by release, never freed before the execution ends --------------------------------------------------

constexpr std::size_t view_bytes = std::size_t{64} << 20;
unsigned char* view_memory = nullptr;
std::size_t view_used = 0;

View* new_view() noexcept {
  Machine const& m = machine;
  std::size_t const size = (sizeof(View) + m.object_count * sizeof(std::uint16_t) + 15) / 16 * 16;
  if (view_used + size > view_bytes) fail_with("too many releases for one execution");
  auto* const view = reinterpret_cast<View*>(view_memory + view_used);
  view_used += size;
  view->objects = m.object_count;
  return view;
}

[[nodiscard]] bool acquires(std::memory_order order) noexcept {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
[[nodiscard]] bool releases(std::memory_order order) noexcept {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}

void raise(std::uint16_t* __restrict seen, std::uint16_t const* __restrict other, std::uint32_t count) noexcept {
  for (std::uint32_t i = 0; i != count; ++i) seen[i] = seen[i] < other[i] ? other[i] : seen[i];
}
void raise_clocks(std::uint32_t* __restrict clock, std::uint32_t const* __restrict other) noexcept {
  for (std::uint32_t i = 0; i != most_threads; ++i) clock[i] = clock[i] < other[i] ? other[i] : clock[i];
}

void acquire(Fiber& self, View const* view) noexcept {
  if (view == nullptr) return;
  raise(self.seen, view->seen(), view->objects);
  raise_clocks(self.clock, view->clock);
}

/// The running thread's view as a message; what it does from now on is not in it.
View* release(Fiber& self, View const* carried) noexcept {
  View* const view = new_view();
  std::memcpy(view->seen(), self.seen, view->objects * sizeof(std::uint16_t));
  std::memcpy(view->clock, self.clock, sizeof view->clock);
  if (carried != nullptr) {
    raise(view->seen(), carried->seen(), carried->objects);
    raise_clocks(view->clock, carried->clock);
  }
  ++self.clock[machine.current];
  return view;
}

// --- histories ------------------------------------------------------------------------------------------------------

History& history_of(Object object) noexcept {
  Machine& m = machine;
  Cell& cell = object.cell;
  if (cell.execution == m.execution && cell.number < m.object_count && m.histories[cell.number].cell == &cell) {
    return m.histories[cell.number];
  }
  if (!m.inside) std::abort();  // nobody uses an atomic object outside of an execution
  if (m.object_count == most_objects) fail_with("more than %u atomic objects in one execution", most_objects);
  cell.execution = m.execution;
  cell.number = m.object_count++;
  History& history = m.histories[cell.number];
  history.cell = &cell;
  history.messages.cut(0);
  history.seq_cst_floor = 0;
  history.threads = 0;
  history.size = object.size;
  Word initial = 0;
  std::memcpy(&initial, object.initial, object.size);
  history.messages.add({initial, nullptr});
  for (std::uint32_t i = 0; i != m.thread_count; ++i) m.threads[i].seen[cell.number] = 0;
  return history;
}

/// Comes to an object: others may go first.
History& arrive(Object object, Site& site, bool writes, std::memory_order order) noexcept {
  Machine& m = machine;
  History& history = history_of(object);
  std::uint32_t const self = bit_of(m.current);
  if ((history.threads & self) == 0) {
    history.threads |= self;
    if ((history.threads & (history.threads - 1)) != 0 && mark_shared(history.cell)) note_shared();
  }
  Fiber& thread = m.threads[m.current];
  thread.comes_to = history.cell;
  thread.would_write = writes;
  thread.would_order = order == std::memory_order_seq_cst;
  point(!m.filtering || is_shared(history.cell));
  thread.comes_to = nullptr;
  rouse(history.cell, writes, order == std::memory_order_seq_cst);
  ++m.moment;
  touch(history.cell, site);
  return history;
}

[[nodiscard]] std::uint32_t newest(History const& history) noexcept {
  return static_cast<std::uint32_t>(history.messages.size() - 1);
}

/// The message that a load reads: any from the oldest allowed one on.
std::uint32_t pick(History const& history, std::uint32_t oldest) noexcept {
  Machine& m = machine;
  std::uint32_t const last = newest(history);
  if (oldest == last || m.stale_left == 0) return last;
  std::uint32_t const back = choose('r', last - oldest + 1);
  if (back != 0) --m.stale_left;
  return last - back;
}

Message const& read(History& history, std::uint32_t which, std::memory_order order) noexcept {
  Machine& m = machine;
  Fiber& self = m.threads[m.current];
  Message const& message = history.messages[which];
  std::uint16_t& seen = self.seen[history.cell->number];
  if (seen < which) seen = static_cast<std::uint16_t>(which);
  if (order == std::memory_order_seq_cst && history.seq_cst_floor < which) history.seq_cst_floor = which;
  if (acquires(order)) acquire(self, message.view);
  return message;
}

[[nodiscard]] std::uint32_t oldest_for(History const& history, std::memory_order order) noexcept {
  Machine const& m = machine;
  std::uint32_t const own = m.threads[m.current].seen[history.cell->number];
  return order == std::memory_order_seq_cst && own < history.seq_cst_floor ? history.seq_cst_floor : own;
}

void append(History& history, Word value, std::memory_order order, View* carried) noexcept {
  Machine& m = machine;
  Fiber& self = m.threads[m.current];
  std::uint32_t const which = newest(history) + 1;
  if (which > 0xFFFF) fail_with("too many stores to one object");
  self.seen[history.cell->number] = static_cast<std::uint16_t>(which);  // first: who acquires it reads nothing older
  View* const view = releases(order) ? release(self, carried) : carried;
  history.messages.add({value, view});
  if (order == std::memory_order_seq_cst) history.seq_cst_floor = which;
}

[[nodiscard]] Word cut_to(Word value, unsigned size) noexcept {
  return size >= sizeof(Word) ? value : value & ((Word{1} << 8 * size) - 1);
}

[[nodiscard]] std::memory_order order_at(Site& site, unsigned part, std::memory_order written,
                                         char const* operation) noexcept {
  site.written[part] = written;
  site.operation = operation;
  ++site.hits[part];
  return site.weakened[part] ? site.used[part] : written;
}

void log_step(Site const& site, History const& history, std::memory_order order, char const* format, Word first,
              Word second, std::uint32_t age) noexcept {
  if (!machine.logging) return;
  char place[64];
  name_place(history.cell, place, sizeof place);
  char what[96];
  (void)std::snprintf(what, sizeof what, format, static_cast<unsigned long long>(first),
                      static_cast<unsigned long long>(second));
  char old[48] = "";
  if (age != 0) (void)std::snprintf(old, sizeof old, " (%u older than the newest)", age);
  char const* file = std::strstr(site.file, "parallel_task/");
  log("%s %s a%u %s%s, %s, %s:%u", site.operation, name_of(order), history.cell->number, what, old, place,
      file != nullptr ? file + 14 : site.file, site.line);
}

}  // namespace

void begin_memory() noexcept {
  if (view_memory == nullptr) view_memory = static_cast<unsigned char*>(std::malloc(view_bytes));
  if (view_memory == nullptr) std::abort();
  view_used = 0;
  machine.object_count = 0;
}

Word newest_value(Object object) noexcept {
  History& history = history_of(object);
  // Whoever sleeps on it shares it.
  history.threads |= bit_of(machine.current);
  if (mark_shared(history.cell)) note_shared();
  return history.messages.back().value;
}

void inherit(Fiber& child, Fiber const& parent) noexcept {
  std::memcpy(child.seen, parent.seen, machine.object_count * sizeof(std::uint16_t));
  std::memcpy(child.clock, parent.clock, sizeof child.clock);
}

void join_views(Fiber& thread, Fiber const& other) noexcept {
  raise(thread.seen, other.seen, machine.object_count);
  raise_clocks(thread.clock, other.clock);
}

// --- the operations -------------------------------------------------------------------------------------------------

Word load(Object object, std::memory_order order, Where where) noexcept {
  Site& site = site_of(where);
  order = order_at(site, 0, order, "load");
  History& history = arrive(object, site, false, order);
  std::uint32_t const which = pick(history, oldest_for(history, order));
  Word const value = read(history, which, order).value;
  log_step(site, history, order, "= %#llx", value, 0, newest(history) - which);
  return value;
}

void store(Object object, Word value, std::memory_order order, Where where) noexcept {
  Site& site = site_of(where);
  order = order_at(site, 0, order, "store");
  History& history = arrive(object, site, true, order);
  append(history, value, order, nullptr);
  log_step(site, history, order, "← %#llx", value, 0, 0);
}

Word update(Object object, Update kind, Word operand, std::memory_order order, Where where) noexcept {
  static constexpr char const* names[] = {"exchange", "fetch_add", "fetch_sub", "fetch_and", "fetch_or"};
  Site& site = site_of(where);
  order = order_at(site, 0, order, names[static_cast<unsigned>(kind)]);
  History& history = arrive(object, site, true, order);
  Message const message = read(history, newest(history), order);
  Word value = operand;
  switch (kind) {
    case Update::exchange:
      break;
    case Update::add:
      value = message.value + operand;
      break;
    case Update::subtract:
      value = message.value - operand;
      break;
    case Update::bit_and:
      value = message.value & operand;
      break;
    case Update::bit_or:
      value = message.value | operand;
      break;
  }
  value = cut_to(value, object.size);
  append(history, value, order, message.view);
  log_step(site, history, order, "%#llx → %#llx", message.value, value, 0);
  return message.value;
}

bool compare_exchange(Object object, Word& expected, Word desired, std::memory_order success, std::memory_order failure,
                      bool weak, Where where) noexcept {
  Site& site = site_of(where);
  char const* const name = weak ? "compare_exchange_weak" : "compare_exchange_strong";
  History& history = arrive(object, site, true, success);
  std::uint32_t const last = newest(history);
  Message const message = history.messages[last];
  bool const spurious = weak && message.value == expected && choose('c', 2) != 0;
  // A failure is a load, and may read an older message, as long as that has another value.
  std::uint32_t which = last;
  if (!spurious && history.messages.size() > 1) {
    std::uint32_t const allowed = oldest_for(history, failure);
    std::uint32_t oldest = last;
    while (oldest > allowed && history.messages[oldest - 1].value != expected) --oldest;
    which = pick(history, oldest);
  }
  if (which == last && message.value == expected && !spurious) {
    success = order_at(site, 0, success, name);
    (void)read(history, last, success);
    append(history, desired, success, message.view);
    log_step(site, history, success, "%#llx → %#llx", expected, desired, 0);
    return true;
  }
  failure = order_at(site, 1, failure, name);
  Word const wanted = expected;
  expected = read(history, which, failure).value;
  log_step(site, history, failure, spurious ? "fails for no reason, = %#llx" : "fails, = %#llx, expected %#llx",
           expected, wanted, last - which);
  return false;
}

}  // namespace explore
