#include "experiments/slot_accuracy.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "common/letter_case.h"

namespace sotto::experiments {
namespace {

double share(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string cell(const std::string& text) {
  std::array<char, 64> padded{};
  std::snprintf(padded.data(), padded.size(), " %11.11s", text.c_str());
  return padded.data();
}

std::string percentage(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", 100 * value);
  return text.data();
}

}  // namespace

double SlotScore::accuracy() const {
  return share(correct, total);
}
double SlotScore::floor() const {
  return share(floor_correct, total);
}

size_t usual_slots(const std::vector<ScoredText>& texts) {
  std::map<size_t, int64_t> counts;
  for (const ScoredText& text : texts) {
    ++counts[split_words(text.reference).size()];
  }
  const auto most = std::max_element(
      counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? 0 : most->first;
}

SlotReport slot_accuracy(const std::vector<ScoredText>& texts, size_t slots) {
  SlotReport report;
  report.slots.resize(slots);
  std::vector<std::map<std::string, int64_t>> frequency(slots);
  for (const ScoredText& text : texts) {
    const std::vector<std::string> reference = split_words(in_lower_case(text.reference));
    const std::vector<std::string> hypothesis = split_words(in_lower_case(text.hypothesis));
    if (reference.size() != slots || hypothesis.size() != slots) {
      ++report.left_out;
      continue;
    }
    ++report.counted;
    for (size_t i = 0; i < slots; ++i) {
      ++report.slots[i].total;
      report.slots[i].correct += reference[i] == hypothesis[i] ? 1 : 0;
      int64_t& seen = ++frequency[i][reference[i]];
      report.slots[i].floor_correct = std::max(report.slots[i].floor_correct, seen);
    }
  }
  return report;
}

std::string format_slots(const SlotReport& report, const std::vector<std::string>& names) {
  std::string head = "slot      ";
  std::string accuracy = "right %   ";
  std::string floor = "floor %   ";
  for (size_t i = 0; i < report.slots.size(); ++i) {
    head += cell(i < names.size() ? names[i] : std::to_string(i + 1));
    accuracy += cell(percentage(report.slots[i].accuracy()));
    floor += cell(percentage(report.slots[i].floor()));
  }
  return head + "\n" + accuracy + "\n" + floor + "\n" + std::to_string(report.counted) +
         " clips counted, " + std::to_string(report.left_out) + " of another length left out\n";
}

}  // namespace sotto::experiments
