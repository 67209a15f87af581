// The CPU quota of the process's cgroup bounds the cores, also when it changes: by files of the test's own, and by a
// real cgroup where the machine lets this user make one.
#include "process/scenario.hpp"

#include <filesystem>
#include <fstream>
#include <string>

using namespace process;
namespace fs = std::filesystem;

namespace {

auto& pool = detail::thread_manager;

bool write(fs::path const& file, std::string const& text) {
  std::ofstream out(file);
  out << text << std::flush;
  return out.good();
}

void share_everything() {
  detail::Costs& costs = pool.costs;
  costs.tiny = -1;
  costs.probe = 0;
  costs.wake = costs.start = costs.least_shared = -1;
}

/// Calls until the pool counts on so many cores; whoever waits for ever is ended by ctest.
void until_cores(std::uint32_t count) {
  until([count] {
    expect(a_call_is_right(20), "a call is wrong");
    std::this_thread::sleep_for(milliseconds(20));
    return pool.places.cores() == count;
  });
}

/// A directory that goes when its user does.
struct Directory {
  fs::path path;
  Directory() {
    char name[] = "/tmp/parallel_task_quota_XXXXXX";
    path = ::mkdtemp(name);
  }
  Directory(Directory const&) = delete;
  Directory& operator=(Directory const&) = delete;
  ~Directory() { fs::remove_all(path); }
};

// The least that the system has is two cores, or one: the figures are chosen so that both can be told apart from it.
void by_files(std::string const& membership, fs::path const& group, bool unified) {
  Directory const root;
  std::string const member = root.path / "cgroup";
  std::string const mount = root.path;
  expect(write(member, membership), "a file can't be written");
  fs::create_directories(root.path / group);
  auto const set = [&](std::string const& quota) {
    fs::path const where = root.path / group;
    expect(unified ? write(where / "cpu.max", quota + " 100000\n")
                   : write(where / "cpu.cfs_quota_us", quota + "\n") && write(where / "cpu.cfs_period_us", "100000\n"),
           "a file can't be written");
  };
  detail::quota_files = {member.c_str(), mount.c_str(), mount.c_str()};
  share_everything();
  std::uint32_t const all = detail::affinity_cores();
  set("50000");  // half a core
  expect(detail::available_cores() == 1, "half a core is not one");
  until_cores(1);
  set("10000000");  // more than there are
  until_cores(all);
  set("150000");
  until_cores(all < 2 ? all : 2);
  set(unified ? "max" : "-1");
  until_cores(all);
}
void files_of_version_1() { by_files("3:cpuset:/\n1:cpu,cpuacct:/docker/a\n", "docker/a", false); }
/// As in a pod: the line that counts is beyond the first kilobyte.
void files_of_a_pod() {
  std::string const pod = "kubepods/burstable/pod0123abcd-4567-89ab-cdef-0123456789ab/" + std::string(64, 'c');
  std::string membership;
  for (int i = 12; i != 1; --i) membership += std::to_string(i) + ":other:/" + pod + "\n";
  by_files(membership + "1:cpu,cpuacct:/" + pod + "\n", pod, false);
}
void files_of_version_2() { by_files("0::/user.slice/a\n", "user.slice/a", true); }

/// A real cgroup of this process's own; empty where none can be had.
fs::path make_group(bool& unified) {
  std::string const name = "parallel_task_" + std::to_string(::getpid());
  for (bool second : {false, true}) {
    unified = second;
    fs::path const group = fs::path(second ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu") / name;
    std::error_code error;
    if (!fs::create_directory(group, error)) continue;
    if (fs::exists(group / (second ? "cpu.max" : "cpu.cfs_quota_us")) && write(group / "cgroup.procs", "0\n"))
      return group;
    fs::remove(group, error);
  }
  return {};
}

// In a child, which leaves the group by ending. Where there is no group to be had, the scenarios above have to do.
void a_real_group() {
  bool unified = false;
  int ends[2];
  expect(::pipe(ends) == 0, "no pipe to be had");
  pid_t const child = fork_child([&] {
    fs::path const group = make_group(unified);
    std::string const path = group.string();
    expect(::write(ends[1], path.data(), path.size()) == static_cast<ssize_t>(path.size()), "the pipe is broken");
    ::close(ends[1]);
    if (group.empty()) return;
    auto const set = [&](std::string const& quota) {
      return unified ? write(group / "cpu.max", quota + " 100000\n") : write(group / "cpu.cfs_quota_us", quota + "\n");
    };
    share_everything();
    std::uint32_t const all = detail::affinity_cores();
    if (!set("50000")) return (void)std::puts("no quota can be set here");
    expect(detail::available_cores() == 1, "half a core is not one", detail::available_cores());
    until_cores(1);
    expect(set("150000"), "the quota can't be changed");
    until_cores(all < 2 ? all : 2);
  });
  ::close(ends[1]);
  char path[512] = "";
  ssize_t const size = ::read(ends[0], path, sizeof path - 1);
  int const status = status_of(child);
  if (size <= 0) std::puts("no cgroup can be made here");
  std::error_code error;
  if (size > 0) fs::remove(path, error);
  expect(status == 0, "the child ended with status", status);
  expect(!error, "the cgroup is left behind");
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"files_of_version_1", files_of_version_1},
                       {"files_of_a_pod", files_of_a_pod},
                       {"files_of_version_2", files_of_version_2},
                       {"a_real_group", a_real_group}});
}
