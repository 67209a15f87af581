#include "property/random.hpp"

#include <algorithm>
#include <optional>

namespace property {

namespace {

struct Thrown {
  Number value;
};

}  // namespace

std::string check_searches(Random& random, Case c) {
  auto const& twin = c.twin;
  std::size_t const which = random.below(17);
  // Something that is there, or not.
  Number const wanted = random.one_in(3) || twin.empty() ? 999'999 : twin[random.below(twin.size())];
  auto const hit = [wanted](Number x) { return x == wanted; };
  bool const is_there = std::ranges::any_of(twin, hit);
  // In half of the cases an item makes the closure before the terminal throw; the loop would throw at the first such.
  bool const throws = random.one_in(2) && !twin.empty();
  Number const thrower = throws ? twin[random.below(twin.size())] : 888'888;
  auto const position = [&twin](Number x) { return std::ranges::find(twin, x) - twin.begin(); };
  bool const throws_first = throws && position(thrower) <= position(wanted);
  // Where the search begins at the end, and equal numbers count as the last of them.
  auto const last_position = [&twin](Number x) {
    return std::ranges::find(twin.rbegin(), twin.rend(), x) - twin.rbegin();
  };
  bool const throws_last = throws && last_position(thrower) <= last_position(wanted);
  auto const maybe = [thrower](Number x) {
    if (x == thrower) throw Thrown{x};
    return x;
  };
  InContext context(random);
  return std::visit(
      [&](auto& given) -> std::string {
        auto p = with_random_settings(random, std::move(given)).map(maybe);
        bool thrown = false;
        std::optional<Number> result;
        bool by_order = false;  // what the loop meets first decides, else any of the two
        bool from_end = false;  // the loop that begins at the end
        using P = std::remove_cvref_t<decltype(p)>;
        try {
          switch (which) {
            case 0:
              by_order = true;
              result = std::move(p).find_first(hit);
              break;
            case 15:
              by_order = true;
              result = context.carried(std::move(p)).find_first(hit);
              if (!context.kept()) return "with_context, find_first";
              break;
            case 1:
              result = std::move(p).find_any(hit);
              break;
            case 2:
              by_order = true;
              if (random.one_in(2)) {
                auto const fails = [hit](int& one, Number x) { return !hit(one * x); };
                if (!std::move(p).try_for_each_init([] { return 1; }, fails)) result = wanted;
              } else {
                if (!std::move(p).try_for_each([hit](Number x) { return !hit(x); })) result = wanted;
              }
              break;
            case 3:
              if (std::move(p).any(hit)) result = wanted;
              break;
            case 4:
              if (!std::move(p).all([hit](Number x) { return !hit(x); })) result = wanted;
              break;
            case 5:
              if (!std::move(p).none(hit)) result = wanted;
              break;
            case 6:
              if (std::move(p).contains(wanted)) result = wanted;
              break;
            case 7:
              by_order = true;
              if constexpr (indexed<P>) {
                auto const at = std::move(p).position_first(hit);
                if (at) result = static_cast<std::ptrdiff_t>(*at) == position(wanted) ? wanted : wanted + 1;
              } else {
                result = std::move(p).find_first(hit);
              }
              break;
            case 8:
              by_order = true;
              result =
                  std::move(p).find_map_first([hit](Number x) { return hit(x) ? std::optional(x) : std::nullopt; });
              break;
            case 9:
              result = std::move(p).find_map_any([hit](Number x) { return hit(x) ? std::optional(x) : std::nullopt; });
              break;
            case 10:
            case 11:
              // Without an index, items before a hit may run that lie in the same position, or all: any exception may
              // come out.
              from_end = true;
              by_order = indexed<P>;
              if (which == 10) {
                result = std::move(p).find_last(hit);
              } else {
                result =
                    std::move(p).find_map_last([hit](Number x) { return hit(x) ? std::optional(x) : std::nullopt; });
              }
              break;
            case 12:
            case 13:
              from_end = which == 12;
              by_order = from_end;
              if constexpr (indexed<P>) {
                auto const at = from_end ? std::move(p).position_last(hit) : std::move(p).position_any(hit);
                if (at) result = *at < twin.size() && hit(twin[*at]) ? wanted : wanted + 1;
              } else {
                from_end = by_order = false;
                result = std::move(p).find_any(hit);
              }
              break;
            case 14:
              if (!std::move(p).is_partitioned([hit](Number x) { return !hit(x); })) {
                result = wanted;  // something comes after it
              } else if (is_there) {
                if (std::ranges::find_if_not(std::ranges::find(twin, wanted), twin.end(), hit) != twin.end()) {
                  return "is_partitioned";
                }
                result = wanted;
              }
              break;
            default: {
              by_order = true;
              auto const failed = std::move(p).try_for_each([hit](Number x) {
                return hit(x) ? std::nullopt : std::optional<Number>(x);
              });
              if (!failed) result = wanted;
              break;
            }
          }
        } catch (Thrown const& error) {
          thrown = true;
          if (error.value != thrower) return "another exception";
        }
        std::string const name = "search " + std::to_string(which) + " for " + std::to_string(wanted) + ", thrown at " +
                                 std::to_string(thrower);
        if (by_order) {
          if (thrown != (from_end ? throws_last : throws_first)) return name + (thrown ? ": threw" : ": did not throw");
        } else {
          if (thrown && !throws) return name + ": threw";
          if (!thrown && throws && !is_there) return name + ": did not throw";
        }
        if (thrown) return "";
        if (result.has_value() != is_there) return name + ": found " + (result ? "something" : "nothing");
        return !result || *result == wanted ? "" : name + ": found another";
      },
      c.pipeline);
}

}  // namespace property
