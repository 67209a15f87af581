// Ranks that are threads of one process, so that sanitizers see all of them: messages come late, those of different
// ranks in any order, and in pieces that are cut at any byte. A rank may die at any message.
#pragma once

#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/world.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace machines {

namespace pt = parallel_task;
namespace detail = parallel_task::detail;

/// Thrown on a rank that dies, where it would have sent.
struct Died {};

/// What is under way between ranks.
class Switchboard {
 public:
  Switchboard(int ranks, unsigned seed)
      : random_(seed), lines_(static_cast<std::size_t>(ranks * ranks)), ranks_(ranks) {}

  [[nodiscard]] int ranks() const noexcept { return ranks_; }
  void send(int from, int to, detail::Bytes bytes) {
    std::lock_guard const lock(mutex_);
    Line& line = this->line(from, to);
    if (line.is_cut) return;
    std::deque<detail::Bytes> framed;
    detail::Frames::frame(framed, std::move(bytes));
    for (detail::Bytes const& part : framed) line.bytes.insert(line.bytes.end(), part.begin(), part.end());
  }
  /// Moves some bytes, if they are not late, and returns whether a message is whole.
  bool receive(int at, detail::Parcel& parcel) {
    std::lock_guard const lock(mutex_);
    int const first = static_cast<int>(random_() % static_cast<unsigned>(ranks_));
    for (int i = 0; i != ranks_; ++i) {
      int const from = (first + i) % ranks_;
      Line& line = this->line(from, at);
      if (!line.bytes.empty() && random_() % 2 == 0) {
        std::size_t const most = random_() % 4 == 0 ? 9 : 100'000;
        std::size_t n = 1 + random_() % most;
        if (n > line.bytes.size()) n = line.bytes.size();
        detail::Bytes const piece(line.bytes.begin(), line.bytes.begin() + static_cast<std::ptrdiff_t>(n));
        line.bytes.erase(line.bytes.begin(), line.bytes.begin() + static_cast<std::ptrdiff_t>(n));
        line.frames.take(piece);
      }
      if (!line.frames.has_one()) continue;
      parcel.from = from;
      parcel.bytes = line.frames.next();
      return true;
    }
    return false;
  }
  /// A rank is gone; of its last message to `to`, some bytes have left.
  void die(int rank, int to, detail::Bytes last) {
    std::lock_guard const lock(mutex_);
    if (to >= 0) {
      std::deque<detail::Bytes> framed;
      detail::Frames::frame(framed, std::move(last));
      detail::Bytes const& start = framed.front();
      auto const left = static_cast<std::ptrdiff_t>(random_() % start.size());
      Line& line = this->line(rank, to);
      line.bytes.insert(line.bytes.end(), start.begin(), start.begin() + left);
    }
    for (int other = 0; other != ranks_; ++other) line(rank, other).is_cut = line(other, rank).is_cut = true;
  }
  [[nodiscard]] bool is_lost(int rank, int at) {
    std::lock_guard const lock(mutex_);
    Line const& line = this->line(rank, at);
    return line.is_cut && line.bytes.empty() && !line.frames.has_one();
  }

 private:
  struct Line {
    std::deque<std::byte> bytes;
    detail::Frames frames;
    bool is_cut = false;
  };
  Line& line(int from, int to) { return lines_[static_cast<std::size_t>(from * ranks_ + to)]; }

  std::mutex mutex_;
  std::mt19937 random_;
  std::vector<Line> lines_;
  int ranks_;
};

class ThreadLink : public detail::Link {
 public:
  /// The rank dies instead of sending message `last_of_all`, counted from 0; -1: it does not.
  ThreadLink(std::shared_ptr<Switchboard> board, int rank, int last_of_all = -1)
      : board_(std::move(board)), rank_(rank), left_(last_of_all) {}

  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return board_->ranks(); }
  void send(int to, detail::Bytes bytes) override {
    if (is_dead_) throw Died();
    if (left_ == 0) {
      is_dead_ = true;
      board_->die(rank_, to, std::move(bytes));
      throw Died();
    }
    if (left_ > 0) --left_;
    board_->send(rank_, to, std::move(bytes));
  }
  [[nodiscard]] bool receive(detail::Parcel& parcel) override {
    if (is_dead_) throw Died();
    return board_->receive(rank_, parcel);
  }
  [[nodiscard]] bool is_idle() const noexcept override { return true; }  // what is under way needs no rank
  [[nodiscard]] bool is_lost(int rank) const noexcept override { return board_->is_lost(rank, rank_); }
  void abandon() noexcept override { board_->die(rank_, -1, {}); }

 private:
  std::shared_ptr<Switchboard> board_;
  int rank_;
  int left_;
  bool is_dead_ = false;
};

class TestWorld : public pt::world {
 public:
  explicit TestWorld(std::unique_ptr<detail::Link> link, unsigned threads = 1) { join(std::move(link), threads); }
  ~TestWorld() {
    if (std::uncaught_exceptions() == 0) leave();  // else it has died
  }
};

/// `f(world)` on ranks of one thread each; returns what each has thrown.
template <class F>
std::vector<std::exception_ptr> on_threads(int ranks, unsigned seed, F const& f, int who_dies = -1, int at = -1) {
  auto const board = std::make_shared<Switchboard>(ranks, seed);
  std::vector<std::exception_ptr> thrown(static_cast<std::size_t>(ranks));
  std::vector<std::thread> threads;
  for (int rank = 0; rank != ranks; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        TestWorld w(std::make_unique<ThreadLink>(board, rank, rank == who_dies ? at : -1));
        f(w);
      } catch (...) {
        thrown[static_cast<std::size_t>(rank)] = std::current_exception();
        board->die(rank, -1, {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return thrown;
}

}  // namespace machines
