//! The rows of the suite on Rayon, as its users would write them, for C++ to call.
//!
//! Where an item costs microseconds the C++ body is called through a pointer: the same machine code as for everybody
//! else. Where it costs nanoseconds the body is written here, so that the compiler can inline and vectorise it.

use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet, LinkedList};
use std::ffi::c_void;
use std::slice::{from_raw_parts, from_raw_parts_mut};
use std::sync::atomic::{AtomicBool, Ordering};

/// A pointer into the C++ side; every item of it is touched by one thread only.
#[derive(Clone, Copy)]
struct Shared(*mut c_void);
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}
impl Shared {
    fn get(self) -> *mut c_void {
        self.0
    }
}

#[no_mangle]
pub extern "C" fn rayon_threads() -> usize {
    rayon::current_num_threads()
}

#[no_mangle]
pub unsafe extern "C" fn rayon_for(n: usize, context: *mut c_void, body: unsafe extern "C" fn(*mut c_void, usize)) {
    let context = Shared(context);
    (0..n).into_par_iter().for_each(|i| unsafe { body(context.get(), i) });
}

// --- cheap items ------------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn rayon_roots(values: *mut f64, n: usize) {
    from_raw_parts_mut(values, n).par_iter_mut().for_each(|x| *x = (*x + 1.0).sqrt());
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sum(values: *const f64, n: usize) -> f64 {
    from_raw_parts(values, n).par_iter().sum()
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sum_of_squares(values: *const f64, n: usize) -> f64 {
    from_raw_parts(values, n).par_iter().map(|x| x * x).sum()
}

#[no_mangle]
pub unsafe extern "C" fn rayon_min_by_key(values: *const f64, n: usize) -> f64 {
    let key = |x: &f64| (*x - 0.5).abs();
    *from_raw_parts(values, n).par_iter().min_by(|a, b| key(a).partial_cmp(&key(b)).unwrap()).unwrap()
}

#[no_mangle]
pub unsafe extern "C" fn rayon_collect(values: *const f64, n: usize) -> f64 {
    let roots: Vec<f64> = from_raw_parts(values, n).par_iter().map(|x| x.sqrt()).collect();
    roots[n / 2]
}

#[no_mangle]
pub unsafe extern "C" fn rayon_collect_into(values: *const f64, n: usize, into: *mut Vec<f64>) -> f64 {
    let roots = &mut *into;
    from_raw_parts(values, n).par_iter().map(|x| x.sqrt()).collect_into_vec(roots);
    roots[n / 2]
}

#[no_mangle]
pub extern "C" fn rayon_vector() -> *mut Vec<f64> {
    Box::into_raw(Box::default())
}

#[no_mangle]
pub unsafe extern "C" fn rayon_free_vector(vector: *mut Vec<f64>) {
    drop(Box::from_raw(vector));
}

#[no_mangle]
pub unsafe extern "C" fn rayon_filter_collect(values: *const f64, n: usize) -> f64 {
    let kept: Vec<f64> = from_raw_parts(values, n).par_iter().copied().filter(|x| *x > 0.5).collect();
    kept.len() as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_filter_map_sum(values: *const f64, n: usize) -> f64 {
    from_raw_parts(values, n).par_iter().filter(|x| **x > 0.5).map(|x| x * 2.0).sum()
}

#[no_mangle]
pub unsafe extern "C" fn rayon_zip(a: *const f64, b: *const f64, c: *mut f64, n: usize) {
    let (a, b, c) = (from_raw_parts(a, n), from_raw_parts(b, n), from_raw_parts_mut(c, n));
    c.par_iter_mut().zip(a.par_iter().zip(b)).for_each(|(c, (a, b))| *c = a * b + *c * 0.5);
}

#[no_mangle]
pub unsafe extern "C" fn rayon_find_first(values: *const f64, n: usize, wanted: f64) -> usize {
    let found = from_raw_parts(values, n).par_iter().position_first(|x| *x == wanted);
    found.unwrap_or(n)
}

// --- containers -------------------------------------------------------------------------------------------------------

/// Read anew for each item, as on the C++ side.
static START_OF_WORK: f64 = 0.5;

/// The C++ side's `work`: a fixed amount of arithmetic. C++ compilers make one instruction of a product and a sum where
/// there is one, Rust's does not unless told so.
fn work(steps: usize) -> f64 {
    let mut x = unsafe { std::ptr::read_volatile(&START_OF_WORK) };
    for _ in 0..steps {
        x = if cfg!(target_feature = "fma") { x.mul_add(1.0000001, 1e-9) } else { x * 1.0000001 + 1e-9 };
    }
    x
}

pub struct Containers {
    hashed: HashMap<u64, f64>,
    sorted: BTreeMap<u64, f64>,
    list: LinkedList<f64>,
    words: Vec<String>,
}

#[no_mangle]
pub extern "C" fn rayon_containers(n: usize, words: usize) -> *mut Containers {
    Box::into_raw(Box::new(Containers {
        hashed: (0..n as u64).map(|i| (i, i as f64)).collect(),
        sorted: (0..n as u64).map(|i| (i, i as f64)).collect(),
        list: (0..n).map(|i| i as f64).collect(),
        words: (0..words).map(|i| format!("the quick brown fox {i}")).collect(),
    }))
}

#[no_mangle]
pub unsafe extern "C" fn rayon_free_containers(containers: *mut Containers) {
    drop(Box::from_raw(containers));
}

#[no_mangle]
pub unsafe extern "C" fn rayon_hash_map(containers: *mut Containers, steps: usize) {
    (*containers).hashed.par_iter_mut().for_each(|(_, value)| *value += work(steps));
}

#[no_mangle]
pub unsafe extern "C" fn rayon_map(containers: *mut Containers, steps: usize) {
    (*containers).sorted.par_iter_mut().for_each(|(_, value)| *value += work(steps));
}

#[no_mangle]
pub unsafe extern "C" fn rayon_list(containers: *mut Containers, steps: usize) {
    (*containers).list.par_iter_mut().for_each(|value| *value += work(steps));
}

#[no_mangle]
pub unsafe extern "C" fn rayon_upper_case(containers: *mut Containers) -> f64 {
    let upper: Vec<String> = (*containers).words.par_iter().map(|word| word.to_ascii_uppercase()).collect();
    upper.len() as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_word_count(text: *const u8, ends: *const usize, lines: usize) -> f64 {
    let ends = from_raw_parts(ends, lines);
    let text = from_raw_parts(text, ends[lines - 1]);
    let counts: HashMap<&[u8], usize> = (0..lines)
        .into_par_iter()
        .fold(HashMap::new, |mut counts: HashMap<&[u8], usize>, line| {
            let begin = if line == 0 { 0 } else { ends[line - 1] };
            for word in text[begin..ends[line]].split(|c| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
                *counts.entry(word).or_insert(0) += 1;
            }
            counts
        })
        .reduce(HashMap::new, |mut a, b| {
            for (word, count) in b {
                *a.entry(word).or_insert(0) += count;
            }
            a
        });
    counts.len() as f64
}

#[no_mangle]
pub extern "C" fn rayon_bridge(n: usize, steps: usize) -> f64 {
    (0..n).map(|i| i as f64).par_bridge().map(|x| x + work(steps)).sum()
}

// --- parts and text ---------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn rayon_chunks(values: *mut f64, n: usize, length: usize) -> f64 {
    from_raw_parts_mut(values, n).par_chunks_mut(length).for_each(|part| {
        part[0] = 0.5;
        part[0] = part.iter().fold(0.0, |a, x| a + x);
    });
    0.0
}

#[no_mangle]
pub unsafe extern "C" fn rayon_windows(values: *const f64, n: usize, length: usize) -> f64 {
    from_raw_parts(values, n)
        .par_windows(length)
        .map(|part| part.iter().fold(part[0], |most, x| if most < *x { *x } else { most }))
        .sum()
}

unsafe fn text<'a>(text: *const u8, size: usize) -> &'a str {
    std::str::from_utf8_unchecked(from_raw_parts(text, size))
}

#[no_mangle]
pub unsafe extern "C" fn rayon_lines(bytes: *const u8, size: usize) -> f64 {
    text(bytes, size).par_lines().map(|line| (line.len() * line.len()) as f64).sum()
}

#[no_mangle]
pub unsafe extern "C" fn rayon_words(bytes: *const u8, size: usize) -> f64 {
    text(bytes, size).par_split_whitespace().count() as f64
}

// --- groups, and what is asked of all items ---------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn rayon_count_by(keys: *const u32, n: usize) -> f64 {
    let counts: HashMap<u32, usize> = from_raw_parts(keys, n)
        .par_iter()
        .fold(HashMap::new, |mut counts, key| {
            *counts.entry(*key).or_insert(0) += 1;
            counts
        })
        .reduce(HashMap::new, |mut a, b| {
            for (key, count) in b {
                *a.entry(key).or_insert(0) += count;
            }
            a
        });
    counts.len() as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_group_by(keys: *const u32, n: usize) -> f64 {
    let groups: HashMap<u32, Vec<u32>> = from_raw_parts(keys, n)
        .par_iter()
        .fold(HashMap::new, |mut groups: HashMap<u32, Vec<u32>>, key| {
            groups.entry(*key).or_default().push(*key);
            groups
        })
        .reduce(HashMap::new, |mut a, b| {
            for (key, mut items) in b {
                a.entry(key).or_default().append(&mut items);
            }
            a
        });
    groups.len() as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_distinct(keys: *const u32, n: usize) -> f64 {
    from_raw_parts(keys, n).par_iter().copied().collect::<HashSet<u32>>().len() as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_histogram(bytes: *const u8, n: usize, bin: usize) -> f64 {
    let counts = from_raw_parts(bytes, n)
        .par_iter()
        .fold(
            || [0usize; 256],
            |mut counts, byte| {
                counts[*byte as usize] += 1;
                counts
            },
        )
        .reduce(
            || [0usize; 256],
            |mut a, b| {
                for (x, y) in a.iter_mut().zip(b) {
                    *x += y;
                }
                a
            },
        );
    counts[bin] as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_largest(keys: *const u32, n: usize, k: usize) -> f64 {
    // The heaps' roots are the least of the largest.
    let keep = |mut top: BinaryHeap<Reverse<u32>>, key: u32| {
        if top.len() < k {
            top.push(Reverse(key));
        } else if key > top.peek().unwrap().0 {
            top.pop();
            top.push(Reverse(key));
        }
        top
    };
    let top = from_raw_parts(keys, n)
        .par_iter()
        .fold(BinaryHeap::new, |top, key| keep(top, *key))
        .reduce(BinaryHeap::new, |a, b| b.into_iter().fold(a, |top, Reverse(key)| keep(top, key)));
    top.peek().unwrap().0 as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_equal(a: *const u32, b: *const u32, n: usize) -> f64 {
    from_raw_parts(a, n).par_iter().eq(from_raw_parts(b, n)) as u32 as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_compare(a: *const u32, b: *const u32, n: usize) -> f64 {
    from_raw_parts(a, n).par_iter().cmp(from_raw_parts(b, n)).is_eq() as u32 as f64
}

#[no_mangle]
pub unsafe extern "C" fn rayon_total(values: *const f64, n: usize) -> f64 {
    from_raw_parts(values, n).par_iter().sum()
}

// --- trees and graphs -------------------------------------------------------------------------------------------------

fn walk(node: usize, nodes: usize, degree: usize) -> f64 {
    let first = (degree * node + 1).min(nodes);
    let children = first..(first + degree).min(nodes);
    (node % 7) as f64 + children.into_par_iter().map(|child| walk(child, nodes, degree)).sum::<f64>()
}

/// Rayon 1.6 has no walk_tree.
#[no_mangle]
pub extern "C" fn rayon_tree(nodes: usize, degree: usize) -> f64 {
    walk(0, nodes, degree)
}

/// Level by level.
#[no_mangle]
pub unsafe extern "C" fn rayon_reachable(edges: *const u32, nodes: usize, degree: usize) -> f64 {
    let edges = from_raw_parts(edges, nodes * degree);
    let seen: Vec<AtomicBool> = (0..nodes).map(|_| AtomicBool::new(false)).collect();
    seen[0].store(true, Ordering::Relaxed);
    let mut frontier = vec![0u32];
    while !frontier.is_empty() {
        frontier = frontier
            .par_iter()
            .flat_map_iter(|node| edges[*node as usize * degree..][..degree].iter().copied())
            .filter(|to| {
                let to = &seen[*to as usize];
                !to.load(Ordering::Relaxed) && !to.swap(true, Ordering::Relaxed)
            })
            .collect();
    }
    seen.iter().filter(|node| node.load(Ordering::Relaxed)).count() as f64
}

// --- sorts ------------------------------------------------------------------------------------------------------------

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Pair {
    first: u32,
    second: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Record {
    key: u64,
    rest: [u64; 7],
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sort_u64(values: *mut u64, n: usize) {
    from_raw_parts_mut(values, n).par_sort_unstable();
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sort_u32(values: *mut u32, n: usize) {
    from_raw_parts_mut(values, n).par_sort_unstable();
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sort_doubles(values: *mut f64, n: usize) {
    from_raw_parts_mut(values, n).par_sort_unstable_by(f64::total_cmp);
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sort_pairs(values: *mut Pair, n: usize) {
    from_raw_parts_mut(values, n).par_sort_unstable_by_key(|pair| pair.first);
}

#[no_mangle]
pub unsafe extern "C" fn rayon_stable_sort_pairs(values: *mut Pair, n: usize) {
    from_raw_parts_mut(values, n).par_sort_by_key(|pair| pair.first);
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sort_records(values: *mut Record, n: usize) {
    from_raw_parts_mut(values, n).par_sort_unstable_by_key(|record| record.key);
}

#[no_mangle]
pub unsafe extern "C" fn rayon_stable_sort_records(values: *mut Record, n: usize) {
    from_raw_parts_mut(values, n).par_sort_by_key(|record| record.key);
}

/// Doubles in their total order; Rayon caches keys that are `Ord` only.
#[derive(PartialEq)]
struct Total(f64);
impl Eq for Total {}
impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Total {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[no_mangle]
pub unsafe extern "C" fn rayon_sort_by_cached_key(values: *mut f64, n: usize) {
    from_raw_parts_mut(values, n).par_sort_by_cached_key(|x| Total(x.sin() + x.cos() * x.abs().sqrt()));
}

// --- nested -----------------------------------------------------------------------------------------------------------

#[no_mangle]
pub extern "C" fn rayon_nested(outer: usize, inner: usize, steps: usize) -> f64 {
    (0..outer).into_par_iter().map(|_| (0..inner).into_par_iter().map(|_| work(steps)).sum::<f64>()).sum()
}

fn recurse(depth: usize, steps: usize) -> f64 {
    if depth == 0 {
        return work(steps);
    }
    let (a, b) = rayon::join(|| recurse(depth - 1, steps), || recurse(depth - 1, steps));
    a + b
}

#[no_mangle]
pub extern "C" fn rayon_recursion(depth: usize, steps: usize) -> f64 {
    recurse(depth, steps)
}

// --- tasks ------------------------------------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn rayon_join(
    a: *mut c_void,
    run_a: unsafe extern "C" fn(*mut c_void),
    b: *mut c_void,
    run_b: unsafe extern "C" fn(*mut c_void),
) {
    let (a, b) = (Shared(a), Shared(b));
    rayon::join(|| unsafe { run_a(a.get()) }, || unsafe { run_b(b.get()) });
}
