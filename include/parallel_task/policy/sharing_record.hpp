// Whether sharing loops has paid lately: pure functions of what was measured.
//
// What sharing costs no forecast knows. Beside a program that computes, each thread of three gets two thirds of two
// cores, and of loops that take 7 us alone one in five hundred then waits 4 ms for a helper or for the caller's own
// core (11 us on average). Two cores may be halves of one; others may use the memory that the items wait for; and of
// many loops over the same arrays each finds half of its data in the other core's cache. So sharing has to show that it
// gains, by the clock, and enough to be worth the other core's time.
//
// That is kept in two places. A *record* is of one pipeline and one length: it knows what such a loop takes alone, and
// whether sharing this one has paid. A *tally* is a thread's, of all its loops by how long they take: a new place
// begins with what the others have shown, so that a program of thirty different loops learns as fast as one of a single
// loop.
//
// What a loop takes alone is measured in rows. One loop alone between shared ones is slower than in a program that
// shares none, since the last one has left half of the data elsewhere (4.2 us and 1.3 us, in one program). So now and
// then all loops of a thread run alone for a while, and those at the beginning of a row do not count.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <parallel_task/platform/code.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What sharing has gained and lost, in nanoseconds of such loops, so that whoever has few of them loses no more of
/// their time than who has many. Zero: nothing is known.
struct SharingAccount {
  float saved = 0;      ///< by which shared loops were faster than they would have been alone, less what was lost
  float tried = 0;      ///< what shared loops took since `saved` was positive last
  float alone_for = 0;  ///< for how long loops still run alone
  float penalty = 0;    ///< by which the last loss was multiplied

  static constexpr float least_gain = 1.0F / 16;  ///< part of a loop's time that is worth the others' time
  static constexpr float least_penalty = 4;       ///< of the first loss; doubled after each trial that fails
  static constexpr float most_penalty = 64;
  static constexpr float most_saved = 10e6F;    ///< what long good times are worth against a bad one
  static constexpr float most_at_once = 5e6F;   ///< what a single loop can lose: it may have been stopped for an hour
  static constexpr float always_lost = 50'000;  ///< by chance
  static constexpr float proof = 200'000;       ///< what has to be saved to stand against what other loops show

  [[nodiscard]] constexpr bool says_alone() const noexcept { return alone_for > 0; }
  [[nodiscard]] constexpr bool has_proved_itself() const noexcept { return alone_for <= 0 && saved > proof; }

  /// A loop ran alone that would have been shared.
  constexpr void note_alone(float took) noexcept { alone_for -= took < alone_for ? took : alone_for; }

  /// A loop took `took` ns that would have taken `alone`. True if sharing has lost enough by now to be given up for a
  /// multiple of the loss, or of the time that it took to see it. `most`: that counts as lost by this loop.
  /// `by_chance`: what is lost now and then anyway.
  constexpr bool note_shared(float alone, float took, float most = most_at_once,
                             float by_chance = always_lost) noexcept {
    float const gain = alone * (1 - least_gain) - took;
    return note(gain > -most ? gain : -most, took < alone + most ? took : alone + most, by_chance + alone);
  }
  /// The same of a loop that ran alone among others that were shared, and took `took` ns because these had left its
  /// data elsewhere.
  constexpr bool note_cold(float alone, float took, float by_chance) noexcept {
    float const most = 2 * alone;  // it may have lost its core, which is nobody's fault
    float const gain = alone - took;
    return note(gain > -most ? gain : -most, took < alone + most ? took : alone + most, by_chance + alone);
  }

 private:
  constexpr bool note(float gain, float took, float most_lost) noexcept {
    if (alone_for > 0) return false;  // it began before the loss was known
    saved += gain;
    if (saved > most_saved) saved = most_saved;
    if (saved > most_saved / 2) penalty = 0;
    tried = saved > 0 ? 0 : tried + took;
    if (saved > -most_lost) return false;
    penalty = penalty <= 0 ? least_penalty : penalty < most_penalty ? 2 * penalty : most_penalty;
    alone_for = penalty * (tried > -saved ? tried : -saved);
    saved = 0;
    tried = 0;
    return true;
  }
};

/// What loops of one place and about one length have shown.
struct SharingRecord {
  float alone_ns = 0;     ///< what loops took that ran alone, and ...
  float alone_items = 0;  ///< ... how many positions they had: sums in which what is long ago fades
  float since_alone = 0;  ///< what shared loops took since one ran alone
  SharingAccount account;

  static constexpr float memory = 1 - 1.0F / 64;
  static constexpr float brief = 100'000;       ///< a loop forecast below this runs alone first, to know what it takes
  static constexpr float first_trial = 2e6F;    ///< ns of others that are shared before one runs alone by itself
  static constexpr float most_shared = 1e9F;    ///< ns ...
  static constexpr float between_trials = 256;  ///< ... and times what a loop takes alone: for a place no row meets

  /// Whether it is only guessed what a loop takes alone: by one that ran among shared ones, and found its data
  /// elsewhere.
  [[nodiscard]] constexpr bool is_guessed(float items) const noexcept { return alone_items < items / 4; }
  /// What a loop of `items` positions takes alone; 0: not known.
  [[nodiscard]] constexpr float alone(float items) const noexcept {
    return alone_items > 0 ? alone_ns / alone_items * items : 0;
  }
  /// Whether it has to run alone for the sake of knowing what that takes, whatever others do: one that was forecast to
  /// take `forecast` ns.
  [[nodiscard]] constexpr bool must_be_measured(float items, float forecast) const noexcept {
    if (alone_items <= 0) return forecast < brief || since_alone > first_trial;
    return since_alone > most_shared && since_alone > between_trials * alone(items);
  }
  /// A loop ran alone and took `took` ns: to its end, and as forecast. `weight`: of what it says.
  constexpr void note_alone(float items, float took, float weight) noexcept {
    // Long sums: some loops may be dear, and some lose their core, alone as well as shared. Means are compared.
    float const most = SharingAccount::most_at_once;
    float const limit = most > 4 * alone(items) ? most : 4 * alone(items);
    alone_ns = alone_ns * memory + weight * (took < limit ? took : limit);
    alone_items = alone_items * memory + weight * items;
  }
};

/// When all loops of a thread run alone for a while, to be compared with.
struct AloneRow {
  float since = 0;                  ///< ns of shared loops since the last row
  float distance = first_distance;  ///< ... before the next
  float ran = 0;                    ///< ns of this row
  bool on = false;

  static constexpr float first_distance = 2e6F;
  static constexpr float length = 300'000;   ///< ns of a row, or one loop
  static constexpr float between_rows = 64;  ///< times what a row takes; growing, while nothing changes, to ...
  static constexpr float most_distance = 512;

  constexpr void note_shared(float took) noexcept {
    since += took < SharingAccount::most_at_once ? took : SharingAccount::most_at_once;
    if (since > distance) on = true;
  }
  constexpr void note_alone(float took) noexcept {
    if (!on) return;
    ran += took;
    if (ran < length) return;
    float const shortest = between_rows * ran;
    float const longer = 2 * distance;
    distance = longer < shortest ? shortest : longer > most_distance * ran ? most_distance * ran : longer;
    since = 0;
    ran = 0;
    on = false;
  }
  /// Something has changed: look again soon.
  constexpr void come_closer() noexcept {
    if (distance > first_distance) distance = first_distance;
  }
};

/// What a thread's loops have shown, by how long they take.
struct SharingTally {
  static constexpr std::uint32_t bands = 12;       ///< 2 to 4 us, to 8 us, ... to 8 ms
  static constexpr float lost_core = 1e6F;         ///< less than for what one waits that has lost its core
  static constexpr float first_guess = 1.0F / 16;  ///< weight of a loop alone among shared ones
  static constexpr float brief = 5e5F;       ///< a loop below this is lost in the time for which one waits for a core
  static constexpr float warming = 100'000;  ///< ns for which loops run alone before their data is at home
  SharingAccount accounts[bands];
  SharingAccount common;  ///< of all brief ones: what others on this machine do to them, and they to each other
  AloneRow row;
  float alone_since = 0;  ///< ns of loops that ran alone since one was shared

  [[nodiscard]] static constexpr std::uint32_t band_of(float forecast) noexcept {
    auto const width = static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint32_t>(forecast) / 2048));
    return width == 0 ? 0 : width - 1 < bands ? width - 1 : bands - 1;
  }

  /// Whether the next loop, forecast to take `forecast` ns for `items` positions, runs alone.
  [[nodiscard]] constexpr bool says_alone(SharingRecord const& record, float items, float forecast) const noexcept {
    if (row.on || record.account.says_alone() || record.must_be_measured(items, forecast)) return true;
    if (forecast < brief && common.says_alone()) return true;
    return accounts[band_of(forecast)].says_alone() && !record.account.has_proved_itself();
  }
  /// The same of one of whose kind nothing is known.
  [[nodiscard]] constexpr bool says_alone(float forecast) const noexcept {
    return row.on || (forecast < brief && common.says_alone()) || accounts[band_of(forecast)].says_alone();
  }
  /// It ran alone, and took `took` ns. `whole`: to its end, and as forecast; others tell nothing of what sharing
  /// brings.
  constexpr void note_alone(SharingRecord& record, float items, float forecast, float took, bool whole) noexcept {
    float const most = SharingAccount::most_at_once > 2 * forecast ? SharingAccount::most_at_once : 2 * forecast;
    if (took > most) took = most;
    record.account.note_alone(took);
    accounts[band_of(forecast)].note_alone(took);
    common.note_alone(took);
    row.note_alone(took);
    record.since_alone = 0;
    bool const at_home = alone_since >= warming || took >= warming;
    alone_since += took;
    if (!whole) return;
    if (at_home) {
      record.note_alone(items, took, 1);
    } else if (record.alone_items <= 0) {
      record.note_alone(items, took, first_guess);
    } else if (forecast < brief && !record.is_guessed(items)) {
      if (common.note_cold(record.alone(items), took, lost_core)) row.come_closer();
    }
  }
  /// A loop was shared, of whatever kind: its data, and that of others, is elsewhere.
  constexpr void leave_home() noexcept { alone_since = 0; }
  /// It was shared.
  constexpr void note_shared(SharingRecord& record, float items, float forecast, float took) noexcept {
    leave_home();
    record.since_alone += took < SharingAccount::most_at_once ? took : SharingAccount::most_at_once;
    row.note_shared(took);
    if (record.alone_items <= 0) return;
    float const alone = record.alone(items);
    if (took < alone && record.is_guessed(items)) return;  // too high: no gain is proved by it
    // That a thread has lost its core is nothing that this loop could tell of itself.
    float const most = forecast < brief ? 2 * alone + 20'000 : SharingAccount::most_at_once;
    bool const others = !record.account.has_proved_itself();  // it speaks for them, too
    bool changed = forecast < brief && common.note_shared(alone, took, SharingAccount::most_at_once, lost_core);
    changed = record.account.note_shared(alone, took, most) || changed;
    if (others) changed = accounts[band_of(forecast)].note_shared(alone, took, most) || changed;
    if (changed) row.come_closer();
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
