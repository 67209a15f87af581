// What bench/many_cores shows: a table, JSON, and a picture with a panel for each row.
#include "cores.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace cores {

namespace {

constexpr char const* ours = "parallel_task";

std::string quoted(std::string const& text, bool markup = false) {
  std::string result;
  for (char const c : text) {
    if (markup) {
      result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return markup ? result : '"' + result + '"';
}

std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

struct Family {
  char const* peer;  // what the names of its contenders begin with
  char const* name;  // of its class in the picture
  char const* light;
  char const* dark;
};
constexpr Family families[] = {{ours, "ours", "#0b0b0b", "#e9e8e4"},
                               {"oneTBB", "oneTBB", "#2a78d6", "#6cb0ff"},
                               {"OpenMP", "OpenMP", "#d9541e", "#ff9a63"},
                               {"std", "std", "#0f8f63", "#3ddc9f"},
                               {"Rayon", "Rayon", "#5a46c8", "#b3a4ff"}};

Family const* family_of(std::string const& peer) {
  for (Family const& family : families) {
    if (peer.rfind(family.peer, 0) == 0 && (&family != families || peer == ours)) return &family;
  }
  return nullptr;
}

constexpr double width = 250;  // of a panel's field
constexpr double height = 150;
constexpr double most = 1.25;  // efficiency at the top
constexpr double cell_x = width + 70;
constexpr double cell_y = height + 70;
constexpr std::size_t columns = 3;

struct Place {
  double left;
  double top;
  std::size_t counts;
  [[nodiscard]] double x(std::size_t at) const {
    return left + width * (counts > 1 ? static_cast<double>(at) / static_cast<double>(counts - 1) : 0.5);
  }
  [[nodiscard]] double y(double efficiency) const {
    return top + height * (1 - std::clamp(efficiency / most, 0.0, 1.0));
  }
};

void write_style(std::ofstream& out, bool dark) {
  out << (dark ? "@media (prefers-color-scheme: dark) {\n" : "") << ".ground { fill: " << (dark ? "#16181d" : "#fcfcfb")
      << "; } .text { fill: " << (dark ? "#e9e8e4" : "#0b0b0b")
      << "; } .grid { stroke: " << (dark ? "#33363d" : "#e1e0d9") << "; }\n";
  for (Family const& family : families) {
    out << '.' << family.name << " { stroke: " << (dark ? family.dark : family.light) << "; }\n";
  }
  out << (dark ? "}\n" : "polyline { fill: none; stroke-width: 1.2; } polyline.ours { stroke-width: 2.4; }\n");
}

void write_line(std::ofstream& out, Place place, std::string const& name, char const* type,
                std::vector<double> const& efficiency, bool dashed) {
  out << "<polyline class=\"" << type << '"' << (dashed ? " stroke-dasharray=\"4 3\"" : "") << " points=\"";
  for (std::size_t at = 0; at != efficiency.size(); ++at) {
    if (efficiency[at] > 0) out << place.x(at) << ',' << place.y(efficiency[at]) << ' ';
  }
  out << "\"><title>" << quoted(name, true) << "</title></polyline>\n";
}

void write_panel(std::ofstream& out, Record const& record, Panel const& panel, Place place) {
  out << "<text class=\"text\" x=\"" << place.left << "\" y=\"" << place.top - 8 << "\">" << quoted(panel.row, true)
      << "</text>\n";
  for (double const tick : {0.0, 0.5, 1.0}) {
    out << "<line class=\"grid\" x1=\"" << place.left << "\" x2=\"" << place.left + width << "\" y1=\"" << place.y(tick)
        << "\" y2=\"" << place.y(tick) << "\"/><text class=\"text\" text-anchor=\"end\" x=\"" << place.left - 6
        << "\" y=\"" << place.y(tick) + 4 << "\">" << tick << "</text>\n";
  }
  for (std::size_t at = 0; at != record.counts.size(); ++at) {
    out << "<text class=\"text\" text-anchor=\"middle\" x=\"" << place.x(at) << "\" y=\"" << place.top + height + 16
        << "\">" << record.counts[at] << "</text>\n";
  }
  for (Line const& line : panel.lines) {
    Family const* const family = family_of(line.peer);
    if (family == nullptr) continue;
    std::vector<double> efficiency;
    for (std::size_t at = 0; at != record.counts.size(); ++at) {
      efficiency.push_back(panel.efficiency(line, at, record.counts[at]));
    }
    write_line(out, place, line.peer, family->name, efficiency, false);
  }
  if (std::any_of(panel.foretold.begin(), panel.foretold.end(), [](double e) { return e > 0; })) {
    write_line(out, place, "simulated", "ours", panel.foretold, true);
  }
}

}  // namespace

void print(Record const& record) {
  if (record.as_if)
    std::printf("As if: threads for these counts, on the cores that there are. No times of many cores.\n");
  std::printf("%s\npeers: %s\nefficiency: the plain loop's time divided by time x cores\n", record.machine.c_str(),
              record.peers.c_str());
  for (Panel const& panel : record.panels) {
    std::printf("\n%s\n  %-24s", panel.row.c_str(), "cores");
    for (unsigned const count : record.counts) std::printf(" %7u", count);
    std::printf("\n");
    for (Line const& line : panel.lines) {
      std::printf("  %-24s", line.peer.c_str());
      for (std::size_t at = 0; at != record.counts.size(); ++at) {
        std::printf(" %7.3f", panel.efficiency(line, at, record.counts[at]));
      }
      std::printf("   %.4g us on %u\n", line.ns.back() / 1e3, record.counts.back());
    }
    for (std::size_t at = 0; at != record.counts.size(); ++at) {
      if (panel.foretold[at] <= 0) continue;
      if (at == 0) std::printf("  %-24s", "simulated");
      std::printf(" %7.3f", panel.foretold[at]);
      if (at + 1 == record.counts.size()) std::printf("\n");
    }
    for (std::size_t at = 0; at != record.counts.size(); ++at) {
      for (Line const& line : panel.lines) {
        if (line.peer != ours || panel.foretold[at] <= 0) continue;
        double const ratio = panel.efficiency(line, at, record.counts[at]) / panel.foretold[at];
        if (ratio < 0.9) std::printf("  on %u cores %.2f of what was simulated\n", record.counts[at], ratio);
      }
    }
  }
}

void write_json(Record const& record, std::string const& file) {
  std::ofstream out(file);
  auto const list = [&](auto const& values, auto show) {
    out << '[';
    for (std::size_t i = 0; i != values.size(); ++i) out << (i == 0 ? "" : ", ") << show(i);
    out << ']';
  };
  out << "{\n  \"machine\": " << quoted(record.machine) << ",\n  \"peers\": " << quoted(record.peers)
      << ",\n  \"as_if\": " << (record.as_if ? "true" : "false") << ",\n  \"cores\": ";
  list(record.counts, [&](std::size_t i) { return std::to_string(record.counts[i]); });
  out << ",\n  \"rows\": [";
  char const* comma = "\n";
  for (Panel const& panel : record.panels) {
    out << comma << "    {\"name\": " << quoted(panel.row) << ", \"unit\": " << quoted(panel.unit)
        << ", \"simulated_efficiency\": ";
    list(panel.foretold, [&](std::size_t i) { return panel.foretold[i] > 0 ? figure(panel.foretold[i]) : "null"; });
    out << ", \"contenders\": [";
    char const* inner = "\n";
    for (Line const& line : panel.lines) {
      out << inner << "      {\"peer\": " << quoted(line.peer) << ", \"ns\": ";
      list(line.ns, [&](std::size_t i) { return figure(line.ns[i]); });
      out << ", \"efficiency\": ";
      list(line.ns, [&](std::size_t i) { return figure(panel.efficiency(line, i, record.counts[i])); });
      out << '}';
      inner = ",\n";
    }
    out << "\n    ]}";
    comma = ",\n";
  }
  out << "\n  ]\n}\n";
}

/// A panel for each row: efficiency over cores; this library thick, and what was simulated dashed.
void write_svg(Record const& record, std::string const& file) {
  std::ofstream out(file);
  std::size_t const lines = (record.panels.size() + columns - 1) / columns;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << cell_x * columns + 20 << ' '
      << 60 + cell_y * static_cast<double>(lines) << "\" font-family=\"sans-serif\" font-size=\"12\">\n<style>\n";
  write_style(out, false);
  write_style(out, true);
  out << "</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n<text class=\"text\" x=\"16\" y=\"24\" "
         "font-size=\"15\">Efficiency on so many cores"
      << (record.as_if ? ", as if: the machine has fewer" : "") << "</text>\n";
  double at = 16;
  for (Family const& family : families) {
    out << "<line class=\"" << family.name << "\" stroke-width=\"2\" x1=\"" << at << "\" x2=\"" << at + 18
        << "\" y1=\"42\" y2=\"42\"/><text class=\"text\" x=\"" << at + 24 << "\" y=\"46\">" << family.peer
        << "</text>\n";
    at += 120;
  }
  out << "<text class=\"text\" x=\"" << at << "\" y=\"46\">dashed: simulated</text>\n";
  for (std::size_t i = 0; i != record.panels.size(); ++i) {
    Place const place{50 + cell_x * static_cast<double>(i % columns), 90 + cell_y * static_cast<double>(i / columns),
                      record.counts.size()};
    write_panel(out, record, record.panels[i], place);
  }
  out << "</svg>\n";
}

}  // namespace cores
