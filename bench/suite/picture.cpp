// The picture of a record: one line a row, this library's time divided by that of each peer.
#include "result.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace suite {

namespace {

std::string escaped(std::string const& text) {
  std::string result;
  for (char const c : text) result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return result;
}

/// A few digits, as people write them.
std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", value < 0.001 ? 4 : value < 0.1 ? 3 : 2, value);
  return text;
}

struct Family {
  char const* peer;  // what the names of its contenders begin with
  char const* light;
  char const* dark;
};
constexpr Family families[] = {{"oneTBB", "#2a78d6", "#6cb0ff"},
                               {"OpenMP", "#d9541e", "#ff9a63"},
                               {"std", "#0f8f63", "#3ddc9f"},
                               {"Rayon", "#5a46c8", "#b3a4ff"}};

Family const* family_of(std::string const& peer) {
  for (Family const& family : families) {
    if (peer.rfind(family.peer, 0) == 0) return &family;
  }
  return nullptr;
}

/// Light by default; dark where the reader's system is.
void write_style(std::ofstream& out) {
  auto const colours = [&](char const* indent, bool dark) {
    out << indent << ".ground { fill: " << (dark ? "#16181d" : "#fcfcfb")
        << "; } .text { fill: " << (dark ? "#e9e8e4" : "#0b0b0b")
        << "; } .quiet { fill: " << (dark ? "#a9a8a2" : "#52514e")
        << "; } .grid { stroke: " << (dark ? "#33363d" : "#e1e0d9")
        << "; } .one { stroke: " << (dark ? "#e9e8e4" : "#0b0b0b") << "; }\n";
    for (Family const& family : families) {
      char const* const colour = dark ? family.dark : family.light;
      out << indent << '.' << family.peer << " { fill: " << colour << "; stroke: " << colour << "; }\n";
    }
  };
  out << "<style>\n";
  colours("", false);
  out << ".interval { stroke-width: 1.4; stroke-opacity: 0.55; } path.beyond { fill: none; stroke-width: 1.4; }\n"
      << "@media (prefers-color-scheme: dark) {\n";
  colours("  ", true);
  out << "}\n</style>\n";
}

constexpr double least = 0.1;
constexpr double most = 3.0;
constexpr double line = 27;
constexpr double lane = 2.4;    // contenders of a row lie so far apart, or their intervals would hide each other
constexpr double gutter = 150;  // left of a field, for what is below the scale
constexpr double width = 480;   // of a field
constexpr double names = 400;   // where the names of the rows end
constexpr double right_gutter = 60;

/// A field of the plot, from `left` on.
struct Field {
  double left = 0;
  [[nodiscard]] double x(double ratio) const {
    double const shown = std::clamp(ratio, least, most);
    return left + width * (std::log(shown) - std::log(least)) / (std::log(most) - std::log(least));
  }
};

/// One contender of a row.
struct Point {
  std::string peer;
  char const* family;
  Estimate ratio;
  double minima;  // 0 where the record has none
  bool given_up;
};

std::vector<Point> points_of(Result const& result) {
  std::vector<Point> points;
  for (std::size_t i = 0; i != result.peers.size(); ++i) {
    if (Family const* const family = family_of(result.peers[i])) {
      double const minima = i < result.minima.size() ? result.minima[i] : 0;
      points.push_back({result.peers[i], family->peer, result.ratio[i], minima, result.given_up[i]});
    }
  }
  return points;
}

void write_title(std::ofstream& out, Point const& point) {
  out << "<title>" << escaped(point.peer) << ": " << figure(point.ratio.median) << " [" << figure(point.ratio.low)
      << ", " << figure(point.ratio.high) << ']';
  if (point.minima > 0) out << ", minima " << figure(point.minima);
  if (point.given_up) out << ", or less: it was given up";
  out << "</title>";
}

/// Open triangles side by side, and the range of their values: what lies beyond the scale's end.
void draw_beyond(std::ofstream& out, std::vector<Point> points, double edge, double outward, double y) {
  if (points.empty()) return;
  std::sort(points.begin(), points.end(), [outward](Point const& a, Point const& b) {
    return outward < 0 ? a.ratio.median > b.ratio.median : a.ratio.median < b.ratio.median;
  });
  double x = edge + 5 * outward;
  for (Point const& point : points) {
    out << "<g>";
    write_title(out, point);
    out << "<path class=\"" << point.family << " beyond\" d=\"M" << x << ' ' << y - 4 << " V" << y + 4 << " L"
        << x + 6 * outward << ' ' << y << " Z\"/></g>\n";
    x += 9 * outward;
  }
  std::string text = figure(points.back().ratio.median);
  if (points.size() > 1) text += " to " + figure(points.front().ratio.median);
  out << "<text class=\"quiet\" font-size=\"10\" x=\"" << x + outward << "\" y=\"" << y + 3.5 << "\" text-anchor=\""
      << (outward < 0 ? "end" : "start") << "\">" << text << "</text>\n";
}

void draw_row(std::ofstream& out, Field field, Result const& result, double y) {
  std::vector<Point> const points = points_of(result);
  std::vector<Point> below;
  std::vector<Point> above;
  double at = y - lane * static_cast<double>(points.size() - 1) / 2;
  for (Point const& point : points) {
    if (point.ratio.median < least) {
      below.push_back(point);
    } else if (point.ratio.median > most) {
      above.push_back(point);
    } else {
      out << "<g class=\"" << point.family << "\">";
      write_title(out, point);
      out << "<line class=\"interval\" x1=\"" << field.x(point.ratio.low) << "\" x2=\"" << field.x(point.ratio.high)
          << "\" y1=\"" << at << "\" y2=\"" << at << "\"/><circle stroke=\"none\" cx=\"" << field.x(point.ratio.median)
          << "\" cy=\"" << at << "\" r=\"3\"/>";
      if (point.minima > 0) {
        out << "<path d=\"M" << field.x(point.minima) << ' ' << at - 4 << " v8\"/>";
      }
      out << "</g>\n";
    }
    at += lane;
  }
  draw_beyond(out, below, field.left, -1, y);
  draw_beyond(out, above, field.left + width, 1, y);
}

void draw(std::ofstream& out, Field field, std::string const& title, std::vector<Result> const& results,
          std::vector<std::string> const& rows, double top) {
  double const bottom = top + line * static_cast<double>(rows.size());
  out << "<text class=\"quiet\" x=\"" << field.left << "\" y=\"" << top - 14 << "\">" << title << "</text>\n";
  for (double const tick : {0.1, 0.2, 0.5, 1.0, 2.0, 3.0}) {
    out << "<line class=\"" << (tick == 1.0 ? "one" : "grid") << "\" x1=\"" << field.x(tick) << "\" x2=\""
        << field.x(tick) << "\" y1=\"" << top - 4 << "\" y2=\"" << bottom << "\"/><text class=\"quiet\" x=\""
        << field.x(tick) << "\" y=\"" << bottom + 16 << "\" text-anchor=\"middle\">" << tick << "</text>\n";
  }
  for (Result const& result : results) {
    auto const place = std::find(rows.begin(), rows.end(), result.row) - rows.begin();
    draw_row(out, field, result, top + line * (static_cast<double>(place) + 0.5));
  }
}

/// Up to two sets side by side.
struct Part {
  std::vector<std::string> rows;
  double top;
  Set const* first;
  Set const* second;
};

double right_of(bool two) { return names + (two ? 2 : 1) * (gutter + width + right_gutter); }

std::string title_of(Set const& set) {
  if (set.computing == 0) return "alone on the machine";
  if (set.computing == 1) return "beside a process that computes";
  return "beside " + std::to_string(set.computing) + " processes that compute";
}

void draw(std::ofstream& out, Part const& part, double end) {
  for (std::size_t i = 0; i != part.rows.size(); ++i) {
    double const y = part.top + line * static_cast<double>(i);
    out << "<line class=\"grid\" x1=\"16\" x2=\"" << end - 16 << "\" y1=\"" << y << "\" y2=\"" << y
        << "\"/><text class=\"text\" x=\"" << names << "\" y=\"" << y + line / 2 + 4 << "\" text-anchor=\"end\">"
        << escaped(part.rows[i]) << "</text>\n";
  }
  Field field{names + gutter};
  for (Set const* const set : {part.first, part.second}) {
    if (set != nullptr) draw(out, field, title_of(*set), set->rows, part.rows, part.top);
    field.left += width + right_gutter + gutter;
  }
}

bool has_minima(Record const& record) {
  for (Set const& set : record.sets) {
    for (Result const& result : set.rows) {
      if (!result.minima.empty()) return true;
    }
  }
  return false;
}

void draw_key(std::ofstream& out, bool minima) {
  double at = 16;
  for (Family const& family : families) {
    out << "<circle class=\"" << family.peer << "\" cx=\"" << at + 5
        << "\" cy=\"44\" r=\"4\"/><text class=\"quiet\" x=\"" << at + 14 << "\" y=\"48\">" << family.peer
        << "</text>\n";
    at += 80;
  }
  out << "<text class=\"quiet\" x=\"" << at + 10
      << "\" y=\"48\">point: median; line: the interval that holds it in 95 of 100 series; open triangle: beyond the "
         "scale, with its value"
      << (minima ? "; upright stroke: ratio of the shortest runs</text>\n" : "</text>\n");
}

}  // namespace

/// Left of 1 this library is faster; the scale is logarithmic. Two sets stand side by side, the next two below them.
void write_svg(Record const& record, std::string const& file) {
  std::ofstream out(file);
  std::vector<Part> parts;
  double bottom = 64;
  for (std::size_t i = 0; i < record.sets.size(); i += 2) {
    parts.push_back({{}, bottom + 28, &record.sets[i], i + 1 < record.sets.size() ? &record.sets[i + 1] : nullptr});
    for (Result const& result : record.sets[i].rows) parts.back().rows.push_back(result.row);
    bottom = parts.back().top + line * static_cast<double>(parts.back().rows.size()) + 28;
  }
  double const end = right_of(record.sets.size() > 1);
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << end << ' ' << bottom
      << "\" font-family=\"sans-serif\" font-size=\"12\">\n";
  write_style(out);
  out << "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n<text class=\"text\" x=\"16\" y=\"24\" "
         "font-size=\"15\">Time of parallel_task divided by that of each peer: left of 1 parallel_task is "
         "faster</text>\n";
  draw_key(out, has_minima(record));
  for (Part const& part : parts) draw(out, part, end);
  out << "</svg>\n";
}

}  // namespace suite
