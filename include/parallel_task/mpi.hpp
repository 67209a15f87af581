// pt::mpi::world: ranks that mpirun has started, which talk by two-sided messages of MPI. Target parallel_task::mpi.
//
// Messages go over a communicator of this world's own, in pieces, so that neither the program's messages nor the 2^31
// bytes of MPI's counts are in the way. No one-sided communication and no collective call in a loop: with the MPIs that
// people have, the first waits until the other rank enters MPI.
#pragma once

#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/world.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cores.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/worker/environment.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>
#endif

// The C++ bindings of MPI 2 warn, and are gone in MPI 3.
#if !defined(OMPI_SKIP_MPICXX)
#define OMPI_SKIP_MPICXX 1
#endif
#if !defined(MPICH_SKIP_MPICXX)
#define MPICH_SKIP_MPICXX 1
#endif
#include <mpi.h>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Errors of MPI end the program: that is what communicators do unless told otherwise.
class MpiLink final : public Link {
 public:
  MpiLink(MPI_Comm comm, std::size_t piece, bool for_caller_alone)
      : comm_(comm), piece_(piece), alone_(for_caller_alone) {
    MPI_Comm_rank(comm_, &rank_);
    MPI_Comm_size(comm_, &size_);
    frames_.resize(static_cast<std::size_t>(size_));
    outgoing_.resize(static_cast<std::size_t>(size_));
  }
  ~MpiLink() override {
    // Whoever leaves early has been told; what it did not take is given up.
    for (Outgoing& to : outgoing_) {
      for (MPI_Request& request : to.requests) MPI_Request_free(&request);
    }
  }

  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return size_; }
  void send(int to, Bytes bytes) override {
    Outgoing& out = outgoing_[static_cast<std::size_t>(to)];
    Frames::frame(out.queue, std::move(bytes));
    advance(to, out);
  }
  [[nodiscard]] bool receive(Parcel& parcel) override {
    for (int r = 0; r != size_; ++r) advance(r, outgoing_[static_cast<std::size_t>(r)]);
    for (;;) {
      if (!whole_.empty()) {
        parcel = std::move(whole_.front());
        whole_.pop_front();
        return true;
      }
      MPI_Status status;
      if (!probe(status) && !probe(status)) return false;
      int count = 0;
      MPI_Get_count(&status, MPI_BYTE, &count);
      auto const size = static_cast<std::size_t>(count);
      Frames& frames = frames_[static_cast<std::size_t>(status.MPI_SOURCE)];
      std::span<std::byte> const direct = frames.room(size);
      if (direct.empty()) room_.resize(size);
      MPI_Recv(direct.empty() ? room_.data() : direct.data(), count, MPI_BYTE, status.MPI_SOURCE, tag, comm_,
               MPI_STATUS_IGNORE);
      if (direct.empty()) {
        frames.take(room_);
      } else {
        frames.took(size);
      }
      while (frames.has_one()) whole_.push_back(Parcel{status.MPI_SOURCE, frames.next()});
    }
  }
  [[nodiscard]] bool is_idle() const noexcept override {
    for (Outgoing const& to : outgoing_) {
      if (!to.queue.empty()) return false;
    }
    return true;
  }
  [[nodiscard]] bool is_lost(int) const noexcept override { return false; }  // then mpirun ends the job
  [[nodiscard]] bool is_for_caller_alone() const noexcept override { return alone_; }
  void abandon() noexcept override { MPI_Abort(comm_, EXIT_FAILURE); }

 private:
  static constexpr int tag = 1;
  static constexpr std::size_t most_under_way = 4;  // pieces to one rank
  // What is short leaves at once, whatever the other rank does, in pieces that MPIs buffer; a longer message waits
  // until that rank looks for it, and both may sleep. Open MPI buffers 4 KiB with its headers.
  static constexpr std::size_t most_eager = std::size_t{1} << 16;
  static constexpr std::size_t eager = 4000;

  struct Outgoing {
    std::deque<Bytes> queue;  // the first: begun, up to `begun`
    std::size_t begun = 0;
    std::deque<MPI_Request> requests;  // of the first
  };

  /// Whether a message is there. Where none is, Open MPI and MPICH take in what has come, and say so when they are
  /// asked again: to who computes that would be an item later.
  [[nodiscard]] bool probe(MPI_Status& status) {
    int some = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, tag, comm_, &some, &status);
    return some != 0;
  }

  void advance(int to, Outgoing& out) {
    for (;;) {
      while (!out.requests.empty()) {
        int done = 0;
        MPI_Test(&out.requests.front(), &done, MPI_STATUS_IGNORE);
        if (done == 0) break;
        out.requests.pop_front();
      }
      if (out.queue.empty()) return;
      Bytes& front = out.queue.front();
      while (out.begun != front.size() && out.requests.size() != most_under_way) {
        std::size_t const n =
            (std::min)(front.size() - out.begun, front.size() <= most_eager ? (std::min)(piece_, eager) : piece_);
        out.requests.emplace_back();
        MPI_Isend(front.data() + out.begun, static_cast<int>(n), MPI_BYTE, to, tag, comm_, &out.requests.back());
        out.begun += n;
      }
      if (!out.requests.empty()) {
        int done = 0;
        MPI_Test(&out.requests.front(), &done, MPI_STATUS_IGNORE);
        if (done == 0) return;
        out.requests.pop_front();
        continue;
      }
      if (out.begun != front.size()) continue;
      out.queue.pop_front();
      out.begun = 0;
    }
  }

  MPI_Comm comm_;
  std::size_t piece_;
  bool alone_;
  int rank_ = 0;
  int size_ = 1;
  std::vector<Frames> frames_;
  std::vector<Outgoing> outgoing_;
  std::deque<Parcel> whole_;
  Bytes room_;
};

/// How many threads of this rank may compute: a core that k ranks of this machine may use counts 1/k.
class RankCores {
 public:
  explicit RankCores(MPI_Comm comm) {
    MPI_Comm machine = MPI_COMM_NULL;
    MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    int ranks = 1;
    MPI_Comm_size(machine, &ranks);
    threads_ = available_cores() / static_cast<unsigned>(ranks);
#if defined(__linux__)
    constexpr int most_cores = 1024;
    std::vector<unsigned char> mine(most_cores, 0);
    ::cpu_set_t set;
    CPU_ZERO(&set);
    bool const known = ::sched_getaffinity(0, sizeof set, &set) == 0;
    for (int i = 0; i != most_cores && i != CPU_SETSIZE; ++i) {
      mine[static_cast<std::size_t>(i)] = known && CPU_ISSET(static_cast<std::size_t>(i), &set) ? 1 : 0;
    }
    std::vector<int> own(most_cores);
    for (int i = 0; i != most_cores; ++i) own[static_cast<std::size_t>(i)] = mine[static_cast<std::size_t>(i)];
    std::vector<int> shared(most_cores);
    MPI_Allreduce(own.data(), shared.data(), most_cores, MPI_INT, MPI_SUM, machine);
    double cores = 0;
    long of_all = 0;
    for (std::size_t i = 0; i != static_cast<std::size_t>(most_cores); ++i) {
      if (own[i] != 0) cores += 1.0 / shared[i];
      if (shared[i] != 0) ++of_all;
    }
    if (cores > 0) {
      threads_ = static_cast<unsigned>(cores + 1e-6);
      if (threads_ > available_cores()) threads_ = available_cores();
    }
    is_bound_ = of_all != 0 && 2 * of_all < ::sysconf(_SC_NPROCESSORS_ONLN);
#endif
    MPI_Comm_free(&machine);
    if (threads_ == 0) threads_ = 1;
  }
  [[nodiscard]] unsigned threads() const noexcept { return threads_; }
  /// Whether the ranks of this machine may use less than half of its cores.
  [[nodiscard]] bool is_bound() const noexcept { return is_bound_; }

 private:
  unsigned threads_ = 1;
  bool is_bound_ = false;
};

}  // namespace detail

namespace mpi {

/// The world of all ranks that mpirun has started; without mpirun, of one rank. It is made in main, `pt::mpi::world
/// w(argc, argv)`, and then `.on(w)` runs a pipeline on all ranks.
///
/// Starts MPI if nobody has, and then ends it in the destructor. Between its calls the program may call MPI as it
/// likes, in items only if it has asked for MPI_THREAD_MULTIPLE. If MPI gives less than MPI_THREAD_SERIALIZED, only the
/// calling thread looks for messages. A rank that dies ends the job, by mpirun; one that leaves its world by an
/// exception ends it by MPI_Abort.
class world : public parallel_task::world {
 public:
  world() : world(MPI_COMM_WORLD, start(nullptr, nullptr)) {}
  world(int& argc, char**& argv) : world(MPI_COMM_WORLD, start(&argc, &argv)) {}
  /// The ranks of `comm`, which is duplicated. MPI has been started, and the world is destroyed before MPI_Finalize.
  explicit world(MPI_Comm comm) : world(comm, false) {}
  ~world() {
    if (!leave()) return;
    exchange_.reset();
    MPI_Comm_free(&comm_);
    int is_finalized = 0;
    MPI_Finalized(&is_finalized);
    if (ends_mpi_ && is_finalized == 0) MPI_Finalize();
  }

  /// The duplicate that this world uses, for MPI's functions; not for messages to any tag.
  [[nodiscard]] MPI_Comm native() const noexcept { return comm_; }

 private:
  world(MPI_Comm comm, bool ends_mpi) : ends_mpi_(ends_mpi) {
    MPI_Comm_dup(comm, &comm_);
    detail::RankCores const cores(comm_);
    int level = MPI_THREAD_SINGLE;
    MPI_Query_thread(&level);
    bool const funneled = detail::number_of_environment("PARALLEL_TASK_MPI_FUNNELED", 0, "0 or 1") > 0;
    auto link = std::make_unique<detail::MpiLink>(comm_, piece(), funneled || level < MPI_THREAD_SERIALIZED);
    if (cores.is_bound() && link->rank() == 0 && std::getenv("PARALLEL_TASK_THREADS") == nullptr) {
      std::fprintf(stderr,
                   "parallel_task: the ranks on this machine may use less than half of its cores; with Open MPI write "
                   "mpirun --bind-to none, or --map-by ppr:1:node:pe=CORES\n");
    }
    join(std::move(link), cores.threads());
  }

  /// Whether this has started MPI.
  [[nodiscard]] static bool start(int* argc, char*** argv) {
    int is_started = 0;
    MPI_Initialized(&is_started);
    if (is_started != 0) return false;
    int level = MPI_THREAD_SINGLE;
    MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &level);
    return true;
  }
  [[nodiscard]] static std::size_t piece() noexcept {
    long const set = detail::number_of_environment("PARALLEL_TASK_MPI_PIECE", 1, "bytes");
    return set > 0 ? static_cast<std::size_t>(set) : std::size_t{1} << 28;
  }

  MPI_Comm comm_ = MPI_COMM_NULL;
  bool ends_mpi_;
};

}  // namespace mpi

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
