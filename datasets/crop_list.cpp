#include "datasets/crop_list.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kSmallest = 16;
constexpr int64_t kLargest = 512;

[[noreturn]] void refuse(const std::string& text) {
  throw ConfigError(
      "crops: expected NAME:SIDE or NAME:SIDE:PIXELS with sides from " + std::to_string(kSmallest) +
      " to " + std::to_string(kLargest) + ", got '" + text + "'");
}

int64_t side(const std::string& digits, const std::string& text) {
  const bool number = !digits.empty() && digits.size() <= 3 &&
                      std::all_of(digits.begin(), digits.end(), [](unsigned char c) {
                        return std::isdigit(c) != 0;
                      });
  const int64_t value = number ? std::stoll(digits) : 0;
  if (value < kSmallest || value > kLargest) {
    refuse(text);
  }
  return value;
}

NamedCrop parse(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream fields(text);
  for (std::string field; std::getline(fields, field, ':');) {
    parts.push_back(field);
  }
  const bool lips = parts.size() == 1 && parts[0] == "lips";
  const bool named = !parts.empty() && !parts[0].empty() &&
                     std::all_of(parts[0].begin(), parts[0].end(), [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '_' || c == '-';
                     });
  const bool cut_off = !text.empty() && text.back() == ':';
  if (!lips && (!named || cut_off || parts.size() < 2 || parts.size() > 3)) {
    refuse(text);
  }
  NamedCrop crop;
  crop.name = parts[0];
  if (!lips) {
    crop.size.side = side(parts[1], text);
    crop.size.pixels = parts.size() == 3 ? side(parts[2], text) : crop.size.side;
  }
  return crop;
}

}  // namespace

std::vector<NamedCrop> crop_list(const std::vector<std::string>& texts, bool colour) {
  std::vector<NamedCrop> crops = {NamedCrop()};
  for (const std::string& text : texts) {
    const NamedCrop crop = parse(text);
    if (text == "lips") {
      continue;
    }
    if (std::any_of(crops.begin(), crops.end(), [&](const NamedCrop& other) {
          return other.name == crop.name;
        })) {
      throw ConfigError("crops: the name " + crop.name + " stands twice");
    }
    crops.push_back(crop);
  }
  for (NamedCrop& crop : crops) {
    crop.size.colour = colour;
  }
  return crops;
}

}  // namespace sotto::datasets
