#include <parallel_task/controller/trace.hpp>

#include <parallel_task/parallel_task.hpp>
#include <parallel_task/trace_writer.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace pt = parallel_task;

namespace {

using support::Claims;
using support::Eager;

void work(int) { support::spin_for(std::chrono::microseconds(2)); }

std::vector<int> numbers(int n) {
  std::vector<int> v;
  for (int i = 0; i != n; ++i) v.push_back(i);
  return v;
}

std::uint64_t count(pt::Trace const& trace, pt::TraceKind kind) {
  std::uint64_t found = 0;
  trace.for_each_event([&](pt::TraceEvent const& event) { found += event.kind == kind ? 1U : 0U; });
  return found;
}

// What holds of every run's trace.
void check(pt::Trace const& trace, std::size_t positions) {
  pt::RunReport const& report = trace.report();
  CHECK(trace.dropped() == 0);
  std::vector<int> ran(positions, 0);
  std::uint64_t items = 0;
  std::uint64_t odd = 0;  // events out of place, counted: so many assertions would take their time
  std::uint32_t row = 0;
  double latest = 0;
  double claimed = 0;
  trace.for_each_event([&](pt::TraceEvent const& event) {
    if (event.row != row) latest = claimed = 0;
    row = event.row;
    if (event.begin_ns > event.end_ns || event.end_ns < latest || event.row >= trace.rows()) ++odd;
    if (event.thread > 512 || event.other > 512) ++odd;
    if (event.end_ns > report.duration_ns * 1.001 + 1000) ++odd;
    latest = event.end_ns;
    if (event.kind != pt::TraceKind::claim) return;
    if (event.begin_ns < claimed || event.items == 0) ++odd;
    claimed = event.end_ns;
    items += event.items;
    for (std::uint64_t i = event.first; i != event.first + event.items; ++i) {
      if (i < positions) {
        ++ran[static_cast<std::size_t>(i)];
      } else {
        ++odd;
      }
    }
  });
  std::uint64_t twice = 0;
  std::uint64_t once = 0;
  for (int const times : ran) {
    twice += times > 1 ? 1U : 0U;
    once += times == 1 ? 1U : 0U;
  }
  CHECK(odd == 0);
  CHECK(twice == 0);
  CHECK(once == items);
  CHECK(items == report.items);
  CHECK(count(trace, pt::TraceKind::steal) == report.steals);
  CHECK(count(trace, pt::TraceKind::pull) == report.pulls);
  CHECK(count(trace, pt::TraceKind::wake) == report.wakes);
}

// Whether it is JSON (RFC 8259), read by descent.
struct Json {
  char const* at;

  bool all() { return value() && (space(), *at == '\0'); }
  void space() {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') ++at;
  }
  bool next(char c) {
    space();
    if (*at != c) return false;
    ++at;
    return true;
  }
  bool word(char const* text) {
    for (; *text != '\0'; ++text, ++at) {
      if (*at != *text) return false;
    }
    return true;
  }
  bool string() {
    if (!next('"')) return false;
    for (; *at != '"'; ++at) {
      if (*at == '\0' || static_cast<unsigned char>(*at) < ' ') return false;
      if (*at == '\\' && *++at == '\0') return false;
    }
    ++at;
    return true;
  }
  bool digits() {
    if (*at < '0' || *at > '9') return false;
    while (*at >= '0' && *at <= '9') ++at;
    return true;
  }
  bool number() {
    if (*at == '-') ++at;
    if (!digits()) return false;
    if (*at == '.') {
      ++at;
      return digits();
    }
    return true;
  }
  template <class Member>
  bool members(char close, Member member) {
    ++at;
    if (next(close)) return true;
    do {
      if (!member()) return false;
    } while (next(','));
    return next(close);
  }
  bool value() {
    space();
    switch (*at) {
      case '{':
        return members('}', [&] { return string() && next(':') && value(); });
      case '[':
        return members(']', [&] { return value(); });
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
};

// Whether every element that is opened is closed, and nothing lies around them.
bool well_formed(std::string const& xml) {
  std::vector<std::string> open;
  bool root = false;
  for (std::size_t i = 0; i != xml.size(); ++i) {
    if (xml[i] == '>' || (xml[i] == '&' && xml.find(';', i) == std::string::npos)) return false;
    if (xml[i] != '<') {
      if (open.empty() && xml[i] != '\n') return false;
      continue;
    }
    std::size_t const end = xml.find('>', i);
    if (end == std::string::npos || xml.find('<', i + 1) < end) return false;
    std::string const tag = xml.substr(i + 1, end - i - 1);
    std::string const name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" \n") - (tag[0] == '/' ? 1 : 0));
    std::size_t quotes = 0;
    for (char const c : tag) quotes += c == '"' ? 1U : 0U;
    if (quotes % 2 != 0) return false;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      if (open.empty() && root) return false;
      root = true;
      open.push_back(name);
    }
    i = end;
  }
  return root && open.empty();
}

std::string svg(pt::Trace const& trace) {
  std::ostringstream out;
  trace.write_svg(out);
  return out.str();
}

std::string json(pt::Trace const& trace) {
  std::ostringstream out;
  trace.write_chrome_json(out);
  return out.str();
}

bool has(std::string const& text, char const* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a trace has each item in one claim, and as many steals, pulls and wakes as the report") {
  std::vector<int> const v = numbers(1500);
  std::list<int> const list(v.begin(), v.end());
  for (Claims const claims : {Claims::single, Claims::given_back, Claims::probed}) {
    Eager const eager(4, claims);
    pt::Trace trace;
    pt::parallel_iter(v).trace(trace).for_each(work);
    check(trace, v.size());
    CHECK(trace.report().items == v.size());
    pt::parallel_iter(list).trace(trace).for_each(work);
    check(trace, v.size());
    CHECK(trace.report().items == v.size());
  }
}

TEST_CASE("steals and pulls are seen where they must be") {
  Eager const eager(4);
  std::vector<int> const v = numbers(64);
  std::list<int> const list(v.begin(), v.end());
  std::uint64_t steals = 0;
  std::uint64_t parks = 0;
  pt::Trace trace;
  for (int i = 0; i != 200 && (steals == 0 || parks == 0); ++i) {  // helpers may come late, on a busy machine
    std::this_thread::sleep_for(std::chrono::milliseconds(1));     // the pool parks
    pt::parallel_iter(v).trace(trace).for_each([](int) { support::spin_for(std::chrono::microseconds(100)); });
    check(trace, v.size());
    steals += count(trace, pt::TraceKind::steal);
    parks += count(trace, pt::TraceKind::park);
  }
  CHECK(steals != 0);
  CHECK(parks != 0);
  pt::parallel_iter(list).trace(trace).for_each(work);
  CHECK(count(trace, pt::TraceKind::pull) != 0);
}

TEST_CASE("a trace of one thread is one claim or more, and one of nothing is empty") {
  std::vector<int> const v = numbers(100);
  pt::Trace trace;
  pt::RunReport report;
  pt::parallel_iter(v).threads(1).trace(trace).report(report).for_each(work);
  check(trace, v.size());
  CHECK(trace.rows() == 1);
  CHECK(report.items == v.size());
  CHECK(trace.report().items == v.size());
  CHECK(count(trace, pt::TraceKind::claim) == 1);
  std::vector<int> const none;
  none | pt::parallel_iter | pt::trace(trace) | pt::for_each(work);
  check(trace, 0);
  CHECK(trace.report().items == 0);
  CHECK(count(trace, pt::TraceKind::claim) == 0);
  CHECK(well_formed(svg(trace)));
  std::string const text = json(trace);
  CHECK(Json{text.c_str()}.all());
}

TEST_CASE("a run that throws leaves a trace of what it ran") {
  Eager const eager(4);
  std::vector<int> const v = numbers(1000);
  pt::Trace trace;
  CHECK_THROWS_AS(pt::parallel_iter(v).trace(trace).for_each([](int x) {
    work(x);
    if (x == 700) throw std::runtime_error("700");
  }),
                  std::runtime_error);
  check(trace, v.size());
  CHECK(trace.report().items < v.size());
  CHECK(well_formed(svg(trace)));
}

TEST_CASE("nested calls are not in the trace of the call around them, and have their own") {
  Eager const eager(3);
  std::vector<int> const v = numbers(40);
  pt::Trace outer;
  std::vector<pt::Trace> inner(v.size());
  pt::parallel_iter(v).trace(outer).for_each([&](int x) {
    pt::parallel_iter(v).trace(inner[static_cast<std::size_t>(x)]).for_each([](int) {});
  });
  check(outer, v.size());
  CHECK(outer.report().items == v.size());
  for (pt::Trace const& trace : inner) {
    check(trace, v.size());
    CHECK(trace.report().items == v.size());
  }
}

TEST_CASE("a trace in use is left to the run that uses it") {
  Eager const eager(3);
  std::vector<int> const v = numbers(40);
  pt::Trace trace;
  std::atomic<int> ran{0};
  pt::parallel_iter(v).trace(trace).for_each([&](int) {
    pt::parallel_iter(v).trace(trace).for_each([&](int) { ++ran; });
  });
  check(trace, v.size());
  CHECK(trace.report().items == v.size());
  CHECK(ran == 1600);
  trace.clear();
  CHECK(trace.rows() == 0);
}

TEST_CASE("what a trace has no room for is counted") {
  Eager const eager(2);
  std::vector<int> const v = numbers(5000);
  pt::Trace trace(1);  // a chunk
  pt::parallel_iter(v).trace(trace).for_each([](int) {});
  std::uint64_t kept = 0;
  trace.for_each_event([&](pt::TraceEvent const&) { ++kept; });
  CHECK(kept <= 4 * 1024);  // the bound, and one for each thread that came to it at the same moment
  CHECK(trace.dropped() != 0);
  CHECK(kept + trace.dropped() >= v.size());
  CHECK(has(svg(trace), "found no room"));
}

TEST_CASE("a trace is drawn as well-formed SVG, of a size that the number of claims does not tell") {
  Eager const eager(2);
  std::vector<int> const few = numbers(4);
  pt::Trace trace;
  pt::parallel_iter(few).threads(1).trace(trace).for_each(work);  // one claim, as wide as the picture
  std::string const small = svg(trace);
  CHECK(well_formed(small));
  CHECK(has(small, "<title>4 items in "));
  CHECK(has(small, ">caller</text>"));
  CHECK(has(small, "<title>claim: 4 items from 0, "));
  CHECK(has(small, " ms</text>"));
  CHECK(has(small, "prefers-color-scheme:dark"));
  for (char const* word : {">claim<", ">steal<", ">wake<", ">parked<", ">pull from the source<"})
    CHECK(has(small, word));
  std::vector<int> const many = numbers(50'000);
  pt::parallel_iter(many).threads(2).trace(trace).for_each([](int) {});
  std::string const large = svg(trace);
  CHECK(well_formed(large));
  CHECK(large.size() < 200'000);
}

TEST_CASE("a trace is written as JSON that Perfetto reads") {
  Eager const eager(4);
  std::vector<int> const v = numbers(300);
  pt::Trace trace;
  std::string text;
  for (int i = 0; i != 200 && !has(text, "\"name\":\"steal\""); ++i) {
    pt::parallel_iter(v).trace(trace).for_each(work);
    text = json(trace);
    CHECK(Json{text.c_str()}.all());
  }
  for (char const* part :
       {"{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", "\"ph\":\"M\",\"name\":\"thread_name\"",
        "{\"name\":\"caller\"}", "\"ph\":\"X\",\"name\":\"claim\"", "\"ph\":\"X\",\"name\":\"steal\"", "\"ph\":\"s\"",
        "\"ph\":\"f\",\"bp\":\"e\"", "{\"name\":\"pt-"}) {
    INFO(part);
    CHECK(has(text, part));
  }
  CHECK_FALSE(Json{"{\"a\":[1,2,}"}.all());  // the judge judges
  CHECK_FALSE(well_formed("<svg><g></svg>"));
}
