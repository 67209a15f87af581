// The seam for cores: how many this process may use, by affinity and by cgroup quota.
#pragma once

#include <parallel_task/platform/cold.hpp>

#if defined(__linux__)
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>
#include <cstddef>
#include <initializer_list>
#else
#include <thread>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if defined(__linux__)

/// A small file, read whole into a fixed buffer; an empty text if it can't be read.
struct SmallFile {
  char text[1024];
  std::size_t size = 0;

  PARALLEL_TASK_COLD explicit SmallFile(char const* path) noexcept {
    int const file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      for (ssize_t got = 1; size < sizeof text - 1 && got > 0; size += static_cast<std::size_t>(got > 0 ? got : 0)) {
        got = ::read(file, text + size, sizeof text - 1 - size);
      }
      ::close(file);
    }
    text[size] = '\0';
  }
};

/// A path that is put together in place; too long a path becomes empty, so that nothing is found there.
struct Path {
  char text[1024];
  std::size_t size = 0;

  PARALLEL_TASK_COLD Path& operator<<(char const* part) noexcept {
    while (*part != '\0' && size < sizeof text - 1) text[size++] = *part++;
    if (*part != '\0') size = 0;
    text[size] = '\0';
    return *this;
  }
  /// Cuts the last component off, down to `least` characters; false if nothing was left to cut.
  bool up(std::size_t least) noexcept {
    while (size > least && text[size - 1] != '/') --size;
    while (size > least && text[size - 1] == '/') --size;
    text[size] = '\0';
    return size > least;
  }
};

/// A decimal number at `text`, which moves behind it; -1 if there is none.
[[nodiscard]] inline long long read_number(char const*& text) noexcept {
  while (*text == ' ' || *text == '\t') ++text;
  if (*text < '0' || *text > '9') return -1;
  long long value = 0;
  for (; *text >= '0' && *text <= '9'; ++text) {
    if (value < 1'000'000'000'000LL) value = value * 10 + (*text - '0');
  }
  return value;
}

/// Cores that `quota` per `period` (both in µs) come to, rounded up; 0: no limit.
[[nodiscard]] constexpr unsigned quota_cores(long long quota, long long period) noexcept {
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<unsigned>((quota + period - 1) / period);
}

/// The tightest CPU quota on the way from a cgroup up to the root of its hierarchy; 0: none.
/// `version` 2 reads `cpu.max`, 1 reads `cpu.cfs_quota_us` and `cpu.cfs_period_us`.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned cgroup_quota(char const* mount, char const* group,
                                                              int version) noexcept {
  Path where;
  where << mount;
  std::size_t const least = where.size;
  where << group;
  if (where.size == 0) return 0;
  unsigned tightest = 0;
  for (bool more = true; more;) {
    if (where.size > least && where.text[where.size - 1] == '/') where.text[--where.size] = '\0';
    Path file = where;
    unsigned here = 0;
    if (version == 2) {
      file << "/cpu.max";
      SmallFile const limits(file.text);
      char const* at = limits.text;
      long long const quota = read_number(at);  // "max" is no number
      long long const period = quota > 0 ? read_number(at) : -1;
      here = quota_cores(quota, period);
    } else {
      file << "/cpu.cfs_quota_us";
      SmallFile const quota_file(file.text);
      file = where;
      file << "/cpu.cfs_period_us";
      SmallFile const period_file(file.text);
      char const* quota_text = quota_file.text;
      char const* period_text = period_file.text;
      here = quota_cores(read_number(quota_text), read_number(period_text));
    }
    if (here != 0 && (tightest == 0 || here < tightest)) tightest = here;
    more = where.size > least;
    (void)where.up(least);
  }
  return tightest;
}

/// The quota that holds for this process, from the text of /proc/self/cgroup and where the hierarchies are mounted.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned quota_of(char const* membership, char const* mount_v1,
                                                          char const* mount_v2) noexcept {
  unsigned tightest = 0;
  auto const tighten = [&tightest](unsigned cores) {
    if (cores != 0 && (tightest == 0 || cores < tightest)) tightest = cores;
  };
  // Each line is "<id>:<controllers>:<path>"; version 2 has id 0 and no controllers.
  for (char const* line = membership; *line != '\0';) {
    char const* controllers = line;
    while (*controllers != '\0' && *controllers != ':' && *controllers != '\n') ++controllers;
    if (*controllers != ':') break;
    char const* path = ++controllers;
    bool has_cpu = false;
    while (*path != '\0' && *path != ':' && *path != '\n') {
      bool const starts = path == controllers || path[-1] == ',';
      if (starts && path[0] == 'c' && path[1] == 'p' && path[2] == 'u' && (path[3] == ',' || path[3] == ':')) {
        has_cpu = true;
      }
      ++path;
    }
    if (*path != ':') break;
    bool const unified = path == controllers;
    ++path;
    char group[768];
    std::size_t size = 0;
    for (; *path != '\0' && *path != '\n'; ++path) {
      if (size < sizeof group - 1) group[size++] = *path;
    }
    group[size] = '\0';
    if (unified) tighten(cgroup_quota(mount_v2, group, 2));
    if (has_cpu) tighten(cgroup_quota(mount_v1, group, 1));
    line = *path == '\n' ? path + 1 : path;
  }
  return tightest;
}

#endif

#if !defined(PARALLEL_TASK_SEAM_CORES)

#if defined(__linux__)
/// Where the system says which quota holds. Tests put files of their own here, before their first call.
struct QuotaFiles {
  char const* membership = "/proc/self/cgroup";
  char const* mount_v1 = "/sys/fs/cgroup/cpu";
  char const* mount_v2 = "/sys/fs/cgroup";
};
inline constinit QuotaFiles quota_files{};
#endif

/// Cores by affinity alone: quick (1 µs). The calling thread's or the main thread's, whichever may use more: a thread
/// that its user has bound to one core does not speak for the process.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned affinity_cores() noexcept {
#if defined(__linux__)
  int most = 0;
  for (::pid_t const thread : {::pid_t{0}, ::getpid()}) {
    ::cpu_set_t allowed;
    if (::sched_getaffinity(thread, sizeof allowed, &allowed) != 0) continue;
    int const count = CPU_COUNT(&allowed);
    if (count > most) most = count;
  }
  if (most > 0) return static_cast<unsigned>(most);
  long const online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : static_cast<unsigned>(online);
#else
  unsigned const count = std::thread::hardware_concurrency();
  return count == 0 ? 1 : count;
#endif
}

/// Cores that this process may use: its affinity, and its cgroup's CPU quota rounded up. Reads files (tens of µs).
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned available_cores() noexcept {
  unsigned const cores = affinity_cores();
#if defined(__linux__)
  SmallFile const membership(quota_files.membership);
  unsigned const quota = quota_of(membership.text, quota_files.mount_v1, quota_files.mount_v2);
  if (quota != 0 && quota < cores) return quota;
#endif
  return cores;
}

#endif

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
