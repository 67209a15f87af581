#include "property/random.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>

namespace property {

std::string check_containers(Random& random, Case c) {
  auto const& twin = c.twin;
  std::size_t const which = random.below(17);
  return std::visit(
      [&](auto& given) -> std::string {
        auto p = with_random_settings(random, std::move(given));
        using P = decltype(p);
        switch (which) {
          case 12: {
            Number const bad = twin.empty() || random.one_in(2) ? 999'999 : twin[random.below(twin.size())];
            auto const all = std::move(p)
                                 .map([bad](Number x) { return x == bad ? std::nullopt : std::optional(x); })
                                 .template try_collect<std::vector>();
            bool const fails = std::ranges::find(twin, bad) != twin.end();
            return all == (fails ? std::nullopt : std::optional(twin)) ? "" : "try_collect";
          }
          case 13: {
            auto const [even, odd] = std::move(p).partition_map([](Number x) {
              return x % 2 == 0 ? std::variant<Number, std::string>(x) : std::to_string(x);
            });
            std::vector<Number> wanted;
            std::vector<std::string> texts;
            for (Number x : twin) {
              if (x % 2 == 0) wanted.push_back(x);
              if (x % 2 != 0) texts.push_back(std::to_string(x));
            }
            return even == wanted && odd == texts ? "" : "partition_map";
          }
          case 14: {
            std::vector<Number> first(3);
            std::list<Number> second;
            std::vector<Number> third;
            std::move(p).map([](Number x) { return std::tuple(x, -x, 2 * x); }).unzip_into(first, second, third);
            bool same = first == twin && second.size() == twin.size() && third.size() == twin.size();
            same = same && std::ranges::equal(second, twin, {}, [](Number x) { return -x; });
            for (std::size_t i = 0; same && i != twin.size(); ++i) same = third[i] == 2 * twin[i];
            return same ? "" : "unzip_into";
          }
          case 15:
            if constexpr (!cuts_by_order<P>) {
              // Some of the items, in order.
              std::size_t const most = random.below(twin.size() + 2);
              auto const some = std::move(p).take_any(most).template collect<std::vector>();
              auto at = twin.begin();
              for (Number x : some) {
                at = std::find(at, twin.end(), x);
                if (at == twin.end()) return "take_any: others, or out of order";
                ++at;
              }
              return some.size() == std::min(most, twin.size()) ? "" : "take_any of another number";
            } else {
              return std::move(p).count() <= twin.size() ? "" : "count behind a cut";
            }
          case 16: {
            InContext context(random);
            bool const same = context.carried(std::move(p)).template collect<std::vector>() == twin;
            return same && context.kept() ? "" : "with_context, collect";
          }
          case 0:
            return std::move(p).template collect<std::vector>() == twin ? "" : "collect<vector>";
          case 1: {
            auto const list = std::move(p).template collect<std::list<Number>>();
            return std::ranges::equal(list, twin) ? "" : "collect<list>";
          }
          case 2: {
            auto const set = std::move(p).template to<std::set<Number>>();
            return set == std::set<Number>(twin.begin(), twin.end()) ? "" : "to<set>";
          }
          case 3: {
            // A map keeps the first of equal keys.
            std::unordered_map<Number, std::string> expected;
            for (Number x : twin) expected.emplace(x % 10, std::to_string(x));
            auto const map = std::move(p)
                                 .map([](Number x) { return std::pair(x % 10, std::to_string(x)); })
                                 .template collect<std::unordered_map<Number, std::string>>();
            return map == expected ? "" : "collect<unordered_map>";
          }
          case 4: {
            std::vector<Number> target(random.below(50), -1);
            std::move(p).collect_into(target);
            return target == twin ? "" : "collect_into";
          }
          case 5: {
            std::vector<Number> target(random.below(50), -1);
            std::vector<Number> expected = target;
            expected.insert(expected.end(), twin.begin(), twin.end());
            std::move(p).append_to(target);
            return target == expected ? "" : "append_to";
          }
          case 6: {
            std::string expected;
            for (Number x : twin) expected += static_cast<char>('a' + (x % 26 + 26) % 26);
            auto const text = std::move(p)
                                  .map([](Number x) { return static_cast<char>('a' + (x % 26 + 26) % 26); })
                                  .template collect<std::string>();
            return text == expected ? "" : "collect<string>";
          }
          case 7: {
            auto const keeps = [](Number x) { return x % 3 == 0; };
            std::vector<Number> yes;
            std::vector<Number> no;
            std::ranges::partition_copy(twin, std::back_inserter(yes), std::back_inserter(no), keeps);
            auto const [in, out] = std::move(p).partition(keeps);
            return in == yes && out == no ? "" : "partition";
          }
          case 8: {
            auto const [first, second] =
                std::move(p).map([](Number x) { return std::pair(x, std::to_string(x)); }).unzip();
            bool same = first == twin && second.size() == twin.size();
            for (std::size_t i = 0; same && i != twin.size(); ++i) same = second[i] == std::to_string(twin[i]);
            return same ? "" : "unzip";
          }
          case 9: {
            std::vector<Number> seen;
            std::move(p).for_each_ordered([&seen](Number x) { seen.push_back(x); }, 1 + random.below(100));
            return seen == twin ? "" : "for_each_ordered";
          }
          case 10: {
            std::vector<bool> expected;
            for (Number x : twin) expected.push_back(x % 2 == 0);
            auto const bits = std::move(p).map([](Number x) { return x % 2 == 0; }).template collect<std::vector>();
            return bits == expected ? "" : "collect<vector<bool>>";
          }
          default:
            if constexpr (indexed<P>) {
              std::vector<Number> target(twin.size());
              std::move(p).enumerate().for_each([&target](std::size_t i, Number x) { target[i] = x; });
              return target == twin ? "" : "enumerate, for_each";
            } else {
              auto const texts =
                  std::move(p).map([](Number x) { return std::to_string(x); }).template collect<std::deque>();
              bool same = texts.size() == twin.size();
              for (std::size_t i = 0; same && i != twin.size(); ++i) same = texts[i] == std::to_string(twin[i]);
              return same ? "" : "collect<deque> of texts";
            }
        }
      },
      c.pipeline);
}

}  // namespace property
