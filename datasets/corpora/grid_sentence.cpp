#include "datasets/corpora/grid_sentence.h"

#include <array>
#include <string_view>
#include <vector>

namespace sotto::datasets {
namespace {

// Each word behind its letter.
const std::vector<std::string_view> kDigits = {
    "zzero", "1one", "2two", "3three", "4four", "5five", "6six", "7seven", "8eight", "9nine"};
const std::array<std::vector<std::string_view>, 6> kSlots = {
    {{"bbin", "llay", "pplace", "sset"},
     {"bblue", "ggreen", "rred", "wwhite"},
     {"aat", "bby", "iin", "wwith"},
     {},
     kDigits,
     {"aagain", "nnow", "pplease", "ssoon"}}};
constexpr size_t kLetter = 3;

std::string word_of(size_t slot, char code) {
  if (slot == kLetter) {
    return code >= 'a' && code <= 'z' && code != 'w' ? std::string(1, code) : "";
  }
  for (const std::string_view word : kSlots[slot]) {
    if (word[0] == code) {
      return std::string(word.substr(1));
    }
  }
  return "";
}

}  // namespace

std::string grid_sentence(const std::string& code) {
  std::string sentence;
  for (size_t slot = 0; slot < kSlots.size(); ++slot) {
    const std::string word = code.size() == kSlots.size() ? word_of(slot, code[slot]) : "";
    if (word.empty()) {
      return "";
    }
    sentence += (slot > 0 ? " " : "") + word;
  }
  return sentence;
}

}  // namespace sotto::datasets
