// Single-pass input: one thread at a time pulls values, and any thread computes on them.
#pragma once

#include <parallel_task/core/growing_table.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/owner.hpp>

#include <cstddef>
#include <new>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Values in the order in which they came, in chunks that never move. A chunk is freed when all of its values have been
/// taken. One thread at a time adds; any thread takes what it has been told of, each value once.
template <class T>
class Conveyor {
 public:
  Conveyor() = default;
  Conveyor(Conveyor const&) = delete;
  Conveyor& operator=(Conveyor const&) = delete;
  ~Conveyor() {
    for (std::size_t c = 0; c != chunks_.size(); ++c) {
      Chunk* const chunk = chunks_[c];
      if (chunk == nullptr) continue;
      std::size_t const filled = size_ - c * chunk_size < chunk_size ? size_ - c * chunk_size : chunk_size;
      destroy(chunk, filled);
    }
  }

  void add(T&& value) {
    std::size_t const offset = size_ % chunk_size;
    if (offset == 0) {
      Owner chunk(new Chunk);
      chunks_.add(&*chunk);
      last_ = chunk.release();
    }
    ::new (static_cast<void*>(last_->slot(offset))) T(std::move(value));
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] T take(std::size_t i) {
    Chunk* const chunk = chunks_[i / chunk_size];
    T value(std::move(*chunk->slot(i % chunk_size)));
    taken(i / chunk_size, 1);
    return value;
  }

  /// Hands the values of a block to a sink. What it leaves when the sink has enough is destroyed with the conveyor.
  template <class K>
  bool feed(Block block, K& k) {
    for (std::size_t i = block.first; i < block.last;) {
      std::size_t const c = i / chunk_size;
      std::size_t const offset = i % chunk_size;
      std::size_t const n = chunk_size - offset < block.last - i ? chunk_size - offset : block.last - i;
      T* const first = chunks_[c]->slot(offset);
      for (T* value = first; value != first + n; ++value) {
        if (!k(std::move(*value))) return false;
      }
      taken(c, n);
      i += n;
    }
    return true;
  }

 private:
  static constexpr std::size_t chunk_size = sizeof(T) <= 16 ? 256 : sizeof(T) <= 128 ? 32 : 8;
  struct Chunk {
    detail::atomic<std::size_t> taken{0};
    alignas(T) std::byte bytes[sizeof(T) * chunk_size];
    [[nodiscard]] T* slot(std::size_t i) noexcept { return reinterpret_cast<T*>(bytes) + i; }
  };

  static void destroy(Chunk* chunk, std::size_t filled) noexcept {
    std::destroy_n(chunk->slot(0), filled);
    delete chunk;
  }
  void taken(std::size_t c, std::size_t n) noexcept {
    Chunk* const chunk = chunks_[c];
    // acq_rel: whoever takes the last values destroys all of them, so it must see what the others did to theirs.
    if (chunk->taken.fetch_add(n, std::memory_order_acq_rel) + n == chunk_size) {
      chunks_[c] = nullptr;  // read next by the destructor; this chunk has no other user left
      destroy(chunk, chunk_size);
    }
  }

  GrowingTable<Chunk*> chunks_;
  Chunk* last_ = nullptr;
  std::size_t size_ = 0;
};

/// `Feed` gives `Value`, `next() -> std::optional<Value>`, and `size()` where it knows how many there will be.
///
/// A feed of known size is consumed *solo* at first, straight into the sink, until `share`.
template <class Feed>
struct Bridged {
  using Value = typename Feed::Value;
  using Item = Value;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool sized = requires(Feed& feed) { feed.size(); };

  /// How far a solo segment has come.
  struct Walker {
    std::size_t position = 0;
  };
  using State = std::conditional_t<sized, Walker, Stateless>;

  explicit Bridged(Feed feed) : feed_(std::move(feed)) {}

  void start() {
    if constexpr (sized) {
      total_ = known_ = feed_.size();
      solo_ = ended_ = true;
    } else {
      conveyor_ = Owner(new Conveyor<Value>);
    }
  }
  [[nodiscard]] Pulled known() const { return {known_, ended_}; }
  [[nodiscard]] std::size_t total() const { return total_; }

  Pulled pull(std::size_t want) {
    for (; want != 0 && !ended_; --want) {
      std::optional<Value> value = feed_.next();
      if (!value) {
        ended_ = true;
      } else {
        conveyor_->add(std::move(*value));
        ++known_;
        if constexpr (sized) ended_ = known_ == total_;
      }
    }
    return known();
  }
  Pulled share([[maybe_unused]] State& state, [[maybe_unused]] std::size_t ran) {
    if constexpr (sized) {
      if (solo_) {
        solo_ = false;
        conveyor_ = Owner(new Conveyor<Value>);
        for (; state.position < ran; ++state.position) (void)feed_.next();  // what a stage skipped
        base_ = known_ = state.position;
        ended_ = known_ == total_;
      }
    }
    return known();
  }
  void index_first(std::size_t n) {
    if constexpr (sized) {
      State none{};
      (void)share(none, 0);
    }
    (void)pull(n);
  }
  [[nodiscard]] State open() const { return {}; }

  Item at([[maybe_unused]] State& state, std::size_t i) const {
    if constexpr (sized) {
      if (solo_) {
        for (; state.position != i; ++state.position) (void)feed_.next();
        ++state.position;
        return std::move(*feed_.next());
      }
    }
    return conveyor_->take(i - base_);
  }
  template <class K>
  bool feed([[maybe_unused]] State& state, Block block, K& k) const {
    if constexpr (sized) {
      if (solo_) {
        for (; state.position < block.first; ++state.position) (void)feed_.next();
        for (; state.position < block.last; ++state.position) {
          std::optional<Value> value = feed_.next();
          if (!k(std::move(*value))) return false;
        }
        return true;
      }
    }
    return conveyor_->feed(Block{block.first - base_, block.last - base_}, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  mutable Feed feed_;  // used by the pull role, or by the one thread of a solo run
  Owner<Conveyor<Value>> conveyor_;
  std::size_t known_ = 0;
  std::size_t total_ = unknown;
  std::size_t base_ = 0;
  bool solo_ = false;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
