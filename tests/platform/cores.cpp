#include <parallel_task/platform/cores.hpp>

#include "catch.hpp"

#if defined(__linux__)

#include <pthread.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace detail = parallel_task::detail;

namespace {

/// A made-up cgroup hierarchy in a directory of its own.
class Hierarchy {
 public:
  Hierarchy() {
    char name[] = "/tmp/parallel_task_cgroups_XXXXXX";
    root_ = ::mkdtemp(name);
  }
  Hierarchy(Hierarchy const&) = delete;
  Hierarchy& operator=(Hierarchy const&) = delete;
  ~Hierarchy() { std::filesystem::remove_all(root_); }

  [[nodiscard]] char const* mount() const { return root_.c_str(); }
  void write(std::string const& group, std::string const& file, std::string const& text) const {
    std::filesystem::create_directories(root_ + group);
    std::ofstream(root_ + group + "/" + file) << text;
  }
  void version_1(std::string const& group, std::string const& quota, std::string const& period) const {
    write(group, "cpu.cfs_quota_us", quota + "\n");
    write(group, "cpu.cfs_period_us", period + "\n");
  }
  void version_2(std::string const& group, std::string const& text) const { write(group, "cpu.max", text + "\n"); }

 private:
  std::string root_;
};

}  // namespace

TEST_CASE("a quota comes to whole cores, rounded up") {
  CHECK(detail::quota_cores(100'000, 100'000) == 1);
  CHECK(detail::quota_cores(100'001, 100'000) == 2);
  CHECK(detail::quota_cores(50'000, 100'000) == 1);
  CHECK(detail::quota_cores(350'000, 100'000) == 4);
  CHECK(detail::quota_cores(-1, 100'000) == 0);
  CHECK(detail::quota_cores(0, 100'000) == 0);
  CHECK(detail::quota_cores(100'000, 0) == 0);
}

TEST_CASE("numbers are read as they stand in cgroup files") {
  auto const read = [](char const* text) {
    char const* at = text;
    return detail::read_number(at);
  };
  CHECK(read("123 456") == 123);
  CHECK(read("  7\n") == 7);
  CHECK(read("max 100000") == -1);
  CHECK(read("-1") == -1);
  CHECK(read("") == -1);
  CHECK(read("99999999999999999999999") > 0);  // no overflow
}

TEST_CASE("cgroup v2: the quota of a group, or of the tightest one above it") {
  Hierarchy const h;
  h.version_2("/a/b", "max 100000");
  CHECK(detail::cgroup_quota(h.mount(), "/a/b", 2) == 0);
  h.version_2("/a", "250000 100000");
  CHECK(detail::cgroup_quota(h.mount(), "/a/b", 2) == 3);
  h.version_2("/a/b", "400000 100000");
  CHECK(detail::cgroup_quota(h.mount(), "/a/b", 2) == 3);
  h.version_2("/a/b", "100000 100000");
  CHECK(detail::cgroup_quota(h.mount(), "/a/b", 2) == 1);
  CHECK(detail::cgroup_quota(h.mount(), "/a", 2) == 3);
  CHECK(detail::cgroup_quota(h.mount(), "/elsewhere", 2) == 0);
}

TEST_CASE("cgroup v2: in a container the group is the mount itself") {
  Hierarchy const h;
  h.version_2("", "150000 100000");
  CHECK(detail::cgroup_quota(h.mount(), "/", 2) == 2);
  CHECK(detail::cgroup_quota(h.mount(), "", 2) == 2);
  // The path may name groups that are not visible from inside.
  CHECK(detail::cgroup_quota(h.mount(), "/system.slice/docker-1234.scope", 2) == 2);
}

TEST_CASE("cgroup v1: quota and period are files of their own") {
  Hierarchy const h;
  h.version_1("/docker/1234", "-1", "100000");
  CHECK(detail::cgroup_quota(h.mount(), "/docker/1234", 1) == 0);
  h.version_1("/docker/1234", "150000", "50000");
  CHECK(detail::cgroup_quota(h.mount(), "/docker/1234", 1) == 3);
  h.version_1("/docker", "200000", "100000");
  CHECK(detail::cgroup_quota(h.mount(), "/docker/1234", 1) == 2);
  h.version_1("", "100000", "100000");
  CHECK(detail::cgroup_quota(h.mount(), "/docker/1234", 1) == 1);
}

TEST_CASE("the process's own line in /proc/self/cgroup says where to look") {
  Hierarchy const one;
  Hierarchy const two;
  one.version_1("/v1", "300000", "100000");
  two.version_2("/v2", "500000 100000");
  CHECK(detail::quota_of("0::/v2\n", one.mount(), two.mount()) == 5);
  CHECK(detail::quota_of("12:memory:/v1\n4:cpu,cpuacct:/v1\n1:name=systemd:/x\n", one.mount(), two.mount()) == 3);
  CHECK(detail::quota_of("4:cpuacct,cpu:/v1\n0::/v2\n", one.mount(), two.mount()) == 3);
  CHECK(detail::quota_of("4:cpu:/nowhere\n0::/v2\n", one.mount(), two.mount()) == 5);
  // cpuset and cpuacct are other controllers.
  CHECK(detail::quota_of("5:cpuset:/v1\n6:cpuacct:/v1\n", one.mount(), two.mount()) == 0);
  CHECK(detail::quota_of("0::/v2", one.mount(), two.mount()) == 5);  // no end of line
}

TEST_CASE("a strange /proc/self/cgroup means no quota") {
  Hierarchy const h;
  h.version_2("/a", "100000 100000");
  for (char const* text : {"", "\n", "0", "0:", "0::", "nonsense\n0::/a\n", ":::::", "0:cpu\n"}) {
    INFO(text);
    CHECK(detail::quota_of(text, h.mount(), h.mount()) == 0);
  }
  CHECK(detail::quota_of(("0::/" + std::string(5000, 'x') + "\n").c_str(), h.mount(), h.mount()) == 0);
}

TEST_CASE("a membership file is read to its end, however long it is") {
  Hierarchy const h;
  std::string const pod = "/kubepods/burstable/pod0123abcd-4567-89ab-cdef-0123456789ab/" + std::string(64, 'c');
  h.version_1(pod, "100000", "100000");
  std::string text;
  for (int i = 13; i != 0; --i) text += std::to_string(i) + ":controller" + std::to_string(i) + ":" + pod + "\n";
  text += std::string(20'000, 'y') + "\n";  // no line of the kind, and longer than any
  h.write("", "membership", text + "1:cpu,cpuacct:" + pod);
  unsigned found = 0;
  int lines = 0;
  for (detail::Lines membership((h.mount() + std::string("/membership")).c_str()); membership.next(); ++lines) {
    if (found == 0) found = detail::quota_of(membership.text, h.mount(), h.mount());
  }
  CHECK(lines == 15);
  CHECK(found == 1);
  detail::Lines nowhere("/nowhere");
  CHECK_FALSE(nowhere.next());
}

TEST_CASE("nonsense in the files means no quota") {
  Hierarchy const h;
  for (char const* text : {"", "x", "100000", "100000 x", "100000 0", "0 100000"}) {
    INFO(text);
    h.version_2("/a", text);
    CHECK(detail::cgroup_quota(h.mount(), "/a", 2) == 0);
  }
  h.write("/b", "cpu.cfs_quota_us", "100000\n");  // no period
  CHECK(detail::cgroup_quota(h.mount(), "/b", 1) == 0);
}

TEST_CASE("looking for cores takes little of a thread's stack, which may have 16 kB") {
  // Bytes of a stack of zeros that are used by a thread that runs `body`.
  auto const used_by = [](void* (*body)(void*)) {
    std::vector<unsigned char> memory(std::size_t{1} << 20);
    void* start = memory.data();
    std::size_t size = memory.size();
    start = std::align(4096, size - 4096, start, size);
    size = size / 4096 * 4096;
    ::pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstack(&attributes, start, size);
    ::pthread_t thread{};
    bool const started = ::pthread_create(&thread, &attributes, body, nullptr) == 0;
    ::pthread_attr_destroy(&attributes);
    if (!started) return std::size_t{0};
    ::pthread_join(thread, nullptr);
    unsigned char const* lowest = static_cast<unsigned char const*>(start);
    std::size_t unused = 0;
    while (unused != size && lowest[unused] == 0) ++unused;
    return size - unused;
  };
  Hierarchy const h;
  h.version_2("/a", "100000 100000");
  h.version_1("/a", "100000", "100000");
  h.write("", "membership", "4:cpu:/a\n0::/a\n");
  static std::string const membership = h.mount() + std::string("/membership");
  static detail::QuotaFiles const before = detail::quota_files;
  detail::quota_files = {membership.c_str(), h.mount(), h.mount()};
  static unsigned found = 0;
  std::size_t const nothing = used_by([](void*) -> void* { return nullptr; });
  std::size_t const looking = used_by([](void*) -> void* {
    found = detail::available_cores();
    return nullptr;
  });
  detail::quota_files = before;
  CHECK(found == 1);
  CHECK(looking - nothing < 8'000);
}

TEST_CASE("there is at least one core, and no more than affinity allows") {
  CHECK(detail::affinity_cores() >= 1);
  CHECK(detail::available_cores() >= 1);
  CHECK(detail::available_cores() <= detail::affinity_cores());
}

#endif
