#include "datasets/inspect.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "common/error.h"
#include "common/files.h"
#include "common/format_text.h"
#include "datasets/media_utterance.h"

namespace sotto::datasets {
namespace {

constexpr int kWide = 1200;
constexpr int kMargin = 12;
constexpr int kFrameHigh = 420;
constexpr int kMouths = 12;
constexpr int64_t kLooked = 100;  // pictures
constexpr int kWaveHigh = 130;
constexpr int kWordsHigh = 40;
const cv::Scalar kPaper(250, 250, 250);
const cv::Scalar kInk(40, 40, 40);
const cv::Scalar kGrey(150, 150, 150);
const cv::Scalar kBlue(190, 110, 40);
const cv::Scalar kGreen(60, 170, 60);
const cv::Scalar kOrange(40, 140, 240);

void write(cv::Mat& page, const std::string& text, int x, int y, double size = 0.45) {
  std::string shown = text;
  for (char& c : shown) {
    c = c >= ' ' && c < 127 ? c : '?';  // what the font has
  }
  cv::putText(page, shown, {x, y}, cv::FONT_HERSHEY_SIMPLEX, size, kInk, 1, cv::LINE_AA);
}

/// A picture of the film and who was followed on it.
struct Shown {
  PicturePtr picture;
  TrackedFrame found;
  int64_t index = 0;
};

/// The picture in the middle of the clip, or near it, that shows most faces.
Shown choose_picture(const std::string& path, const CorpusItem& item, int64_t frames) {
  MediaOptions options;
  options.audio = false;
  options.grey = false;
  // Some seconds in the middle.
  options.begin = item.begin + std::max<int64_t>(0, frames / 2 - kLooked / 2);
  options.end = options.begin + std::min(frames, kLooked);
  MediaReader media(path, options);
  FaceFinder finder(shared_face_models());
  FaceTracker tracker(finder);
  std::vector<Shown> all;
  while (PicturePtr picture = media.next_frame()) {
    Shown shown{nullptr, tracker.track(to_grey(*picture)), static_cast<int64_t>(all.size())};
    all.push_back(std::move(shown));
    if (all.size() % 4 == 1) {
      all.back().picture = picture;
    }
  }
  const auto middle = static_cast<int64_t>(all.size()) / 2;
  const Shown* best = nullptr;
  for (const Shown& shown : all) {
    if (!shown.picture) {
      continue;
    }
    const bool more = best == nullptr || shown.found.faces.size() > best->found.faces.size();
    const bool nearer = best != nullptr && shown.found.faces.size() == best->found.faces.size() &&
                        std::llabs(shown.index - middle) < std::llabs(best->index - middle);
    best = more || nearer ? &shown : best;
  }
  return best != nullptr ? *best : Shown();
}

cv::Mat draw_picture(const Shown& shown, double face_x) {
  const Picture& picture = *shown.picture;
  const cv::Mat rgb(
      static_cast<int>(picture.height),
      static_cast<int>(picture.width),
      CV_8UC3,
      const_cast<uint8_t*>(picture.pixels.data()));
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  const double scale = static_cast<double>(kFrameHigh) / static_cast<double>(picture.height);
  cv::resize(bgr, bgr, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  for (const TrackedFace& face : shown.found.faces) {
    const double x = centroid(face.landmarks, 0, face.landmarks.size()).x;
    const bool chosen = std::abs(x - face_x) < face.width / 2;
    const cv::Scalar colour = chosen ? kGreen : kOrange;
    double left = 1e9;
    double top = 1e9;
    double right = -1e9;
    double bottom = -1e9;
    for (const Point& point : face.landmarks) {
      left = std::min(left, point.x);
      right = std::max(right, point.x);
      top = std::min(top, point.y);
      bottom = std::max(bottom, point.y);
      cv::circle(
          bgr, cv::Point2d(point.x * scale, point.y * scale), 2, colour, cv::FILLED, cv::LINE_AA);
    }
    cv::rectangle(
        bgr,
        cv::Point2d(left * scale - 6, top * scale - 6),
        cv::Point2d(right * scale + 6, bottom * scale + 6),
        colour,
        2,
        cv::LINE_AA);
  }
  return bgr;
}

void draw_mouths(cv::Mat& page, const Crop& lips, int y) {
  const int step = (kWide - 2 * kMargin) / kMouths;
  for (int i = 0; i < kMouths; ++i) {
    const int64_t t = std::min(lips.frames - 1, (2 * i + 1) * lips.frames / (2 * kMouths));
    const cv::Mat mouth(
        static_cast<int>(lips.height),
        static_cast<int>(lips.width),
        CV_8UC1,
        const_cast<uint8_t*>(lips.pixels.data() + t * lips.frame_bytes()));
    cv::Mat bgr;
    cv::cvtColor(mouth, bgr, cv::COLOR_GRAY2BGR);
    const int x = kMargin + i * step;
    bgr.copyTo(page(cv::Rect(x, y, bgr.cols, bgr.rows)));
    write(page, format_text("%.2f s", seconds_of(t)), x, y + bgr.rows + 14, 0.38);
  }
}

void draw_wave(cv::Mat& page, const std::vector<float>& wave, int y) {
  const int wide = kWide - 2 * kMargin;
  const int middle = y + kWaveHigh / 2;
  float loudest = 1e-4F;
  for (const float value : wave) {
    loudest = std::max(loudest, std::abs(value));
  }
  for (int x = 0; x < wide; ++x) {
    const size_t begin = wave.size() * static_cast<size_t>(x) / static_cast<size_t>(wide);
    const size_t end = wave.size() * static_cast<size_t>(x + 1) / static_cast<size_t>(wide);
    float low = 0;
    float high = 0;
    for (size_t i = begin; i < end; ++i) {
      low = std::min(low, wave[i]);
      high = std::max(high, wave[i]);
    }
    const auto pixel = [&](float value) {
      return middle - static_cast<int>(std::lround(value / loudest * kWaveHigh / 2));
    };
    cv::line(page, {kMargin + x, pixel(low)}, {kMargin + x, pixel(high)}, kBlue);
  }
}

void draw_words(cv::Mat& page, const std::vector<WordTime>& words, double duration, int y) {
  const double wide = kWide - 2 * kMargin;
  const auto place = [&](double seconds) {
    return kMargin + static_cast<int>(std::lround(wide * seconds / std::max(duration, 1e-6)));
  };
  for (const WordTime& word : words) {
    for (const double edge : {word.start_s, word.end_s}) {
      cv::line(page, {place(edge), y - kWaveHigh}, {place(edge), y}, kGrey, 1, cv::LINE_AA);
    }
    write(page, word.word, place(word.start_s) + 2, y + 18);
  }
}

std::string facts(const Utterance& utterance, const Quality& quality) {
  return format_text(
      "%.2f s, %.2f frames/s; a face in %.0f %% of the frames, longest gap %lld, %.0f px wide, "
      "turned %.0f degrees; faces in the film: %lld",
      seconds_of(frame_count(utterance)),
      quality.source_fps,
      100 * quality.face_share,
      static_cast<long long>(quality.longest_gap),
      quality.face_width,
      quality.yaw_deg,
      static_cast<long long>(quality.people));
}

}  // namespace

void inspect_clip(
    const std::string& root,
    const CorpusItem& item,
    const FaceChoice& face,
    const std::string& picture) {
  const std::filesystem::path folder(root);
  const std::string path = (folder / item.source).string();
  UtteranceOptions options;
  options.face = face;
  options.begin = item.begin;
  options.end = item.end;
  options.sound = item.sound.empty() ? "" : (folder / item.sound).string();
  const Utterance utterance = read_media_utterance(path, options);
  const auto lips = utterance.crops.find("lips");
  const bool seen = lips != utterance.crops.end();
  cv::Mat film;
  if (seen && utterance.quality.face_width > 0) {
    const Shown shown = choose_picture(path, item, frame_count(utterance));
    film = shown.picture ? draw_picture(shown, utterance.quality.face_x) : cv::Mat();
  }
  const int film_high = film.empty() ? 0 : kFrameHigh + kMargin;
  const int mouths_high = seen ? static_cast<int>(kLipsSide) + 30 : 0;
  const int wave_high = utterance.wave.empty() ? 0 : kWaveHigh;
  cv::Mat page(70 + film_high + mouths_high + wave_high + kWordsHigh, kWide, CV_8UC3, kPaper);
  write(page, item.source, kMargin, 22, 0.55);
  write(page, facts(utterance, utterance.quality), kMargin, 44);
  int y = 58;
  if (!film.empty()) {
    const cv::Mat shown = film(cv::Rect(0, 0, std::min(film.cols, kWide - 2 * kMargin), film.rows));
    shown.copyTo(page(cv::Rect((kWide - shown.cols) / 2, y, shown.cols, shown.rows)));
    y += film_high;
  }
  if (seen) {
    draw_mouths(page, lips->second, y);
    y += mouths_high;
  }
  if (wave_high > 0) {
    draw_wave(page, utterance.wave, y);
    y += wave_high;
  }
  draw_words(page, item.words, seconds_of(frame_count(utterance)), y);
  if (item.words.empty() && !item.text.empty()) {
    write(page, item.text, kMargin, y + 18);
  }
  std::vector<uint8_t> png;
  if (!cv::imencode(".png", page, png)) {
    throw DataError(picture + ": the picture cannot be encoded");
  }
  write_file(picture, {reinterpret_cast<const char*>(png.data()), png.size()});
}

}  // namespace sotto::datasets
