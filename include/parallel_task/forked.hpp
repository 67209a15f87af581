// pt::forked::world: ranks that are forked processes of one machine, which talk over Unix sockets. No MPI is needed.
//
// For jobs that crash, since a worker that dies costs its chunk and not the run, and for tests.
#pragma once

#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/world.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cores.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#if !defined(__unix__) && !defined(__APPLE__)
#error "parallel_task: <parallel_task/forked.hpp> needs fork and Unix sockets"
#endif
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Messages over a socket, which never waits.
class SocketStream {
 public:
  explicit SocketStream(int fd) noexcept : fd_(fd) {
    static_cast<void>(::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK));
    static_cast<void>(::fcntl(fd, F_SETFD, FD_CLOEXEC));
#if defined(SO_NOSIGPIPE)
    int const yes = 1;
    static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes));
#endif
  }
  SocketStream(SocketStream&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        queue_(std::move(other.queue_)),
        sent_(other.sent_),
        frames_(std::move(other.frames_)),
        broken_(other.broken_) {}
  SocketStream(SocketStream const&) = delete;
  SocketStream& operator=(SocketStream const&) = delete;
  ~SocketStream() {
    if (fd_ >= 0) ::close(fd_);
  }

  void send(Bytes bytes) {
    if (broken_) return;
    Frames::frame(queue_, std::move(bytes));
    write();
  }
  [[nodiscard]] bool receive(Bytes& bytes) {
    write();
    if (!frames_.has_one()) read();
    if (!frames_.has_one()) return false;
    bytes = frames_.next();
    return true;
  }
  [[nodiscard]] bool is_idle() const noexcept { return broken_ || queue_.empty(); }
  /// The other end is closed, and all that it had sent has been received.
  [[nodiscard]] bool is_over() const noexcept { return broken_ && !frames_.has_one(); }

 private:
#if defined(MSG_NOSIGNAL)
  static constexpr int no_signal = MSG_NOSIGNAL;
#else
  static constexpr int no_signal = 0;
#endif
  static constexpr std::size_t at_once = std::size_t{1} << 16;

  void write() {
    while (!queue_.empty() && !broken_) {
      Bytes const& front = queue_.front();
      ::ssize_t const n = ::send(fd_, front.data() + sent_, front.size() - sent_, no_signal);
      if (n < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return;
        queue_.clear();  // the other end is gone; what it has sent is still to be read
        return;
      }
      sent_ += static_cast<std::size_t>(n);
      if (sent_ != front.size()) return;
      queue_.pop_front();
      sent_ = 0;
    }
  }
  void read() {
    if (broken_) return;
    if (room_.empty()) room_.resize(at_once);
    for (;;) {
      std::span<std::byte> const direct = frames_.room(at_once);
      ::ssize_t const n =
          direct.empty() ? ::recv(fd_, room_.data(), room_.size(), 0) : ::recv(fd_, direct.data(), direct.size(), 0);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (n <= 0) {
        broken_ = true;
        queue_.clear();
        return;
      }
      if (direct.empty()) {
        frames_.take(std::span<std::byte const>(room_.data(), static_cast<std::size_t>(n)));
      } else {
        frames_.took(static_cast<std::size_t>(n));
      }
      if (frames_.has_one()) return;
    }
  }

  int fd_;
  std::deque<Bytes> queue_;
  std::size_t sent_ = 0;  // of the first
  Frames frames_;
  Bytes room_;
  bool broken_ = false;
};

/// On rank 0 a socket to each other rank; on these one to rank 0.
class SocketLink final : public Link {
 public:
  SocketLink(int rank, int size, std::vector<SocketStream> streams, bool leaves_by_exit)
      : rank_(rank), size_(size), streams_(std::move(streams)), leaves_by_exit_(leaves_by_exit) {}

  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return size_; }
  void send(int to, Bytes bytes) override { streams_[index_of(to)].send(std::move(bytes)); }
  [[nodiscard]] bool receive(Parcel& parcel) override {
    for (std::size_t i = 0; i != streams_.size(); ++i) {
      next_ = next_ + 1 < streams_.size() ? next_ + 1 : 0;
      if (!streams_[next_].receive(parcel.bytes)) continue;
      parcel.from = rank_ == 0 ? static_cast<int>(next_) + 1 : 0;
      return true;
    }
    return false;
  }
  [[nodiscard]] bool is_idle() const noexcept override {
    for (SocketStream const& stream : streams_) {
      if (!stream.is_idle()) return false;
    }
    return true;
  }
  [[nodiscard]] bool is_lost(int rank) const noexcept override { return streams_[index_of(rank)].is_over(); }
  void abandon() noexcept override {
    if (leaves_by_exit_) {
      std::fflush(nullptr);
      ::_exit(EXIT_FAILURE);
    }
    streams_.clear();
  }

 private:
  [[nodiscard]] std::size_t index_of(int rank) const noexcept {
    return rank_ == 0 ? static_cast<std::size_t>(rank) - 1 : 0;
  }

  int rank_;
  int size_;
  std::vector<SocketStream> streams_;
  std::size_t next_ = 0;
  bool leaves_by_exit_;
};

}  // namespace detail

namespace forked {

/// A world of `n` processes: this one as rank 0, and n - 1 that are forked from here, each of which goes on behind the
/// constructor as another rank. They leave by `_exit` in the destructor, so what lies behind that runs on rank 0 alone.
///
///     pt::forked::world w(processes);
///     auto const squares = pt::indices(1000).on(w).map([](int i) { return i * i; }).collect<std::vector>();
///     if (w.is_root()) log << squares.size();
///
/// Made before the program has other threads. The ranks share the cores of this process evenly. A worker that dies in
/// an item costs its chunk, which another one runs again; three deaths of one chunk are a `pt::rank_lost` on all.
/// Without rank 0 the others end with `pt::rank_lost`.
class world : public parallel_task::world {
 public:
  /// Throws std::invalid_argument if `n` is less than 1, std::system_error if the system can't.
  explicit world(int n) {
    if (n < 1)
      detail::throw_error(std::invalid_argument("parallel_task::forked::world: there must be a rank at least"));
    unsigned const threads = detail::available_cores() / static_cast<unsigned>(n);
    join(fork_ranks(n), threads);
  }
  ~world() {
    bool const orderly = leave();
    if (rank() != 0) {
      std::fflush(nullptr);
      ::_exit(orderly ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    exchange_.reset();  // closes the sockets
    for (::pid_t const pid : pids_) {
      int status = 0;
      while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
      }
    }
  }

  /// The process of a rank, known on rank 0; elsewhere and of rank 0 itself 0. Throws std::out_of_range if there is no
  /// such rank.
  [[nodiscard]] int pid_of(int rank) const {
    if (rank < 0 || rank >= size()) {
      detail::throw_error(std::out_of_range("parallel_task::forked::world: no such rank"));
    }
    auto const i = static_cast<std::size_t>(rank);
    return i < pids_.size() ? static_cast<int>(pids_[i]) : 0;
  }

 private:
  std::unique_ptr<detail::Link> fork_ranks(int n) {
    std::vector<detail::SocketStream> streams;
    pids_.push_back(0);
    std::fflush(nullptr);  // or each process would write what is waiting
    for (int r = 1; r != n; ++r) {
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw_last("socketpair");
      ::pid_t const pid = ::fork();
      if (pid < 0) {
        int const error = errno;
        ::close(ends[0]);
        ::close(ends[1]);
        errno = error;
        throw_last("fork");
      }
      if (pid == 0) {
        streams.clear();  // those of ranks before
        pids_.clear();
        ::close(ends[0]);
        streams.emplace_back(ends[1]);
        return std::make_unique<detail::SocketLink>(r, n, std::move(streams), true);
      }
      ::close(ends[1]);
      streams.emplace_back(ends[0]);
      pids_.push_back(pid);
    }
    return std::make_unique<detail::SocketLink>(0, n, std::move(streams), false);
  }
  [[noreturn]] static void throw_last(char const* what) {
    detail::throw_error(std::system_error(errno, std::generic_category(),
                                          "parallel_task::forked::world: " + std::string(what)));
  }

  std::vector<::pid_t> pids_;
};

}  // namespace forked

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
