// Every operation, called with too few or too many arguments: it says how it is called.
#include <parallel_task/parallel_task.hpp>

#include <array>
#include <vector>

std::vector<int> v{1};
auto numbers() { return pt::parallel_iter(v); }

template <int>
struct Own {};  // an argument that no other call has

int main() {
  // expect: then is called as then(stage)
  numbers().then();
  // expect: map is called as map(f)
  numbers().map();
  // expect: inspect is called as inspect(f)
  numbers().inspect();
  // expect: update is called as update(f)
  numbers().update();
  // expect: filter is called as filter(p)
  numbers().filter();
  // expect: filter_map is called as filter_map(f)
  numbers().filter_map();
  // expect: flat_map is called as flat_map(f)
  numbers().flat_map();
  // expect: flatten is called as flatten()
  numbers().flatten(Own<8>());
  // expect: copied is called as copied()
  numbers().copied(Own<9>());
  // expect: keys is called as keys()
  numbers().keys(Own<10>());
  // expect: values is called as values()
  numbers().values(Own<11>());
  // expect: enumerate is called as enumerate()
  numbers().enumerate(Own<12>());
  // expect: chain is called as chain(r)
  numbers().chain();
  // expect: reverse is called as reverse()
  numbers().reverse(Own<16>());
  // expect: take is called as take(n)
  numbers().take();
  // expect: drop is called as drop(n)
  numbers().drop();
  // expect: stride is called as stride(n)
  numbers().stride();
  // expect: slice is called as slice(first, last)
  numbers().slice();
  // expect: intersperse is called as intersperse(x)
  numbers().intersperse();
  // expect: take_while is called as take_while(p)
  numbers().take_while();
  // expect: map_init is called as map_init(make, f)
  numbers().map_init();
  // expect: fold is called as fold(make, f)
  numbers().fold();
  // expect: elements is called as elements<n>()
  numbers().elements(Own<60>());
  // expect: cast is called as cast<T>()
  numbers().cast(Own<61>());
  // expect: chunk is called as chunk(n), and over a range as pt::chunk(r, n)
  numbers().chunk();
  // expect: fold_chunks is called as fold_chunks(n, make, f)
  numbers().fold_chunks();
  // expect: interleave is called as interleave(r)
  numbers().interleave();
  // expect: map_while is called as map_while(f)
  numbers().map_while();
  // expect: drop_while is called as drop_while(p)
  numbers().drop_while();
  // expect: inclusive_scan is called as inclusive_scan(op) or inclusive_scan(op, init)
  numbers().inclusive_scan();
  // expect: exclusive_scan is called as exclusive_scan(init, op)
  numbers().exclusive_scan(0);
  // expect: take_any is called as take_any(n)
  numbers().take_any();
  // expect: positions is called as positions(p)
  numbers().positions();
  // expect: min_len is called as min_len(n)
  numbers().min_len();
  // expect: for_each_init is called as for_each_init(make, f); it
  numbers().for_each_init();
  // expect: try_for_each_init is called as try_for_each_init(make, f)
  numbers().try_for_each_init();
  // expect: threads is called as threads(n)
  numbers().threads();
  // expect: max_len is called as max_len(n)
  numbers().max_len();
  // expect: steal_from is called as steal_from(strategy)
  numbers().steal_from();
  // expect: report is called as report(r)
  numbers().report();
  // expect: trace is called as trace(t)
  numbers().trace();
  // expect: progress is called as progress(f) or progress(f
  numbers().progress();
  // expect: with_context is called as with_context(capture, enter)
  numbers().with_context(0);
  // expect: stop_token is called as stop_token(t)
  numbers().stop_token();
  // expect: deadline is called as deadline(t)
  numbers().deadline();
  // expect: for_each is called as for_each(f)
  numbers().for_each();
  // expect: for_each_ordered is called as for_each_ordered(f) or for_each_ordered(f
  numbers().for_each_ordered();
  // expect: try_for_each is called as try_for_each(f)
  numbers().try_for_each();
  // expect: collect_into is called as collect_into(c)
  numbers().collect_into();
  // expect: append_to is called as append_to(c)
  numbers().append_to();
  // expect: reduce is called as reduce(init, op) or reduce(op)
  numbers().reduce();
  // expect: sum is called as sum() or sum<T>()
  numbers().sum(Own<37>());
  // expect: product is called as product() or product<T>()
  numbers().product(Own<38>());
  // expect: mean is called as mean()
  numbers().mean(Own<39>());
  // expect: count is called as count()
  numbers().count(Own<40>());
  // expect: count_if is called as count_if(p)
  numbers().count_if();
  // expect: size is called as size()
  numbers().size(Own<42>());
  // expect: min is called as min() or min(less)
  numbers().min(Own<43>(), 1);
  // expect: max is called as max() or max(less)
  numbers().max(Own<44>(), 1);
  // expect: minmax is called as minmax() or minmax(less)
  numbers().minmax(Own<45>(), 1);
  // expect: min_by_key is called as min_by_key(f)
  numbers().min_by_key();
  // expect: max_by_key is called as max_by_key(f)
  numbers().max_by_key();
  // expect: minmax_by_key is called as minmax_by_key(f)
  numbers().minmax_by_key();
  // expect: any is called as any(p)
  numbers().any();
  // expect: all is called as all(p)
  numbers().all();
  // expect: none is called as none(p)
  numbers().none();
  // expect: contains is called as contains(x)
  numbers().contains();
  // expect: find_any is called as find_any(p)
  numbers().find_any();
  // expect: find_first is called as find_first(p)
  numbers().find_first();
  // expect: position_first is called as position_first(p)
  numbers().position_first();
  // expect: find_last is called as find_last(p)
  numbers().find_last();
  // expect: find_map_first is called as find_map_first(f)
  numbers().find_map_first();
  // expect: find_map_any is called as find_map_any(f)
  numbers().find_map_any();
  // expect: find_map_last is called as find_map_last(f)
  numbers().find_map_last();
  // expect: position_last is called as position_last(p)
  numbers().position_last();
  // expect: position_any is called as position_any(p)
  numbers().position_any();
  // expect: first is called as first(), and with a condition find_first(p)
  numbers().first(Own<307>());
  // expect: last is called as last(), and with a condition find_last(p)
  numbers().last(Own<308>());
  // expect: nth is called as nth(n)
  numbers().nth();
  // expect: is_sorted is called as is_sorted() or is_sorted(less)
  numbers().is_sorted(1, Own<310>());
  // expect: is_partitioned is called as is_partitioned(p)
  numbers().is_partitioned();
  // expect: equal is called as equal(r) or equal(r, p)
  numbers().equal();
  // expect: compare is called as compare(r) or compare(r, f)
  numbers().compare();
  // expect: try_reduce is called as try_reduce(init, op) or try_reduce(op)
  numbers().try_reduce();
  // expect: aggregate is called as aggregate(make, add, merge)
  numbers().aggregate();
  // expect: join_with is called as join_with(separator)
  numbers().join_with();
  // expect: partition_map is called as partition_map(f)
  numbers().partition_map();
  // expect: unzip_into is called as unzip_into(a, b, ...), with variables
  numbers().unzip_into(1);
  // expect: collect_segments is called as collect_segments()
  numbers().collect_segments(Own<336>());
  // expect: try_fold is called as try_fold(make, f)
  numbers().try_fold();
  // expect: try_collect is called as try_collect<C>()
  numbers().try_collect();
  // expect: so try_collect can't make one
  numbers().try_collect<std::array>();
  // expect: group_by is called as group_by(key)
  numbers().group_by();
  // expect: count_by is called as count_by(key)
  numbers().count_by();
  // expect: histogram is called as histogram(bins) or histogram(bins, f)
  numbers().histogram();
  // expect: to_map is called as to_map(key, value, merge)
  numbers().to_map();
  // expect: distinct is called as distinct()
  numbers().distinct(Own<365>());
  // expect: smallest is called as smallest(k) or smallest(k, less)
  numbers().smallest();
  // expect: largest is called as largest(k) or largest(k, less)
  numbers().largest();
  // expect: top_k is called as top_k(k) or top_k(k, less)
  numbers().top_k();
  // expect: deterministic is called as deterministic()
  numbers().deterministic(Own<368>());
  // expect: partition is called as partition(p)
  numbers().partition();
  // expect: unzip is called as unzip()
  numbers().unzip(Own<56>());
  // expect: collect (or to) is told the type of its container
  numbers().collect();
  // expect: collect (or to) is told the type of its container
  numbers().collect(std::vector<char>());
  // expect: collect (or to) is told the type of its container
  numbers().collect<std::vector<int>>(1);
  // expect: collect (or to) is told the type of its container
  numbers().to(2.0);
  // expect: collect (or to) is told the type of its container
  numbers().to<std::vector>('c');
  // expect: so it can't be made from a pipeline: make one of the right size
  numbers().collect<std::array>();
  // expect: zip is called as zip(r...)
  numbers().zip();
  // expect: zip_equal is called as zip_equal(r...)
  numbers().zip_equal();
  // expect: take is called as take(n)
  numbers().take(1, 2);
  // expect: report is called as report(r), with a pt::RunReport variable
  numbers().report(pt::RunReport());
  // expect: for_each_ordered is called as for_each_ordered(f) or for_each_ordered(f, window)
  numbers().for_each_ordered([](int) {}, 1.5);
  // expect: reduce is called as reduce(init, op)
  numbers().reduce(1, 2, 3);

  // The piped spelling.
  // expect: map is called as
  pt::map('a', 'b', 'c');
  // expect: inspect is called as
  pt::inspect('a', 'b', 'c');
  // expect: update is called as
  pt::update('a', 'b', 'c');
  // expect: filter is called as
  pt::filter('a', 'b', 'c');
  // expect: filter_map is called as
  pt::filter_map('a', 'b', 'c');
  // expect: flat_map is called as
  pt::flat_map('a', 'b', 'c');
  // expect: flatten is called as
  pt::flatten('a', 'b', 'c');
  // expect: copied is called as
  pt::copied('a', 'b', 'c');
  // expect: keys is called as
  pt::keys('a', 'b', 'c');
  // expect: values is called as
  pt::values('a', 'b', 'c');
  // expect: enumerate is called as
  pt::enumerate('a', 'b', 'c');
  // expect: chain is called as
  pt::chain('a', 'b', 'c');
  // expect: reverse is called as
  pt::reverse('a', 'b', 'c');
  // expect: take is called as
  pt::take('a', 'b', 'c');
  // expect: drop is called as
  pt::drop('a', 'b', 'c');
  // expect: stride is called as
  pt::stride('a', 'b', 'c');
  // expect: slice is called as
  pt::slice('a', 'b', 'c');
  // expect: intersperse is called as
  pt::intersperse('a', 'b', 'c');
  // expect: take_while is called as
  pt::take_while('a', 'b', 'c');
  // expect: map_init is called as
  pt::map_init('a', 'b', 'c');
  // expect: fold is called as
  pt::fold('a', 'b', 'c');
  // expect: elements is called as
  pt::elements('a', 'b', 'c');
  // expect: cast is called as
  pt::cast('a', 'b', 'c');
  // expect: chunk is called as
  pt::chunk('a', 'b', 'c');
  // expect: fold_chunks is called as
  pt::fold_chunks('a', 'b', 'c', 'd');
  // expect: interleave is called as
  pt::interleave('a', 'b', 'c');
  // expect: map_while is called as
  pt::map_while('a', 'b', 'c');
  // expect: drop_while is called as
  pt::drop_while('a', 'b', 'c');
  // expect: inclusive_scan is called as
  pt::inclusive_scan('a', 'b', 'c');
  // expect: exclusive_scan is called as
  pt::exclusive_scan('a', 'b', 'c');
  // expect: take_any is called as
  pt::take_any('a', 'b', 'c');
  // expect: positions is called as
  pt::positions('a', 'b', 'c');
  // expect: min_len is called as
  pt::min_len('a', 'b', 'c');
  // expect: for_each_init is called as
  pt::for_each_init('a', 'b', 'c');
  // expect: try_for_each_init is called as
  pt::try_for_each_init('a', 'b', 'c');
  // expect: threads is called as
  pt::threads('a', 'b', 'c');
  // expect: parallel_task: on is called as
  pt::on('a', 'b', 'c');
  // expect: steal_from is called as
  pt::steal_from('a', 'b', 'c');
  // expect: report is called as
  pt::report('a', 'b', 'c');
  // expect: trace is called as
  pt::trace('a', 'b', 'c');
  // expect: progress is called as
  pt::progress('a', 'b', 'c');
  // expect: with_context is called as
  pt::with_context('a');
  // expect: stop_token is called as
  pt::stop_token('a', 'b', 'c');
  // expect: deadline is called as
  pt::deadline('a', 'b', 'c');
  // expect: pt::for_each is called as for_each(r, f), and after a pipeline as for_each(f)
  pt::for_each('a', 'b', 'c');
  // expect: for_each_ordered is called as
  pt::for_each_ordered('a', 'b', 'c');
  // expect: try_for_each is called as
  pt::try_for_each('a', 'b', 'c');
  // expect: collect_into is called as
  pt::collect_into('a', 'b', 'c');
  // expect: append_to is called as
  pt::append_to('a', 'b', 'c');
  // expect: reduce is called as
  pt::reduce('a', 'b', 'c');
  // expect: sum is called as
  pt::sum('a', 'b', 'c');
  // expect: product is called as
  pt::product('a', 'b', 'c');
  // expect: mean is called as
  pt::mean('a', 'b', 'c');
  // expect: count is called as
  pt::count('a', 'b', 'c');
  // expect: count_if is called as
  pt::count_if('a', 'b', 'c');
  // expect: size is called as
  pt::size('a', 'b', 'c');
  // expect: min is called as
  pt::min('a', 'b', 'c');
  // expect: max is called as
  pt::max('a', 'b', 'c');
  // expect: minmax is called as
  pt::minmax('a', 'b', 'c');
  // expect: min_by_key is called as
  pt::min_by_key('a', 'b', 'c');
  // expect: max_by_key is called as
  pt::max_by_key('a', 'b', 'c');
  // expect: minmax_by_key is called as
  pt::minmax_by_key('a', 'b', 'c');
  // expect: any is called as
  pt::any('a', 'b', 'c');
  // expect: all is called as
  pt::all('a', 'b', 'c');
  // expect: none is called as
  pt::none('a', 'b', 'c');
  // expect: contains is called as
  pt::contains('a', 'b', 'c');
  // expect: find_any is called as
  pt::find_any('a', 'b', 'c');
  // expect: find_first is called as
  pt::find_first('a', 'b', 'c');
  // expect: position_first is called as
  pt::position_first('a', 'b', 'c');
  // expect: partition is called as
  pt::partition('a', 'b', 'c');
  // expect: unzip is called as
  pt::unzip('a', 'b', 'c');
  // expect: map is called as map(f); it follows a pipeline
  pt::map(v, [](int x) { return x; });
  // expect: or with(...) first this is an algorithm: include <parallel_task/algorithm.hpp>
  pt::sum(v);
  // expect: this is an algorithm: include <parallel_task/algorithm.hpp>, or write pt::parallel_iter(r) and go on
  pt::any(v, [](int x) { return x > 10; });
  // expect: this is an algorithm: include <parallel_task/algorithm.hpp>
  pt::reverse(v.begin(), v.end());
  // expect: this is an algorithm: include <parallel_task/algorithm.hpp>
  pt::reduce(pt::with(pt::threads(2)), v, 0, [](int x, int y) { return x + y; });
  // expect: with(...) takes settings: threads(n), report(r)
  pt::with(pt::map([](int x) { return x + 11; }));
  // expect: with is called as with(setting, ...), such as pt::with(pt::threads(4)
  pt::with(4);
  // expect: and with settings as parallel_for(pt::with(...), n, f)
  pt::parallel_for(pt::with());
  // expect: collect (or to) is told the type
  pt::collect(v);
  // expect: collect (or to) is told the type
  pt::to<std::vector>('x');
  // expect: and pt::parallel_iter is written once, after the range
  numbers() | pt::enumerate;
  // expect: a stage or terminal is called, also where it takes nothing
  pt::enumerate() | pt::count;
  // expect: stages and terminals follow a pipeline
  v | pt::reverse;
  // expect: a stage has no operations: write pt::parallel_iter(a).zip(b).map(f)
  pt::zip(v, v).map([](int, int) { return 1; }).sum();
  // expect: a stage has no operations
  pt::chain(v).sum();
  // expect: a stage has no operations
  pt::filter([](int) { return true; }).collect<std::vector>();

  // Where pipelines begin.
  // expect: pipelines begin with one range
  pt::parallel_iter(v.begin(), v.end()).map([](int x) { return x; });
  // expect: pipelines begin with one range
  pt::into_parallel_iter(v, 'v');
  // expect: indices is called as indices(n), indices(first, last) or indices(first, last, step)
  pt::indices();
  // expect: indices is called as
  pt::indices(1, 2, 3, 4).sum();
  // expect: chunk_exact begins a pipeline, and is called as pt::chunk_exact(r, n)
  pt::chunk_exact(v).count();
  // expect: slide begins a pipeline, and is called as pt::slide(r, n)
  pt::slide(v).count();
  // expect: adjacent begins a pipeline, and is called as pt::adjacent<n>(r), with n of at least 1
  pt::adjacent<0>(v).count();
  // expect: chunk_by begins a pipeline, and is called as pt::chunk_by(r, p)
  pt::chunk_by(v).count();
  // expect: split begins a pipeline, and is called as pt::split(r, p) or pt::split(text, pattern)
  pt::split(v).count();
  // expect: split_after begins a pipeline, and is called as pt::split_after(r, p)
  pt::split_after(v).count();
  // expect: lines begins a pipeline, and is called as pt::lines(text)
  pt::lines("a", 1).count();
  // expect: words begins a pipeline, and is called as pt::words(text)
  pt::words("a", 2).count();
  // expect: find_all begins a pipeline, and is called as pt::find_all(text, pattern)
  pt::find_all("a").count();
  // expect: indices2 begins a pipeline, and is called as pt::indices2(rows, columns)
  pt::indices2(1).count();
  // expect: indices3 begins a pipeline, and is called as pt::indices3(layers, rows, columns)
  pt::indices3(1, 2).count();
  // expect: repeat_n begins a pipeline, and is called as pt::repeat_n(x, n)
  pt::repeat_n(1).count();
  // expect: once begins a pipeline, and is called as pt::once(x)
  pt::once().count();
  // expect: cartesian_product begins a pipeline, and is called as pt::cartesian_product(a, b)
  pt::cartesian_product(v).count();
  // expect: walk_tree begins a pipeline, and is called as pt::walk_tree(root, children)
  pt::walk_tree(1).count();
  // expect: walk_tree_prefix begins a pipeline, and is called as pt::walk_tree_prefix(root, children)
  pt::walk_tree_prefix(1).count();
  // expect: walk_tree_postfix begins a pipeline, and is called as pt::walk_tree_postfix(root, children)
  pt::walk_tree_postfix(1).count();
  // expect: for_each_growing is called as pt::for_each_growing(r, f)
  pt::for_each_growing(v);
  // expect: parallel_for is called as parallel_for(n, f) or parallel_for(first, last, f)
  pt::parallel_for(0, 10, 2, [](int) {});
  // expect: two iterators or with(...) first this is an algorithm: include <parallel_task/algorithm.hpp>
  pt::for_each(v.begin(), v.end(), [](int) {});
}
