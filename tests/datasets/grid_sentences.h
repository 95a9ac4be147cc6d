#pragma once

#include <string>
#include <vector>

namespace sotto::datasets {

/// 400 sentences of the GRID corpus' grammar.
inline std::vector<std::string> grid_sentences() {
  static const std::vector<std::string> kCommands = {"bin", "lay", "place", "set"};
  static const std::vector<std::string> kColours = {"blue", "green", "red", "white"};
  static const std::vector<std::string> kDigits = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
  static const std::vector<std::string> kAdverbs = {"again", "now", "please", "soon"};
  static const std::string kLetters = "abcdefghijklmnopqrstuvxyz";
  std::vector<std::string> sentences;
  for (const std::string& command : kCommands) {
    for (const std::string& colour : kColours) {
      for (const char letter : kLetters) {
        const size_t n = sentences.size();
        sentences.push_back(
            command + " " + colour + " at " + letter + " " + kDigits[7 * n % 10] + " " +
            kAdverbs[3 * n % 4]);
      }
    }
  }
  return sentences;
}

}  // namespace sotto::datasets
