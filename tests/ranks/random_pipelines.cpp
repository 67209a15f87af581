// CASES random pipelines over random sources (tests/property), on several ranks, against plain loops. Every rank draws
// the same from the seed. A failing one is named by it: 1 SEED.
#include "property/random.hpp"

#include <parallel_task/forked.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace property {

namespace {

/// Of two kinds: with an index, and with nothing that could be spared. Each terminal is compiled for few types.
template <class P>
auto on_ranks_as(P pipeline) {
  using S = std::remove_cvref_t<decltype(pt::detail::Access::source(pipeline))>;
  if constexpr (pt::indexed_source<S> && !S::pulls) {
    return pipeline;
  } else {
    using E = Erased<false, true, S::cut == pt::Cut::later>;
    return pt::Pipeline<E>(E(std::make_unique<Model<S, Number>>(pt::detail::Access::source(pipeline))));
  }
}

/// x -> a x + b, modulo a number: joined in another order, something else.
struct Affine {
  Number a = 1;
  Number b = 0;
  friend bool operator==(Affine const&, Affine const&) = default;
};
/// Not negative, whatever it is made of: else it depended on how they are joined whether it is.
Number remainder(Number x) { return small(small(x) + 10'007); }
Affine after(Affine const& first, Affine const& second) {
  return {remainder(first.a * second.a), remainder(second.a * first.b + second.b)};
}

/// What is wrong on this rank; empty if nothing is.
template <class P>
std::string compare_with_loop(Random& random, P pipeline, std::vector<Number> const& twin, bool is_root) {
  auto const affine = [](Number x) { return Affine{x % 7 + 1, small(x)}; };
  auto const rest = [](Number x) { return x % 5; };
  switch (random.below(9)) {
    case 0:
      return std::move(pipeline).template collect<std::vector>() == twin ? "" : "collect";
    case 1: {
      Number sum = 0;
      for (Number const x : twin) sum += small(x);
      return std::move(pipeline).map(small).sum() == sum ? "" : "sum";
    }
    case 2: {
      Affine all;
      for (Number const x : twin) all = after(all, affine(x));
      return std::move(pipeline).map(affine).reduce(Affine(), after) == all ? "" : "reduce";
    }
    case 3: {
      std::vector<Number> got;
      std::size_t const window = 1 + random.below(200);
      std::move(pipeline).for_each_ordered([&got](Number x) { got.push_back(x); }, window);
      return is_root ? (got == twin ? "" : "for_each_ordered") : (got.empty() ? "" : "for_each_ordered elsewhere");
    }
    case 4: {
      Number const wanted = twin.empty() || random.one_in(4) ? 999'999 : twin[random.below(twin.size())];
      auto const first = std::find(twin.begin(), twin.end(), wanted);
      std::optional<Number> const expected = first == twin.end() ? std::nullopt : std::optional(*first);
      return std::move(pipeline).find_first([wanted](Number x) { return x == wanted; }) == expected ? "" : "find_first";
    }
    case 5: {
      auto const groups = std::move(pipeline).group_by(rest);
      std::vector<std::pair<Number, std::vector<Number>>> expected;
      for (Number const x : twin) {
        auto at =
            std::find_if(expected.begin(), expected.end(), [&](auto const& group) { return group.first == rest(x); });
        if (at == expected.end()) at = expected.insert(at, {rest(x), {}});
        at->second.push_back(x);
      }
      return std::equal(groups.begin(), groups.end(), expected.begin(), expected.end()) ? "" : "group_by";
    }
    case 6:
      return std::move(pipeline).is_sorted() == std::is_sorted(twin.begin(), twin.end()) ? "" : "is_sorted";
    case 7: {
      auto const least =
          std::min_element(twin.begin(), twin.end(), [&](Number a, Number b) { return rest(a) < rest(b); });
      std::optional<Number> const expected = least == twin.end() ? std::nullopt : std::optional(*least);
      return std::move(pipeline).min_by_key(rest) == expected ? "" : "min_by_key";
    }
    default: {
      std::optional<Number> const expected = twin.empty() ? std::nullopt : std::optional(twin.back());
      return std::move(pipeline).last() == expected ? "" : "last";
    }
  }
}

std::string run_case_on(pt::world& w, std::uint64_t seed, std::string& story) {
  Random random(seed);
  constexpr std::size_t sizes[] = {0, 1, 2, 7, 64, 500, 3000};
  Case c = random_source(random, sizes[random.below(7)]);
  for (std::size_t stages = random.below(5); stages != 0; --stages) c = with_random_stage(random, std::move(c));
  story = c.story;
  auto const placed = [&](auto pipeline) {
    auto const place = random.one_in(4) ? w.split() : w.least(1 + random.below(40));
    return compare_with_loop(random, on_ranks_as(std::move(pipeline)).on(place), c.twin, w.is_root());
  };
  try {
    return std::visit([&](auto&& pipeline) { return placed(std::move(pipeline)); }, std::move(c.pipeline));
  } catch (std::exception const& error) {
    return std::string("unexpected: ") + error.what();
  }
}

}  // namespace

}  // namespace property

int run_random_pipelines(parallel_task::world& w, int argc, char** argv) {
  std::uint64_t const count = argc > 0 ? std::strtoull(argv[0], nullptr, 10) : 300;
  std::uint64_t const first = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  int failures = 0;
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    std::string story;
    std::string const wrong = property::run_case_on(w, seed, story);
    if (!wrong.empty()) {
      std::fprintf(stderr, "rank %d of %d, seed %llu: %s -> %s\n", w.rank(), w.size(),
                   static_cast<unsigned long long>(seed), story.c_str(), wrong.c_str());
    }
    for (bool const failed : w.all_gather(!wrong.empty())) failures += failed ? 1 : 0;
  }
  return failures;
}
