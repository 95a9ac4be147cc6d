#include "datasets/contact_sheet.h"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "common/error.h"
#include "datasets/media/picture.h"

namespace sotto::datasets {
namespace {

constexpr int kGap = 4;
constexpr int kLabelHeight = 13;
constexpr int kTileWidth = static_cast<int>(kLipsSide) + kGap;
constexpr int kTileHeight = static_cast<int>(kLipsSide) + kLabelHeight + kGap;
constexpr size_t kLabelLetters = 13;

// The end of an id tells more than its start.
std::string label_of(const std::string& id) {
  std::string label =
      id.size() <= kLabelLetters ? id : ".." + id.substr(id.size() - kLabelLetters + 2);
  for (char& c : label) {
    c = c >= ' ' && c < 127 ? c : '?';  // what the font has
  }
  return label;
}

void draw(cv::Mat& sheet, int columns, int index, const ManifestEntry& entry, const Crop& lips) {
  const int x = index % columns * kTileWidth + kGap;
  const int y = index / columns * kTileHeight + kGap;
  const uint8_t* middle = lips.pixels.data() + lips.frames / 2 * lips.frame_bytes();
  const Picture grey =
      to_grey({lips.height, lips.width, lips.channels, {middle, middle + lips.frame_bytes()}});
  const cv::Mat mouth(
      static_cast<int>(lips.height),
      static_cast<int>(lips.width),
      CV_8UC1,
      const_cast<uint8_t*>(grey.pixels.data()));
  mouth.copyTo(sheet(cv::Rect(x, y, mouth.cols, mouth.rows)));
  cv::putText(
      sheet,
      label_of(entry.id),
      cv::Point(x, y + mouth.rows + kLabelHeight - 3),
      cv::FONT_HERSHEY_PLAIN,
      0.72,
      cv::Scalar(230),
      1,
      cv::LINE_AA);
}

}  // namespace

std::vector<uint8_t> contact_sheet(
    const Store& store, const std::vector<const ManifestEntry*>& entries, int columns) {
  std::vector<uint8_t> png;
  if (entries.empty()) {
    return png;
  }
  const int rows = (static_cast<int>(entries.size()) + columns - 1) / columns;
  cv::Mat sheet(rows * kTileHeight + kGap, columns * kTileWidth + kGap, CV_8UC1, cv::Scalar(40));
  for (size_t i = 0; i < entries.size(); ++i) {
    const Utterance utterance = store.load(*entries[i]);
    const auto lips = utterance.crops.find("lips");
    const bool fits = lips != utterance.crops.end() && lips->second.height == kLipsSide &&
                      lips->second.width == kLipsSide;
    if (fits) {
      draw(sheet, columns, static_cast<int>(i), *entries[i], lips->second);
    }
  }
  if (!cv::imencode(".png", sheet, png)) {
    throw DataError("the contact sheet cannot be encoded");
  }
  return png;
}

}  // namespace sotto::datasets
