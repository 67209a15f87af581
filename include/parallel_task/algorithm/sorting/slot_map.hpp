// Which bucket an item belongs to: the range of a sample is cut into many slots of equal width, and neighbouring slots
// are packed into buckets of equal share of the sample.
#pragma once

#include <parallel_task/algorithm/sorting/interpolation.hpp>
#include <parallel_task/platform/inline.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many numbers of a sorted sample the fullest slot has.
template <class Number, class Slot>
std::size_t fullest_slot(Number const* sample, std::size_t size, Slot const& slot_of) noexcept {
  std::size_t most = 0;
  for (std::size_t i = 0; i != size;) {
    auto const slot = slot_of(sample[i]);
    std::size_t const first = i;
    while (i != size && slot_of(sample[i]) == slot) ++i;
    most = i - first > most ? i - first : most;
  }
  return most;
}

/// Slots by numbers: as many as spread the sample, 2 to the `limit` at most.
template <class Number>
class SlotsByBits {
 public:
  /// `sample` is sorted.
  SlotsByBits(Number const* sample, std::size_t size, unsigned limit) noexcept : lowest_(sample[0]) {
    auto const span = static_cast<Number>(sample[size - 1] - lowest_);
    auto const width = static_cast<unsigned>(std::bit_width(span));
    for (unsigned bits = 11;; ++bits) {
      shift_ = width > bits ? width - bits : 0;
      fullest_ = detail::fullest_slot(sample, size, [this](Number number) { return slot(number); });
      if (bits >= limit || bits >= width || fullest_ <= size / 64) break;
    }
    count_ = static_cast<std::size_t>(static_cast<Number>(span >> shift_)) + 1;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::size_t fullest() const noexcept { return fullest_; }
  /// Of a number of the sample.
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t slot(Number number) const noexcept {
    return static_cast<std::size_t>(static_cast<Number>(number - lowest_) >> shift_);
  }
  /// Of any item, counted from 1; 0: below the sample, `count()` + 1: above.
  template <class T, class O>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t place(T& item, O const& order) const {
    Number const number = order.key(item);
    std::size_t const at = slot(number);
    std::size_t const inside = at < count_ ? at + 1 : count_ + 1;
    return number < lowest_ ? 0 : inside;
  }

 private:
  Number lowest_;
  unsigned shift_ = 0;
  std::size_t count_ = 0;
  std::size_t fullest_ = 0;
};

/// Slots by values of floating point, whose numbers crowd: half of what is spread evenly has one exponent, and between
/// both signs there is room for all the exponents. 2 to the `bits` slots.
template <class Value, class O, class Number>
class SlotsByValue {
 public:
  SlotsByValue(Number const* sample, std::size_t size, unsigned bits) noexcept
      : lowest_number_(sample[0]), lowest_(O::template value_of<Value>(sample[0])), count_(std::size_t{1} << bits) {
    auto const highest = O::template value_of<Value>(sample[size - 1]);
    Value const width = highest - lowest_;
    per_slot_ = static_cast<Value>(count_ - 1) / width;
    bool const parts = detail::is_finite(lowest_) && detail::is_finite(highest) && detail::is_finite(width) &&
                       width > 0 && detail::is_finite(per_slot_);
    fullest_ = size;
    if (parts) fullest_ = detail::fullest_slot(sample, size, [this](Number number) { return slot(number); });
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// All of the sample if there are no such slots.
  [[nodiscard]] std::size_t fullest() const noexcept { return fullest_; }
  [[nodiscard]] std::size_t slot(Number number) const noexcept {
    return static_cast<std::size_t>((O::template value_of<Value>(number) - lowest_) * per_slot_);
  }
  template <class T>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t place(T& item, O const& order) const {
    Value const at = (order.value(item) - lowest_) * per_slot_;
    if (at >= 0 && at < static_cast<Value>(count_)) return static_cast<std::size_t>(static_cast<std::int32_t>(at)) + 1;
    return order.key(item) < lowest_number_ ? 0 : count_ + 1;  // seldom; NaNs of both signs, too
  }

 private:
  Number lowest_number_;
  Value lowest_;
  Value per_slot_;
  std::size_t count_;
  std::size_t fullest_;
};

/// At most `wanted` buckets, of about equal share unless one slot has more. `map` has room for `most_slots`.
template <class Slots>
class SlotMap {
 public:
  static constexpr unsigned most_bits = 16;
  static constexpr std::size_t most_slots = (std::size_t{1} << most_bits) + 3;

  template <class Number>
  SlotMap(Slots const& slots, Number const* sample, std::size_t size, std::size_t wanted, std::uint16_t* map) noexcept
      : slots_(slots), map_(map) {
    std::size_t bucket = 0;
    std::size_t level = 0;  // how many buckets the sample fills up to here: never more than there may be
    std::size_t i = 0;
    map_[0] = 0;  // below the sample
    for (std::size_t slot = 0; slot != slots_.count(); ++slot) {
      if (i * wanted / size > level) {
        level = i * wanted / size;
        ++bucket;
      }
      while (i != size && slots_.slot(sample[i]) == slot) ++i;
      map_[slot + 1] = static_cast<std::uint16_t>(bucket);
    }
    map_[slots_.count() + 1] = static_cast<std::uint16_t>(bucket);  // above
    buckets_ = bucket + 1;
  }
  [[nodiscard]] std::size_t buckets() const noexcept { return buckets_; }
  template <class T, class O>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t bucket(T& item, O const& order) const {
    return map_[slots_.place(item, order)];
  }

 private:
  Slots slots_;
  std::size_t buckets_ = 0;
  std::uint16_t* map_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
