#include "datasets/inputs.h"

#include "common/error.h"

namespace sotto::datasets {
namespace {

std::string text_of(int64_t pixels, bool colour) {
  const std::string side = std::to_string(pixels);
  return side + "x" + side + (colour ? " in colour" : " in grey");
}

std::string crops_of(const Utterance& utterance) {
  std::string text;
  for (const auto& [name, crop] : utterance.crops) {
    text += (text.empty() ? "" : ", ") + name + " of " + text_of(crop.height, crop.channels == 3);
  }
  return text;
}

}  // namespace

void InputOptions::visit(OptionVisitor& v) {
  v.field(
      "crop",
      crop,
      "the square of the face that is read: lips (96x96 around the mouth), or another as `sotto "
      "prepare --crop` made it, NAME:SIDE[:PIXELS]");
  v.field("colour", colour, "red, green and blue rather than grey");
  v.field("window", window, between(8, 256), "pixels", "side of the centre window of the crop");
  v.field("size", size, between(8, 256), "pixels", "side that the window is resized to");
  v.field("mean", mean, between(0, 1), "", "mean of the pixels, subtracted from values in 0 to 1");
  v.field("deviation", deviation, between(1e-3, 1), "", "deviation of the pixels, divided by");
}

void InputOptions::validate() const {
  const int64_t pixels = crops().back().size.pixels;
  if (window > pixels) {
    throw ConfigError(
        "model.input.window: expected at most " + std::to_string(pixels) +
        ", the side of the crop " + crop + ", got " + std::to_string(window));
  }
}

const Crop* crop_to_read(
    const Utterance& utterance, const InputOptions& options, const std::string& where) {
  if (utterance.crops.empty()) {
    return nullptr;
  }
  const NamedCrop wanted = options.crops().back();
  const auto found = utterance.crops.find(wanted.name);
  if (found != utterance.crops.end()) {
    const Crop& crop = found->second;
    const bool fits = crop.height == wanted.size.pixels && crop.width == wanted.size.pixels;
    if (fits && (crop.channels == 3 || !options.colour)) {
      return &crop;
    }
  }
  throw DataError(
      where + ": the network reads the crop " + wanted.name + " of " +
      text_of(wanted.size.pixels, options.colour) + ", and here is " + crops_of(utterance) +
      "; `sotto prepare" + (wanted.name == "lips" ? "" : " --crop " + options.crop) +
      (options.colour ? " --colour" : "") + "` makes it");
}

}  // namespace sotto::datasets
