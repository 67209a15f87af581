#include "elsewhere.hpp"

#include "machine.hpp"

#include <cstdio>
#include <cstring>

#if defined(__unix__)
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;
#endif

namespace suite {

Turn take_turn(Row const& row, Contender const& contender, Manner manner) {
  come_to_rest(rest_before(row));
  if (manner.warm) (void)contender.run();
  Turn turn{{0, 0, 0}, 0, 0, 0};
  double runs = 0;
  double const before = process_cpu_seconds();
  auto const begin = Clock::now();
  do {
    Sample const sample = contender.run();
    turn.sample.ns += sample.ns * sample.units;
    turn.sample.units += sample.units;
    turn.sample.digest = sample.digest;
    ++runs;
  } while (nanoseconds_since(begin) < manner.least_ns);
  if (row.idles) come_to_rest(rest_before(row));  // who spins on, pays
  turn.sample.ns /= turn.sample.units;
  turn.ns = nanoseconds_since(begin);
  turn.cpu_ns = (process_cpu_seconds() - before) * 1e9;
  turn.run_ns = turn.ns / runs;
  return turn;
}

// A question is a line "row contender warm least", an answer a line of six numbers. The answer comes once the process
// is at rest, so that no thread of it spins when somebody else is measured.
int serve() {
  std::size_t prepared = rows().size();
  std::size_t row = 0;
  std::size_t contender = 0;
  int warm = 0;
  double least = 0;
  while (std::scanf("%zu %zu %d %lf", &row, &contender, &warm, &least) == 4) {
    if (row >= rows().size() || contender >= rows()[row].contenders.size()) return 2;
    if (row != prepared) {
      if (prepared != rows().size()) rows()[prepared].release();
      rows()[row].prepare();
      prepared = row;
    }
    Turn const turn = take_turn(rows()[row], rows()[row].contenders[contender], {warm != 0, least});
    come_to_rest(rest_before(rows()[row]));
    std::printf("%.17g %.17g %.17g %.17g %.17g %.17g\n", turn.sample.ns, turn.sample.digest, turn.sample.units, turn.ns,
                turn.cpu_ns, turn.run_ns);
    std::fflush(stdout);
  }
  return 0;
}

#if defined(__unix__)

namespace {

/// This process's environment, with OpenMP's waiting threads asleep if `passive`.
std::vector<std::string> environment(bool passive) {
  std::vector<std::string> result;
  for (char** each = environ; *each != nullptr; ++each) {
    std::string const line = *each;
    bool const waiting = line.rfind("OMP_WAIT_POLICY=", 0) == 0 || line.rfind("GOMP_SPINCOUNT=", 0) == 0;
    if (!passive || !waiting) result.push_back(line);
  }
  if (passive) result.emplace_back("OMP_WAIT_POLICY=passive");
  return result;
}

/// A line from `from`, waited for until `limit_ns` have passed; empty if there is none.
std::string line_from(int from, double limit_ns) {
  auto const begin = Clock::now();
  std::string line;
  for (;;) {
    double const left = limit_ns - nanoseconds_since(begin);
    pollfd ready{from, POLLIN, 0};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left * 1e-6) + 1) <= 0) return "";
    char text[256];
    auto const count = ::read(from, text, sizeof text);
    if (count <= 0) return "";
    line.append(text, static_cast<std::size_t>(count));
    if (line.back() == '\n') return line;
  }
}

}  // namespace

bool Elsewhere::possible() { return true; }

void Elsewhere::start(Child& child, bool passive) const {
  int to[2];
  int from[2];
  if (::pipe(to) != 0) return;
  if (::pipe(from) != 0) {
    ::close(to[0]), ::close(to[1]);
    return;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a child that has died is found out by its answer
  for (int const end : {to[1], from[0]}) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to[0], 0);
  ::posix_spawn_file_actions_adddup2(&actions, from[1], 1);
  ::posix_spawn_file_actions_addclose(&actions, to[0]);
  ::posix_spawn_file_actions_addclose(&actions, from[1]);
  std::vector<std::string> lines = environment(passive);
  std::vector<char*> variables;
  for (std::string& line : lines) variables.push_back(line.data());
  variables.push_back(nullptr);
  std::string name = program_;
  std::string word = "--serve";
  char* const words[] = {name.data(), word.data(), nullptr};
  pid_t id = 0;
  if (::posix_spawn(&id, program_.c_str(), &actions, nullptr, words, variables.data()) == 0) child.id = id;
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(to[0]), ::close(from[1]);
  child.to = to[1];
  child.from = from[0];
}

void Elsewhere::end(Child& child) {
  if (child.to >= 0) ::close(child.to), ::close(child.from);
  if (child.id > 0) {
    ::kill(child.id, SIGKILL);
    ::waitpid(child.id, nullptr, 0);
  }
  child = {};
}

Elsewhere::~Elsewhere() {
  end(own_);
  end(passive_);
}

std::optional<Turn> Elsewhere::take_turn(Process kind, std::size_t row, std::size_t contender, Manner manner,
                                         double limit_ns) {
  bool const passive = kind == Process::passive;
  Child& child = passive ? passive_ : own_;
  if (child.id == 0) start(child, passive);
  char question[96];
  int const length = std::snprintf(question, sizeof question, "%zu %zu %d %.0f\n", row, contender, manner.warm ? 1 : 0,
                                   manner.least_ns);
  Turn turn;
  std::string answer;
  if (child.id != 0 && ::write(child.to, question, static_cast<std::size_t>(length)) == length) {
    answer = line_from(child.from, limit_ns);
  }
  if (std::sscanf(answer.c_str(), "%lf %lf %lf %lf %lf %lf", &turn.sample.ns, &turn.sample.digest, &turn.sample.units,
                  &turn.ns, &turn.cpu_ns, &turn.run_ns) == 6) {
    return turn;
  }
  end(child);
  return std::nullopt;
}

std::vector<int> Elsewhere::ids() const { return {own_.id, passive_.id}; }

#else

bool Elsewhere::possible() { return false; }
Elsewhere::~Elsewhere() = default;
std::optional<Turn> Elsewhere::take_turn(Process, std::size_t, std::size_t, Manner, double) { return std::nullopt; }
std::vector<int> Elsewhere::ids() const { return {}; }

#endif

}  // namespace suite
