#include "datasets/contact_sheet.h"

#include <algorithm>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "common/error.h"
#include "common/files.h"

namespace sotto::datasets {
namespace {

constexpr int kColumns = 20;
constexpr int kGap = 4;
constexpr int kLabelHeight = 13;
constexpr int kTileWidth = static_cast<int>(kLipsSide) + kGap;
constexpr int kTileHeight = static_cast<int>(kLipsSide) + kLabelHeight + kGap;
constexpr size_t kLabelLetters = 13;

std::vector<const ManifestEntry*> chosen(const Store& store, int64_t most) {
  std::vector<const ManifestEntry*> all;
  for (const ManifestEntry& entry : store.manifest()) {
    if (entry.frames > 0) {
      all.push_back(&entry);
    }
  }
  const auto count = static_cast<int64_t>(all.size());
  if (count <= most) {
    return all;
  }
  std::vector<const ManifestEntry*> some;
  for (int64_t i = 0; i < most; ++i) {
    some.push_back(all[i * count / most]);
  }
  return some;
}

// The end of an id tells more than its start.
std::string label_of(const std::string& id) {
  std::string label =
      id.size() <= kLabelLetters ? id : ".." + id.substr(id.size() - kLabelLetters + 2);
  for (char& c : label) {
    c = c >= ' ' && c < 127 ? c : '?';  // what the font has
  }
  return label;
}

void draw(cv::Mat& sheet, int index, const ManifestEntry& entry, const Crop& lips) {
  const int x = index % kColumns * kTileWidth + kGap;
  const int y = index / kColumns * kTileHeight + kGap;
  const uint8_t* middle = lips.pixels.data() + lips.frames / 2 * lips.frame_bytes();
  const cv::Mat mouth(
      static_cast<int>(lips.height),
      static_cast<int>(lips.width),
      CV_8UC1,
      const_cast<uint8_t*>(middle));
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

void write_contact_sheet(const Store& store, const std::string& path, int64_t most) {
  const auto entries = chosen(store, most);
  if (entries.empty()) {
    return;
  }
  const int rows = static_cast<int>((entries.size() + kColumns - 1) / kColumns);
  cv::Mat sheet(rows * kTileHeight + kGap, kColumns * kTileWidth + kGap, CV_8UC1, cv::Scalar(40));
  for (size_t i = 0; i < entries.size(); ++i) {
    const Utterance utterance = store.load(*entries[i]);
    const auto lips = utterance.crops.find("lips");
    const bool fits = lips != utterance.crops.end() && lips->second.height == kLipsSide &&
                      lips->second.width == kLipsSide && lips->second.channels == 1;
    if (fits) {
      draw(sheet, static_cast<int>(i), *entries[i], lips->second);
    }
  }
  std::vector<uint8_t> png;
  if (!cv::imencode(".png", sheet, png)) {
    throw DataError(path + ": the contact sheet cannot be encoded");
  }
  write_file(path, {reinterpret_cast<const char*>(png.data()), png.size()});
}

}  // namespace sotto::datasets
