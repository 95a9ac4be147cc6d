#include "experiments/report/sample_section.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "common/format_text.h"
#include "common/markup.h"
#include "experiments/report/curves.h"
#include "experiments/report/png.h"
#include "experiments/report/text_section.h"

namespace sotto::experiments {
namespace {

constexpr double kWidth = 860;
constexpr double kLeft = 58;
constexpr double kRight = 12;
constexpr double kTimed = kWidth - kLeft - kRight;  // the pixels of a clip's length
constexpr double kFramesPerSecond = 25;
constexpr double kCtcHeight = 92;
constexpr double kLargestPicture = 120;
constexpr double kTokenWidth = 7;  // of a letter's label, and a little air
constexpr double kTokenHeight = 9.5;

/// Draws from the top down; every part says how high it became.
class Sheet {
 public:
  explicit Sheet(const SampleClip& clip)
      : clip_(clip), frames_(static_cast<double>(std::max<int64_t>(1, clip.frames))) {}

  std::string draw() {
    lips();
    ctc();
    attention();
    axis();
    return format_text(
               "<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" font-size=\"11\">\n", kWidth, y_) +
           body_ + "</svg>\n";
  }

 private:
  double left(double frame) const {
    return kLeft + kTimed * std::clamp(frame, 0.0, frames_) / frames_;
  }

  void heading(const std::string& text) {
    y_ += y_ == 0 ? 14 : 22;
    body_ += format_text("<text class=\"ink\" x=\"%.0f\" y=\"%.1f\">", kLeft, y_) +
             escape_markup(text) + "</text>\n";
    y_ += 6;
  }

  void image(double x, double y, double width, double height, const std::string& address) {
    body_ += format_text(
        "<image x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" preserveAspectRatio=\"none\" "
        "href=\"",
        x,
        y,
        width,
        height);
    body_ += address + "\"/>\n";
  }

  void lips() {
    if (clip_.lips.empty()) {
      return;
    }
    heading("What it saw");
    strip([](const SampleFrame& frame) {
      return png_address(frame.lips.rows, frame.lips.columns, 1, frame.lips.pixels);
    });
    const bool heat = std::any_of(clip_.lips.begin(), clip_.lips.end(), [](const auto& frame) {
      return !frame.heat.pixels.empty();
    });
    if (heat) {
      heading("Where it looked (Grad-CAM of the spoken words)");
      strip([](const SampleFrame& frame) {
        return png_address(
            frame.lips.rows, frame.lips.columns, 3, heat_over(frame.lips, frame.heat));
      });
    }
  }

  /// Frames are even over the clip: each stands where it belongs, to half a frame.
  void strip(const std::function<std::string(const SampleFrame&)>& address) {
    const double slot = kTimed / static_cast<double>(clip_.lips.size());
    const double side = std::min(slot - 4, kLargestPicture);
    for (size_t i = 0; i < clip_.lips.size(); ++i) {
      const double middle = kLeft + slot * (static_cast<double>(i) + 0.5);
      image(middle - side / 2, y_, side, side, address(clip_.lips[i]));
    }
    y_ += side;
  }

  void ctc() {
    if (clip_.speech.empty()) {
      return;
    }
    heading("CTC: probability of each token, and in grey of any");
    y_ += 14;  // for the tokens
    const double bottom = y_ + kCtcHeight;
    for (const double share : {0.0, 0.5, 1.0}) {
      const double at = bottom - share * kCtcHeight;
      body_ += format_text(
          "<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/><text "
          "class=\"ink\" "
          "x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
          kLeft,
          kWidth - kRight,
          at,
          at,
          kLeft - 6,
          at + 4,
          share);
    }
    body_ +=
        "<path style=\"fill:var(--soft);opacity:.22\" d=\"" + area(clip_.speech, bottom) + "\"/>\n";
    double free = kLeft;
    for (size_t i = 0; i < clip_.tokens.size(); ++i) {
      const SampleToken& token = clip_.tokens[i];
      const size_t colour = i % 3;
      body_ += format_text("<path class=\"c%zu\" opacity=\"0.75\" d=\"", colour) +
               area(clip_.tracks[i], bottom) + "\"><title>" + escape_markup(token.text) +
               format_text(
                   " from %.2f to %.2f s: %.0f %%</title></path>\n",
                   static_cast<double>(token.begin) / kFramesPerSecond,
                   static_cast<double>(token.end) / kFramesPerSecond,
                   100 * token.probability);
      const double middle = left(static_cast<double>(token.begin + token.end) / 2);
      const double half = kTokenWidth * static_cast<double>(letters(token.text)) / 2;
      if (middle - half >= free) {  // labels never run into each other
        body_ += format_text(
            "<text class=\"c%zu\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
            colour,
            middle,
            y_ - 4);
        body_ += escape_markup(token.text) + "</text>\n";
        free = middle + half;
      }
    }
    y_ = bottom;
  }

  static size_t letters(const std::string& text) {
    return static_cast<size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
  }

  /// A path around the probabilities of the frames, from where they rise to where they fall.
  std::string area(const std::vector<double>& values, double bottom) const {
    std::string path;
    bool open = false;
    for (size_t t = 0; t <= values.size(); ++t) {
      const double value = t < values.size() ? values[t] : 0;
      const double x = left(static_cast<double>(t) + 0.5);
      if (value > 0.005) {
        if (!open) {
          path += format_text("M%.1f,%.1f", left(static_cast<double>(t) - 0.5), bottom);
          open = true;
        }
        path += format_text("L%.1f,%.1f", x, bottom - value * kCtcHeight);
      } else if (open) {
        path += format_text("L%.1f,%.1fZ", x, bottom);
        open = false;
      }
    }
    return path;
  }

  void attention() {
    const GreyPicture& map = clip_.attention;
    if (map.rows == 0 || map.columns == 0) {
      return;
    }
    heading(
        "The decoder: which frames it listened to at each token (last layer, mean of its heads)");
    const double least = map.rows <= 60 ? kTokenHeight : kTokenHeight / 2;  // long ones name every other
    const double row = std::clamp(260.0 / static_cast<double>(map.rows), least, 15.0);
    const double height = row * static_cast<double>(map.rows);
    body_ += format_text(
        "<rect x=\"%.0f\" y=\"%.1f\" width=\"%.0f\" height=\"%.1f\" "
        "style=\"fill:var(--paper)\"/>\n",
        kLeft,
        y_,
        kTimed,
        height);
    std::vector<uint8_t> pixels;  // one colour, more or less of it: it stands on light and dark
    for (const uint8_t share : map.pixels) {
      const double strength = std::pow(static_cast<double>(share) / 255, 0.8);
      pixels.insert(pixels.end(), {0x1c, 0x86, 0xd1, static_cast<uint8_t>(255 * strength)});
    }
    image(kLeft, y_, kTimed, height, png_address(map.rows, map.columns, 4, pixels));
    const auto every = static_cast<size_t>(std::ceil(kTokenHeight / row));
    for (size_t i = 0; i < clip_.attention_tokens.size(); i += every) {
      if (clip_.attention_tokens[i] == "\u2423") {
        continue;  // a letter's height is no height for it
      }
      const double at = y_ + row * (static_cast<double>(i) + 0.5) + 4;
      body_ +=
          format_text(
              "<text x=\"%.0f\" y=\"%.1f\" font-size=\"10\" text-anchor=\"end\">", kLeft - 6, at) +
          escape_markup(clip_.attention_tokens[i]) + "</text>\n";
    }
    y_ += height;
  }

  void axis() {
    const double seconds = frames_ / kFramesPerSecond;
    const double step = seconds > 12 ? 2 : seconds > 5 ? 1 : seconds > 2 ? 0.5 : 0.2;
    y_ += 4;
    for (int i = 0; i * step <= seconds; ++i) {
      const double x = left(i * step * kFramesPerSecond);
      body_ += format_text(
          "<line class=\"border\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/><text "
          "class=\"ink\" "
          "x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>\n",
          x,
          x,
          y_,
          y_ + 4,
          x,
          y_ + 16,
          i * step);
    }
    body_ += format_text(
        "<text class=\"ink\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">s</text>\n",
        kLeft - 10,
        y_ + 16);
    y_ += 24;
  }

  const SampleClip& clip_;
  double frames_;
  double y_ = 0;
  std::string body_;
};

/// Violet, red, orange, yellow: dark to light for those who see no colours.
std::array<double, 3> heat_colour(double share) {
  constexpr double kColours[5][3] = {
      {60, 15, 110}, {140, 40, 130}, {215, 60, 85}, {250, 140, 45}, {252, 240, 120}};
  const double at = std::clamp(share, 0.0, 1.0) * 4;
  const auto low = std::min<size_t>(3, static_cast<size_t>(at));
  const double part = at - static_cast<double>(low);
  std::array<double, 3> colour{};
  for (size_t i = 0; i < 3; ++i) {
    colour[i] = kColours[low][i] + part * (kColours[low + 1][i] - kColours[low][i]);
  }
  return colour;
}

}  // namespace

std::vector<uint8_t> heat_over(const GreyPicture& lips, const GreyPicture& heat) {
  std::vector<uint8_t> pixels;
  pixels.reserve(lips.pixels.size() * 3);
  for (size_t i = 0; i < lips.pixels.size(); ++i) {
    const double share = i < heat.pixels.size() ? static_cast<double>(heat.pixels[i]) / 255 : 0.0;
    const auto colour = heat_colour(share);
    const double cover = 0.75 * std::sqrt(share);
    for (const double channel : colour) {
      pixels.push_back(static_cast<uint8_t>(
          std::lround((1 - cover) * static_cast<double>(lips.pixels[i]) + cover * channel)));
    }
  }
  return pixels;
}

std::string sample_sheet(const SampleClip& clip) {
  return Sheet(clip).draw();
}

std::string sample_section(const std::vector<SampleClip>& clips) {
  if (clips.empty()) {
    return "";
  }
  std::vector<ValidatedText> texts;
  for (const SampleClip& clip : clips) {
    texts.push_back({clip.modality, clip.id, 0, clip.reference, clip.hypothesis});
  }
  const bool characters = without_blanks(texts);
  std::string html = "<section><h2>Looking inside</h2>\n";
  for (size_t i = 0; i < clips.size(); ++i) {
    const SampleClip& clip = clips[i];
    html += std::string("<details class=\"sheet\"") + (i < 2 ? " open" : "") + "><summary><b>" +
            escape_markup(clip.id) + "</b> &middot; " +
            escape_markup(modality_title(clip.modality)) + "</summary>\n" +
            marked_pair(clip.reference, clip.hypothesis, characters) + "<div class=\"wide\">" +
            sample_sheet(clip) + "</div></details>\n";
  }
  return html + "</section>\n";
}

}  // namespace sotto::experiments
