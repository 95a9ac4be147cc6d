#include "datasets/prepare_report.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/files.h"
#include "common/format_text.h"
#include "common/html_page.h"
#include "common/markup.h"
#include "datasets/contact_sheet.h"
#include "datasets/store.h"

namespace sotto::datasets {
namespace {

constexpr size_t kSample = 60;
constexpr size_t kDoubtful = 30;
constexpr size_t kReasons = 40;

using Entries = std::vector<const ManifestEntry*>;

std::string picture(const Store& store, const Entries& entries) {
  const std::vector<uint8_t> png = contact_sheet(store, entries);
  return png.empty() ? "<p>none</p>\n"
                     : "<img alt=\"mouths\" src=\"data:image/png;base64," + to_base64(png) + "\">\n";
}

/// Bars over equal steps of a value.
std::string histogram(
    const std::string& title, const std::string& unit, const std::vector<double>& values) {
  constexpr int kBars = 24;
  constexpr int kWide = 264;
  constexpr int kHigh = 90;
  if (values.empty()) {
    return "";
  }
  const auto [low_at, high_at] = std::minmax_element(values.begin(), values.end());
  const double low = *low_at;
  const double range = std::max(*high_at - low, 1e-9);
  std::vector<int> counts(kBars);
  for (const double value : values) {
    ++counts[std::min(kBars - 1, static_cast<int>((value - low) / range * kBars))];
  }
  const int most = *std::max_element(counts.begin(), counts.end());
  std::string svg =
      "<figure style=\"display:inline-block;margin:0 1.5em 1em 0\"><figcaption>" + title + "</figcaption>" +
      format_text("<svg viewBox=\"0 0 %d %d\" width=\"%d\">", kWide, kHigh + 18, kWide);
  for (int i = 0; i < kBars; ++i) {
    // A single clip among thousands is what one looks for: a bar is never invisible.
    const double high = counts[i] == 0 ? 0 : std::max(1.5, 1.0 * kHigh * counts[i] / most);
    svg += format_text(
        "<rect class=\"c0\" x=\"%d\" y=\"%.1f\" width=\"9\" height=\"%.1f\"><title>%g to %g %s: "
        "%d</title></rect>",
        i * 11,
        kHigh - high,
        high,
        low + range * i / kBars,
        low + range * (i + 1) / kBars,
        unit.c_str(),
        counts[i]);
  }
  svg += format_text(
      "<g class=\"ink\" font-size=\"11\"><text x=\"0\" y=\"%d\">%.4g</text><text x=\"%d\" y=\"%d\" "
      "text-anchor=\"end\">%.4g %s</text></g>"
      "</svg></figure>\n",
      kHigh + 14,
      low,
      kWide,
      kHigh + 14,
      *high_at,
      unit.c_str());
  return svg;
}

std::string histograms(const Store& store) {
  struct Value {
    const char* title;
    const char* unit;
    std::function<double(const ManifestEntry&)> of;
    bool video;
  };
  const Value kValues[] = {
      {"length", "s", [](const auto& e) { return seconds_of(frame_count(e)); }, false},
      {"frames with a face", "%", [](const auto& e) { return 100 * e.quality.face_share; }, true},
      {"longest run without one",
       "frames",
       [](const auto& e) { return static_cast<double>(e.quality.longest_gap); },
       true},
      {"width of the face", "px", [](const auto& e) { return e.quality.face_width; }, true},
      {"head turned away", "&deg;", [](const auto& e) { return e.quality.yaw_deg; }, true},
      {"sharpness of the mouth", "", [](const auto& e) { return e.quality.sharpness; }, true},
      {"frame rate of the source", "/s", [](const auto& e) { return e.quality.source_fps; }, true},
      {"faces in the film", "", [](const auto& e) { return double(e.quality.people); }, true}};
  std::string all;
  for (const Value& value : kValues) {
    std::vector<double> values;
    for (const ManifestEntry& entry : store.manifest()) {
      if (!value.video || entry.frames > 0) {
        values.push_back(value.of(entry));
      }
    }
    all += histogram(value.title, value.unit, values);
  }
  return all;
}

Entries sample(const Store& store) {
  Entries all;
  for (const ManifestEntry& entry : store.manifest()) {
    if (entry.frames > 0) {
      all.push_back(&entry);
    }
  }
  Entries some;
  for (size_t i = 0; i < std::min(all.size(), kSample); ++i) {
    some.push_back(all[i * all.size() / std::min(all.size(), kSample)]);
  }
  return some;
}

/// How much there is to doubt about a clip's lips; 0 for a good one.
double doubt(const Quality& quality) {
  return 4 * (1 - quality.face_share) + static_cast<double>(quality.longest_gap) / 25 +
         4 * quality.off_centre + std::max(0.0, quality.yaw_deg - 25) / 20 +
         std::max(0.0, 60 - quality.face_width) / 30 + (quality.people > 1 ? 0.5 : 0.0);
}

Entries doubtful(const Store& store) {
  Entries all;
  for (const ManifestEntry& entry : store.manifest()) {
    if (entry.frames > 0 && doubt(entry.quality) > 0.2) {
      all.push_back(&entry);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
    return doubt(a->quality) > doubt(b->quality);
  });
  all.resize(std::min(all.size(), kDoubtful));
  return all;
}

std::string doubtful_table(const Entries& entries) {
  std::string rows =
      "<table><tr><th>clip<th>frames<th>with a face<th>longest gap<th>width<th>turned<th>off the "
      "centre<th>faces</tr>\n";
  for (const ManifestEntry* entry : entries) {
    const Quality& quality = entry->quality;
    rows += "<tr><td>" + escape_markup(entry->id) +
            format_text(
                "<td>%lld<td>%.0f %%<td>%lld<td>%.0f px<td>%.0f&deg;<td>%.0f %%<td>%lld</tr>\n",
                static_cast<long long>(entry->frames),
                100 * quality.face_share,
                static_cast<long long>(quality.longest_gap),
                quality.face_width,
                quality.yaw_deg,
                100 * quality.off_centre,
                static_cast<long long>(quality.people));
  }
  return entries.empty() ? "" : rows + "</table>\n";
}

/// What is said of a clip, without the names and numbers that make each line its own.
std::string kind_of(const std::string& reason) {
  std::string kind;
  size_t begin = 0;
  const size_t colon = reason.rfind(": ");
  if (colon != std::string::npos && colon + 2 < reason.size()) {
    begin = colon + 2;
  }
  for (size_t i = begin; i < reason.size(); ++i) {
    const bool digit = reason[i] >= '0' && reason[i] <= '9';
    if (!digit) {
      kind += reason[i];
    } else if (kind.empty() || kind.back() != 'N') {
      kind += 'N';
    }
  }
  return kind;
}

std::string skipped_table(const std::string& store, int64_t& count) {
  std::ifstream file(std::filesystem::path(store) / "skipped.jsonl");
  std::map<std::string, std::pair<int64_t, std::string>> kinds;  // how many, an example
  for (std::string line; std::getline(file, line); ++count) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) {
      continue;
    }
    const std::string reason = json.value("reason", "");
    auto& kind = kinds[kind_of(reason)];
    if (kind.first++ == 0) {
      kind.second = json.value("id", "") + ": " + reason;
    }
  }
  std::vector<std::pair<int64_t, std::string>> order;
  for (const auto& [name, kind] : kinds) {
    order.emplace_back(kind.first, kind.second);
  }
  std::stable_sort(
      order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  order.resize(std::min(order.size(), kReasons));
  std::string rows = "<table><tr><th>clips<th>such as</tr>\n";
  for (const auto& [clips, example] : order) {
    rows += format_text("<tr><td>%lld<td>", static_cast<long long>(clips)) + escape_markup(example) +
            "</tr>\n";
  }
  return order.empty() ? "" : rows + "</table>\n";
}

std::string counts(const Store& store, int64_t skipped) {
  struct Count {
    int64_t clips = 0;
    int64_t frames = 0;
    int64_t words = 0;
  };
  std::map<std::string, Count> splits;
  for (const ManifestEntry& entry : store.manifest()) {
    Count& split = splits[entry.split];
    ++split.clips;
    split.frames += frame_count(entry);
    split.words += std::count(entry.text.begin(), entry.text.end(), ' ') + !entry.text.empty();
  }
  std::string rows = "<table><tr><th>part<th>clips<th>hours<th>words</tr>\n";
  for (const auto& [name, split] : splits) {
    rows += "<tr><td>" + (name.empty() ? "all" : escape_markup(name)) +
            format_text(
                "<td>%lld<td>%.2f<td>%lld</tr>\n",
                static_cast<long long>(split.clips),
                seconds_of(split.frames) / 3600,
                static_cast<long long>(split.words));
  }
  return rows +
         format_text(
             "<tr><td>skipped<td>%lld<td><td></tr></table>\n", static_cast<long long>(skipped));
}

}  // namespace

void write_prepare_report(const std::string& path) {
  const Store store(path);
  const auto json = nlohmann::ordered_json::parse(
      read_file((std::filesystem::path(path) / "store.json").string()), nullptr, false);
  int64_t skipped = 0;
  const std::string reasons = skipped_table(path, skipped);
  const Entries doubted = doubtful(store);
  const auto section = [](const std::string& title, const std::string& body) {
    return "<section><h2>" + title + "</h2>\n<div class=\"wide\">" + body + "</div></section>\n";
  };
  std::string html = "<h1>What was prepared</h1>\n" + section("Counts", counts(store, skipped));
  html += section("Skipped", reasons.empty() ? "<p>nothing</p>\n" : reasons);
  html += section("Clips", histograms(store));
  html += section(
      "Doubtful clips",
      doubted.empty() ? "<p>none</p>\n" : picture(store, doubted) + doubtful_table(doubted));
  html += section("A sample of all", picture(store, sample(store)));
  html += section(
      "Options",
      "<pre>" + escape_markup(json.is_object() ? json.value("options", "") : std::string()) +
          "</pre>\n");
  for (const std::string& notice : store.notices()) {
    html += "<p class=\"soft\">" + escape_markup(notice) + "</p>\n";
  }
  write_file(
      (std::filesystem::path(path) / "report.html").string(), html_page("sotto prepare", html));
}

}  // namespace sotto::datasets
