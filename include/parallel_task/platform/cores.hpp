// The seam for cores: how many this process may use, by affinity and by cgroup quota.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/windows.hpp>

#if defined(__linux__)
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>
#include <cstddef>
#include <initializer_list>
#elif defined(_WIN32)
#include <bit>
#elif !defined(PARALLEL_TASK_NO_THREADS)
#include <thread>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(__linux__)

/// Longer paths of cgroups are passed over: two of them are on the stack, which may have no more than 16 kB.
inline constexpr std::size_t longest_path = 2048;

/// The whole content of a small file, one or two numbers, in a fixed buffer; empty if the file can't be read.
struct SmallFile {
  char text[128];
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

/// Reads a file line by line. Of a line that is longer than any path, only the beginning.
class Lines {
 public:
  PARALLEL_TASK_COLD explicit Lines(char const* path) noexcept : file_(::open(path, O_RDONLY | O_CLOEXEC)) {}
  Lines(Lines const&) = delete;
  Lines& operator=(Lines const&) = delete;
  ~Lines() {
    if (file_ >= 0) ::close(file_);
  }

  /// Reads the next line into `text`, without its end; false if there is none.
  PARALLEL_TASK_COLD bool next() noexcept {
    std::size_t size = 0;
    int c = read_char();
    if (c < 0) return false;
    for (; c >= 0 && c != '\n'; c = read_char()) {
      if (size < sizeof text - 1) text[size++] = static_cast<char>(c);
    }
    text[size] = '\0';
    return true;
  }

  char text[longest_path + 256];

 private:
  int read_char() noexcept {
    if (at_ == end_) {
      at_ = 0;
      ssize_t const got = file_ >= 0 ? ::read(file_, buffer_, sizeof buffer_) : 0;
      end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
      if (end_ == 0) return -1;
    }
    return static_cast<unsigned char>(buffer_[at_++]);
  }

  int file_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  char buffer_[512];
};

/// A path that is composed in place. A path that is too long becomes empty, so that no file is found.
struct Path {
  char text[longest_path];
  std::size_t size = 0;

  /// Adds a part, which ends with its line.
  PARALLEL_TASK_COLD Path& operator<<(char const* part) noexcept {
    while (*part != '\0' && *part != '\n' && size < sizeof text - 1) text[size++] = *part++;
    if (*part != '\0' && *part != '\n') size = 0;
    text[size] = '\0';
    return *this;
  }
  /// Removes the last component, but keeps `least` characters; false if nothing was left to remove.
  bool up(std::size_t least) noexcept {
    while (size > least && text[size - 1] != '/') --size;
    while (size > least && text[size - 1] == '/') --size;
    text[size] = '\0';
    return size > least;
  }
};

/// Reads a file of directory `where`. Its path is composed in place, and taken back: a third one on the
/// stack would be one too many.
[[nodiscard]] inline SmallFile file_in(Path& where, char const* name) noexcept {
  std::size_t const size = where.size;
  char const first = where.text[0];
  where << name;
  SmallFile file(where.text);
  where.text[0] = first;  // in case it became too long
  where.size = size;
  where.text[size] = '\0';
  return file;
}

/// The decimal number at `text`, which is moved past it; -1 if there is none.
[[nodiscard]] inline long long read_number(char const*& text) noexcept {
  while (*text == ' ' || *text == '\t') ++text;
  if (*text < '0' || *text > '9') return -1;
  long long value = 0;
  for (; *text >= '0' && *text <= '9'; ++text) {
    if (value < 1'000'000'000'000LL) value = value * 10 + (*text - '0');
  }
  return value;
}

/// The number of cores that `quota` per `period` (both in us) amounts to, rounded up; 0: no limit.
[[nodiscard]] constexpr unsigned quota_cores(long long quota, long long period) noexcept {
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<unsigned>((quota + period - 1) / period);
}

/// The tightest CPU quota from a cgroup, whose path ends with its line, up to the root of its hierarchy; 0: none.
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
    unsigned here = 0;
    if (version == 2) {
      SmallFile const limits = detail::file_in(where, "/cpu.max");
      char const* at = limits.text;
      long long const quota = read_number(at);  // "max" is not a number
      long long const period = quota > 0 ? read_number(at) : -1;
      here = quota_cores(quota, period);
    } else {
      SmallFile const quota_file = detail::file_in(where, "/cpu.cfs_quota_us");
      SmallFile const period_file = detail::file_in(where, "/cpu.cfs_period_us");
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

/// The quota to which lines of /proc/self/cgroup lead, given the mount points of the hierarchies; 0: none.
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
    if (unified) tighten(cgroup_quota(mount_v2, path, 2));
    if (has_cpu) tighten(cgroup_quota(mount_v1, path, 1));
    while (*path != '\0' && *path != '\n') ++path;
    line = *path == '\n' ? path + 1 : path;
  }
  return tightest;
}

#endif

#if !defined(PARALLEL_TASK_SEAM_CORES)

#if defined(__linux__)
/// Where the system publishes quotas. Tests put files of their own here, before their first call.
struct QuotaFiles {
  char const* membership = "/proc/self/cgroup";
  char const* mount_v1 = "/sys/fs/cgroup/cpu";
  char const* mount_v2 = "/sys/fs/cgroup";
};
inline constinit QuotaFiles quota_files{};
#endif

/// Cores by affinity alone: fast (1 us). The affinity of the calling thread or that of the main thread, whichever
/// allows more: a thread that the user has pinned to one core does not stand for the process.
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
#elif defined(_WIN32)
  // The mask is that of one group, of up to 64 processors. Where there are several, a process is not bound by it.
  windows::Word allowed = 0;
  windows::Word present = 0;
  if (::GetActiveProcessorGroupCount() == 1 &&
      ::GetProcessAffinityMask(::GetCurrentProcess(), &allowed, &present) != 0 && allowed != 0) {
    return static_cast<unsigned>(std::popcount(allowed));
  }
  constexpr unsigned short all_groups = 0xFFFF;
  unsigned long const count = ::GetActiveProcessorCount(all_groups);
  return count == 0 ? 1 : static_cast<unsigned>(count);
#elif defined(PARALLEL_TASK_NO_THREADS)
  return 1;
#else
  unsigned const count = std::thread::hardware_concurrency();
  return count == 0 ? 1 : count;
#endif
}

#if defined(_WIN32)
/// How many cores' time the job that this process runs in may use, rounded up; 0 if that is not limited. Containers are
/// jobs.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned job_quota() noexcept {
  constexpr int rate_control = 15;  // JobObjectCpuRateControlInformation
  constexpr unsigned long is_on = 1;
  constexpr unsigned long is_hard_cap = 4;
  constexpr unsigned long has_minimum = 16;
  struct {
    unsigned long flags;
    unsigned long rate;  // in 1/10000 of all processors; where there is a minimum, its upper half
  } limit = {0, 0};
  auto* const query = windows::kernel_function<int __stdcall(void*, int, void*, unsigned long, unsigned long*)>(
      "QueryInformationJobObject");
  if (query == nullptr || query(nullptr, rate_control, &limit, sizeof limit, nullptr) == 0) return 0;
  if ((limit.flags & is_on) == 0 || (limit.flags & (is_hard_cap | has_minimum)) == 0) return 0;
  unsigned long const rate = (limit.flags & has_minimum) != 0 ? limit.rate >> 16 : limit.rate;
  unsigned long long const share = static_cast<unsigned long long>(rate) * ::GetActiveProcessorCount(0xFFFF);
  return static_cast<unsigned>((share + 9999) / 10000);
}
#endif

/// Cores that this process may use, by its affinity and by the CPU quota of its cgroup or job, rounded up. Reads files
/// (tens of us).
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned available_cores() noexcept {
  unsigned const cores = affinity_cores();
#if defined(__linux__)
  unsigned tightest = cores;
  for (Lines membership(quota_files.membership); membership.next();) {
    unsigned const quota = quota_of(membership.text, quota_files.mount_v1, quota_files.mount_v2);
    if (quota != 0 && quota < tightest) tightest = quota;
  }
  return tightest;
#elif defined(_WIN32)
  unsigned const quota = job_quota();
  return quota != 0 && quota < cores ? quota : cores;
#else
  return cores;
#endif
}

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
