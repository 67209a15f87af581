// dying_ranks MESSAGES: three forked ranks run loops, and one of them ends by SIGKILL in place of its first message,
// its second, up to that many, in a run for each. Rank 0 has the right results every time.
#include <parallel_task/parallel_task.hpp>

#include <parallel_task/forked.hpp>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pt = parallel_task;
namespace detail = pt::detail;

namespace {

constexpr int ranks = 3;

/// Kills its process instead of sending message `last`, counted from 0; -1: it does not.
class MortalLink final : public detail::Link {
 public:
  MortalLink(int rank, std::vector<detail::SocketStream> streams, int last)
      : link_(rank, ranks, std::move(streams), rank != 0), left_(last) {}

  [[nodiscard]] int rank() const noexcept override { return link_.rank(); }
  [[nodiscard]] int size() const noexcept override { return link_.size(); }
  void send(int to, detail::Bytes bytes) override {
    if (left_ == 0) ::kill(::getpid(), SIGKILL);
    if (left_ > 0) --left_;
    link_.send(to, std::move(bytes));
  }
  [[nodiscard]] bool receive(detail::Parcel& parcel) override { return link_.receive(parcel); }
  [[nodiscard]] bool is_idle() const noexcept override { return link_.is_idle(); }
  [[nodiscard]] bool is_lost(int rank) const noexcept override { return link_.is_lost(rank); }
  void abandon() noexcept override { link_.abandon(); }

 private:
  detail::SocketLink link_;
  int left_;
};

class MortalWorld : public pt::world {
 public:
  MortalWorld(int who, int last) {
    std::vector<detail::SocketStream> streams;
    for (int rank = 1; rank != ranks; ++rank) {
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
      pids_[rank] = ::fork();
      if (pids_[rank] == 0) {
        streams.clear();
        ::close(ends[0]);
        streams.emplace_back(ends[1]);
        join(std::make_unique<MortalLink>(rank, std::move(streams), rank == who ? last : -1), 1);
        return;
      }
      ::close(ends[1]);
      streams.emplace_back(ends[0]);
    }
    join(std::make_unique<MortalLink>(0, std::move(streams), -1), 1);
  }
  ~MortalWorld() {
    bool const orderly = leave();
    if (rank() != 0) std::_Exit(orderly ? EXIT_SUCCESS : EXIT_FAILURE);
    exchange_.reset();
  }
  /// On rank 0, behind all calls: whether `rank` has been killed.
  [[nodiscard]] bool was_killed(int rank) const {
    int status = 0;
    return ::waitpid(pids_[rank], &status, WNOHANG) == pids_[rank] && WIFSIGNALED(status);
  }

 private:
  ::pid_t pids_[ranks] = {};
};

bool loops_are_right(pt::world& w) {
  constexpr std::size_t n = 500;
  auto const text = [](std::size_t i) { return std::string(i % 90, static_cast<char>('a' + i % 26)); };
  bool right = pt::indices(n).on(w).map(text).collect<std::vector>() == pt::indices(n).map(text).collect<std::vector>();
  std::size_t next = 0;
  pt::indices(n).on(w).for_each_ordered([&](std::size_t i) { right = right && i == next++; }, 50);
  right = right && next == (w.is_root() ? n : 0);
  auto const squares = pt::indices(n).on(w).map([](std::size_t i) { return i * i; }).collect<std::vector>();
  for (std::size_t i = 0; i != n; ++i) right = right && squares[i] == i * i;
  auto const rest = [](std::size_t i) { return i % 7; };
  right = right && pt::indices(n).on(w).count_by(rest) == pt::indices(n).count_by(rest);
  return right && pt::indices(n).on(w).find_first([](std::size_t i) { return i == n - 2; }) == n - 2;
}

/// Of a process of its own: 0, the results are right and nobody has died; 1, they are and somebody has.
int one_run(int who, int last) {
  try {
    MortalWorld w(who, last);
    bool const right = loops_are_right(w);
    if (w.is_root()) return !right ? 2 : w.was_killed(who) ? 1 : 0;
    if (!right) std::fprintf(stderr, "rank %d: another result\n", w.rank());
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  int const messages = argc > 1 ? std::atoi(argv[1]) : 50;
  int killed = 0;
  int wrong = 0;
  for (int last = 1; last <= messages; ++last) {  // its first of all says that it is there
    int const who = 1 + last % 2;
    ::pid_t const child = ::fork();
    if (child == 0) std::_Exit(one_run(who, last));
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) > 1) {
      std::fprintf(stderr, "rank %d dies instead of message %d: wrong\n", who, last);
      ++wrong;
    } else {
      killed += WEXITSTATUS(status);
    }
  }
  if (killed == 0) std::fprintf(stderr, "nobody has died\n");
  return wrong == 0 && killed != 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
