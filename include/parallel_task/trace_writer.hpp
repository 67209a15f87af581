// What draws a pt::Trace: `trace.write_svg(out)` and `trace.write_chrome_json(out)`. Not in the umbrella header.
//
// `out` is any stream that takes C strings: a std::ofstream, a std::ostringstream, one of your own. Numbers are written
// digit by digit here, since <cstdio> writes them in the user's locale.
#pragma once

#include <parallel_task/platform/language.hpp>
#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing

#include <parallel_task/controller/trace.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class Stream>
struct TraceWriter {
  Trace const& trace;
  Stream& out;

  void svg() {
    double const length = end();
    std::uint32_t const rows = trace.rows();
    double const bottom = top + rows * row_height;
    put("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", whole(width), " ", bottom + 62, "\" width=\"",
        whole(width), "\" height=\"", bottom + 62, "\" font-family=\"sans-serif\" font-size=\"12\">\n<title>");
    headline();
    put("</title>\n"
        "<desc>A row a thread, time from left to right. Boxes are claims: items that a worker took off its queue and "
        "ran.</desc>\n"
        "<style>text{fill:#57606a}.c{fill:#218bff}.w{fill:#54aeff}.p{fill:#2da44e}.z{fill:#afb8c1}.s{stroke:#cf222e}"
        ".k{stroke:#bf8700}.a{stroke:#afb8c1}path{fill:none}path.c,path.w,path.p,path.z{stroke:none}"
        "path.c{fill:#218bff}path.w{fill:#54aeff}path.p{fill:#2da44e}path.z{fill:#afb8c1}"
        "@media(prefers-color-scheme:dark){text{fill:#adbac7}.a{stroke:#545d68}path.z,.z{fill:#545d68}}</style>\n");
    put("<text x=\"8\" y=\"18\" font-size=\"14\">");
    headline();
    put("</text>\n");
    axis(length, bottom);
    for (std::uint32_t row = 0; row != rows; ++row) {
      double const y = top + row * row_height;
      put("<text x=\"8\" y=\"", y + 17, "\">");
      name_of(row, '<');
      put("</text>\n");
      bars(row, TraceKind::park, "z", y + 10, 4, length);
      bars(row, TraceKind::claim, "c", y + 3, 18, length);
      bars(row, TraceKind::pull, "p", y + 21, 4, length);
    }
    arrows(TraceKind::steal, "s", length);
    arrows(TraceKind::park, "k", length);
    legend(bottom + 50);
    put("</svg>\n");
  }

  void chrome_json() {
    put("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
        "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":0,\"args\":{\"name\":\"parallel_task\"}}");
    for (std::uint32_t row = 0; row != trace.rows(); ++row) {
      put(",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":", row, ",\"args\":{\"name\":\"");
      name_of(row, '"');
      put("\"}},\n{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":1,\"tid\":", row,
          ",\"args\":{\"sort_index\":", row, "}}");
    }
    std::uint64_t flow = 0;
    trace.for_each_event([&](TraceEvent const& event) {
      static constexpr char const* names[] = {"claim", "steal", "pull", "wake", "park"};
      bool const instant = event.kind == TraceKind::wake;
      put(",\n{\"ph\":\"", instant ? "i" : "X", "\",\"name\":\"", names[static_cast<unsigned>(event.kind)],
          "\",\"cat\":\"parallel_task\",\"pid\":1,\"tid\":", event.row, ",\"ts\":", micro(event.begin_ns));
      if (instant) {
        put(",\"s\":\"t\"}");
        return;
      }
      put(",\"dur\":", micro(event.end_ns - event.begin_ns), ",\"args\":{");
      if (event.kind == TraceKind::park) {
        put("\"woken_by\":\"");
        name_of(row_of(event.other), '"');
        put("\"}}");
        return;
      }
      put("\"first\":", event.first, ",\"items\":", event.items);
      if (event.kind == TraceKind::steal) {
        put(",\"from\":\"");
        name_of(row_of(event.other), '"');
        put("\"");
      }
      put("}}");
      if (event.kind != TraceKind::steal) return;
      ++flow;
      put(",\n{\"ph\":\"s\",\"name\":\"steal\",\"cat\":\"parallel_task\",\"id\":", flow,
          ",\"pid\":1,\"tid\":", row_of(event.other), ",\"ts\":", micro(event.end_ns), "}");
      put(",\n{\"ph\":\"f\",\"bp\":\"e\",\"name\":\"steal\",\"cat\":\"parallel_task\",\"id\":", flow,
          ",\"pid\":1,\"tid\":", event.row, ",\"ts\":", micro(event.end_ns), "}");
    });
    put("\n]}\n");
  }

 private:
  static constexpr double width = 1000;
  static constexpr double left = 90;
  static constexpr double plot = width - left - 16;
  static constexpr double top = 30;
  static constexpr double row_height = 28;

  // --- numbers and words -----------------------------------------------------------------------------------------------

  struct Micro {
    double ns;
  };
  static Micro micro(double ns) noexcept { return {ns > 0 ? ns : 0}; }
  static std::uint64_t whole(double value) noexcept { return static_cast<std::uint64_t>(value); }

  template <class... Parts>
  void put(Parts... parts) {
    (part(parts), ...);
  }
  void part(char const* text) { out << text; }
  void part(std::uint32_t value) { part(std::uint64_t{value}); }
  void part(std::uint64_t value) {
    char digits[24];
    char* at = digits + sizeof digits;
    *--at = '\0';
    do {
      *--at = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    char const* const text = at;
    out << text;
  }
  void part(double value) { fixed(value, 1); }
  void part(Micro value) { fixed(value.ns / 1e3, 3); }
  void fixed(double value, unsigned decimals) {
    std::uint64_t scale = 1;
    for (unsigned i = 0; i != decimals; ++i) scale *= 10;
    auto const scaled = static_cast<std::uint64_t>((value > 0 ? value : 0) * static_cast<double>(scale) + 0.5);
    part(scaled / scale);
    std::uint64_t rest = scaled % scale;
    if (rest == 0) return;
    char fraction[24] = ".";
    unsigned used = 1;
    for (; rest != 0; rest = rest * 10 % scale) fraction[used++] = static_cast<char>('0' + rest * 10 / scale);
    fraction[used] = '\0';
    char const* const text = fraction;
    out << text;
  }

  /// A user may call threads anything: what `quote` begins, and what is not printed, is left out.
  void name_of(std::uint32_t row, char quote) {
    std::uint32_t const thread = trace.row(row).thread;
    if (thread != 0) {
      for (char const* at = trace.prefix_; *at != '\0'; ++at) {
        if (*at == quote || *at == '&' || *at == '\\' || static_cast<unsigned char>(*at) < ' ') continue;
        char const letter[2] = {*at, '\0'};
        char const* const text = letter;
        out << text;
      }
      put(thread, row == 0 ? " (caller)" : "");
    } else {
      put(row == 0 ? "caller" : "another caller");
    }
  }
  [[nodiscard]] std::uint32_t row_of(std::uint32_t thread) const noexcept {
    for (std::uint32_t row = 0; row != trace.rows(); ++row) {
      if (trace.row(row).thread == thread) return row;
    }
    return 0;
  }
  [[nodiscard]] double end() const {
    double last = trace.report().duration_ns;
    trace.for_each_event([&](TraceEvent const& event) { last = event.end_ns > last ? event.end_ns : last; });
    return last > 0 ? last : 1;
  }
  [[nodiscard]] static double x_of(double ns, double length) noexcept { return left + plot * ns / length; }

  void headline() {
    RunReport const& report = trace.report();
    put(report.items, " items in ");
    fixed(report.duration_ns / 1e6, 3);
    put(" ms on ", report.threads, report.threads == 1 ? " thread" : " threads", ", ", report.steals,
        report.steals == 1 ? " steal" : " steals");
    if (trace.dropped() != 0) put("; ", trace.dropped(), " events found no room");
  }

  // --- parts of the picture --------------------------------------------------------------------------------------------

  void axis(double length, double bottom) {
    double step = 1;  // ns
    while (length / step > 10) step *= 10;
    if (length / step < 2.5) step /= 4;
    if (length / step < 5) step /= 2;
    for (double at = 0; at <= length; at += step) {
      double const x = x_of(at, length);
      put("<path class=\"a\" d=\"M", x, " ", top, "V", bottom + 4, "\"/><text x=\"", x, "\" y=\"", bottom + 18,
          "\" text-anchor=\"middle\">");
      fixed(at / 1e6, 6);
      put(at + step > length ? " ms</text>\n" : "</text>\n");
    }
  }

  /// The events of a kind as boxes. Those that are narrower than a pixel share one, so that the picture stays small
  /// whatever happened; wide ones tell what they are when one points at them.
  void bars(std::uint32_t row, TraceKind kind, char const* color, double y, double height, double length) {
    struct Bar {
      double first, last;
      std::uint64_t items, count;
      TraceEvent event;
    } bar{0, -1, 0, 0, {}};
    bool narrow = false;  // in a path
    auto const flush = [&] {
      if (bar.count == 0) return;
      double const wide = bar.last - bar.first > 0.5 ? bar.last - bar.first : 0.5;
      if (bar.count == 1 && wide >= 4) {
        if (narrow) put("\"/>\n");
        narrow = false;
        put("<rect class=\"", color, "\" x=\"", bar.first, "\" y=\"", y, "\" width=\"", wide - 0.5, "\" height=\"",
            height, "\"><title>");
        if (kind == TraceKind::park) {
          put("parked");
        } else {
          put(kind == TraceKind::claim ? "claim: " : "pull: ", bar.items,
              bar.items == 1 ? " item from " : " items from ", bar.event.first);
        }
        put(", ");
        fixed((bar.event.end_ns - bar.event.begin_ns) / 1e6, 6);
        put(" ms</title></rect>\n");
      } else {
        if (!narrow) put("<path class=\"", bar.count == 1 || kind != TraceKind::claim ? color : "w", "\" d=\"");
        narrow = true;
        put("M", bar.first, " ", y, "h", wide, "v", height, "h-", wide, "z");
      }
      bar.count = 0;
    };
    trace.for_each_event([&](TraceEvent const& event) {
      if (event.row != row || event.kind != kind) return;
      double const first = x_of(event.begin_ns, length);
      double const last = x_of(event.end_ns, length);
      bool const joins = bar.count != 0 && first - bar.last < 0.5 && (last - first < 1 || bar.last - bar.first < 1);
      if (!joins) {
        flush();
        bar = {first, last, 0, 0, event};
      }
      bar.last = last;
      bar.items += event.items;
      ++bar.count;
    });
    flush();
    if (narrow) put("\"/>\n");
  }

  /// From the row of the other thread to the one that stole or was woken; one a pixel and pair of rows.
  void arrows(TraceKind kind, char const* color, double length) {
    put("<path class=\"", color, "\" d=\"");
    double last = -1;
    std::uint32_t last_from = 0;
    std::uint32_t last_to = 0;
    trace.for_each_event([&](TraceEvent const& event) {
      if (event.kind != kind || (kind == TraceKind::park && event.row == 0)) return;
      std::uint32_t const from = row_of(event.other);
      double const x = x_of(event.end_ns, length);
      if (from == event.row || (x - last < 1 && x >= last && from == last_from && event.row == last_to)) return;
      last = x;
      last_from = from;
      last_to = event.row;
      double const way = event.row > from ? 1 : -1;
      double const y = top + event.row * row_height + 12 - way * 9;
      put("M", x, " ", top + from * row_height + 12 + way * 9, "V", y, "M", x - 2.5, " ", y - way * 4, "L", x, " ", y,
          "L", x + 2.5, " ", y - way * 4);
    });
    put("\"/>\n");
  }

  void legend(double y) {
    struct {
      char const* color;
      char const* word;
      bool line;
    } const words[] = {{"c", "claim", false},
                       {"w", "claims too short to tell apart", false},
                       {"p", "pull from the source", false},
                       {"z", "parked", false},
                       {"s", "steal", true},
                       {"k", "wake", true}};
    double x = left;
    for (auto const& each : words) {
      if (each.line) {
        put("<path class=\"", each.color, "\" d=\"M", x, " ", y - 4, "h12m-4-2.5l4 2.5l-4 2.5\"/>");
      } else {
        put("<rect class=\"", each.color, "\" x=\"", x, "\" y=\"", y - 9, "\" width=\"12\" height=\"9\"/>");
      }
      put("<text x=\"", x + 17, "\" y=\"", y, "\">", each.word, "</text>\n");
      double letters = 0;
      for (char const* at = each.word; *at != '\0'; ++at) letters += 1;
      x += 40 + letters * 6;
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

#endif
