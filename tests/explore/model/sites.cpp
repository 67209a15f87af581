// The lines that perform atomic operations, and which of them behave with a weaker order than they were written with.
#include "driver.hpp"

#include <bit>
#include <cstdio>
#include <initializer_list>
#include <new>

namespace explore {

namespace {

/// Asked for on the command line, before anybody has come to the line.
struct Weakened {
  char file[200];
  std::uint32_t line;
  std::uint32_t column;  // 0: any
  std::memory_order order;
};
Table<Weakened> weakened;

[[nodiscard]] bool ends_with(char const* text, char const* end) noexcept {
  std::size_t const size = std::strlen(text);
  std::size_t const end_size = std::strlen(end);
  return size >= end_size && std::strcmp(text + size - end_size, end) == 0;
}

}  // namespace

Table<Site*>& sites() noexcept {
  static Table<Site*> all;
  return all;
}

char const* name_of(std::memory_order order) noexcept {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_consume:
      return "consume";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      break;
  }
  return "seq_cst";
}

Site& site_of(Where where) noexcept {
  static_assert(sizeof(Where) == sizeof(std::uintptr_t), "a pointer to a constant of its own for each site");
  struct Known {
    std::uintptr_t place;
    Site* site;
  };
  static Known known[4096];
  auto const place = std::bit_cast<std::uintptr_t>(where);
  Known& entry = known[(place >> 3 ^ place >> 15) % 4096];
  if (entry.place == place) return *entry.site;
  // The same line in several instances of a template has several such constants.
  Site* site = nullptr;
  for (Site* each : sites()) {
    if (each->line == where.line() && each->column == where.column() &&
        std::strcmp(each->file, where.file_name()) == 0) {
      site = each;
    }
  }
  if (site == nullptr) {
    site = new (std::malloc(sizeof(Site))) Site;
    site->file = where.file_name();
    site->line = where.line();
    site->column = where.column();
    site->number = static_cast<std::uint32_t>(sites().size());
    sites().add(site);
    for (Weakened const& each : weakened) {
      if (each.line != site->line || (each.column != 0 && each.column != site->column) ||
          !ends_with(site->file, each.file)) {
        continue;
      }
      site->weakened[0] = true;
      site->used[0] = each.order;
    }
  }
  entry = {place, site};
  return *site;
}

bool add_weakened(char const* place, char const* order) noexcept {
  Weakened added{};
  for (std::memory_order each : {std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_release,
                                 std::memory_order_acq_rel, std::memory_order_seq_cst}) {
    if (std::strcmp(order, name_of(each)) == 0) {
      char const* const colon = std::strchr(place, ':');
      if (colon == nullptr || static_cast<std::size_t>(colon - place) >= sizeof added.file) break;
      std::memcpy(added.file, place, static_cast<std::size_t>(colon - place));
      if (std::sscanf(colon, ":%u:%u", &added.line, &added.column) < 1) break;
      added.order = each;
      weakened.add(added);
      return true;
    }
  }
  std::printf("--weaken FILE:LINE[:COLUMN] relaxed|acquire|release|acq_rel, not %s %s\n", place, order);
  return false;
}

}  // namespace explore
