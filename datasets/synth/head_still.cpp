#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "datasets/synth/head.h"

namespace sotto::datasets::synth {
namespace {

Outline face_outline(const Sheet& sheet, const Look& look) {
  const double chin = look.chin;
  const double jaw = look.jaw;
  const Outline half = {
      {0.20, -0.66},
      {0.40, -0.48},
      {0.495, -0.18},
      {0.50, 0.08},
      {0.475, 0.30},
      {0.425 * (0.5 + 0.5 * jaw), 0.50 * chin / 0.84},
      {0.325 * jaw, 0.69 * chin / 0.84},
      {0.17 * jaw, 0.81 * chin / 0.84}};
  Outline points = {sheet.at(0, -0.70)};
  for (const cv::Point2d& point : half) {
    points.push_back(sheet.at(point.x, point.y));
  }
  points.push_back(sheet.at(0, chin));
  for (auto point = half.rbegin(); point != half.rend(); ++point) {
    points.push_back(sheet.at(-point->x, point->y));
  }
  return smooth(points, 8);
}

void draw_hair_behind(Sheet& sheet, const Look& look) {
  const cv::Scalar dark = opaque(scaled(look.hair, 0.7));
  fill_ellipse(sheet.pixels, sheet.at(0, -0.24), 0.575 * sheet.unit, 0.62 * sheet.unit, 0, dark);
  if (look.long_hair) {
    // Down on both sides; the neck is seen between them.
    for (const double side : {-1.0, 1.0}) {
      const Outline falls = {
          sheet.at(side * 0.30, -0.3),
          sheet.at(side * 0.56, -0.3),
          sheet.at(side * 0.62, 0.3),
          sheet.at(side * 0.61, 0.80),
          sheet.at(side * 0.52, 1.06),
          sheet.at(side * 0.40, 1.02),
          sheet.at(side * 0.36, 0.70),
          sheet.at(side * 0.40, 0.3)};
      fill(sheet.pixels, smooth(falls, 8), dark);
    }
  }
}

void draw_ears(Sheet& sheet, const Look& look) {
  for (const double side : {-1.0, 1.0}) {
    const cv::Point2d centre = sheet.at(side * 0.505, 0.1);
    fill_ellipse(
        sheet.pixels,
        centre,
        0.055 * sheet.unit,
        0.13 * sheet.unit,
        side * 8,
        opaque(scaled(look.skin, 0.82)));
    fill_ellipse(
        sheet.pixels,
        centre,
        0.028 * sheet.unit,
        0.08 * sheet.unit,
        side * 8,
        opaque(scaled(look.skin, 0.68)));
  }
}

/// The face's skin, lit as an ellipsoid would be.
void light_skin(Sheet& sheet, const Look& look, const Light& light) {
  const cv::Mat cover = coverage(sheet.pixels.size(), face_outline(sheet, look));
  const double lz = std::sqrt(std::max(0.1, 1 - light.x * light.x - light.y * light.y));
  for (int y = 0; y < sheet.pixels.rows; ++y) {
    auto* pixel = sheet.pixels.ptr<uint8_t>(y);
    const auto* part = cover.ptr<uint8_t>(y);
    const double ny = ((y - sheet.origin.y) / sheet.unit - 0.08) / 0.95;
    for (int x = 0; x < sheet.pixels.cols; ++x, pixel += 4) {
      if (part[x] == 0) {
        continue;
      }
      const double nx = (x - sheet.origin.x) / sheet.unit / 0.56;
      const double nz = std::sqrt(std::max(0.04, 1 - nx * nx - ny * ny));
      const double lit = std::max(0.0, nx * light.x + ny * light.y + nz * lz);
      const double factor = 1 + light.strength * (lit - 0.82);
      const double share = part[x] / 255.0;
      const double skin[3] = {look.skin.red, look.skin.green, look.skin.blue};
      for (int c = 0; c < 3; ++c) {
        const double value = std::clamp(skin[c] * factor, 0.0, 255.0);
        pixel[c] = static_cast<uint8_t>(pixel[c] * (1 - share) + value * share);
      }
      pixel[3] = static_cast<uint8_t>(pixel[3] * (1 - share) + 255 * share);
    }
  }
}

void model_features(Sheet& sheet, const Look& look, const Light& light) {
  const double u = sheet.unit;
  const auto bell = [&](double x, double y, double sx, double sy, double amount) {
    shade(sheet.pixels, sheet.at(x, y), sx * u, sy * u, amount);
  };
  const double mouth = mouth_height(look);
  const double fold = 0.05 + 0.1 * look.age;
  for (const double side : {-1.0, 1.0}) {
    bell(side * look.eye_distance, -0.005, 0.095, 0.055, -0.24);         // socket
    bell(side * (look.eye_distance - 0.10), -0.01, 0.035, 0.05, -0.16);  // beside the nose
    bell(side * look.eye_distance, 0.10, 0.08, 0.025, -0.05 - 0.08 * look.age);
    bell(side * 0.29, 0.24, 0.09, 0.07, 0.07);   // cheek bone
    bell(side * 0.36, 0.44, 0.05, 0.12, -0.07);  // hollow of the cheek
    for (int i = 0; i < 5; ++i) {                // the fold from the nose to the mouth's corner
      const double t = i / 4.0;
      bell(
          side * (look.nose_width * 1.2 + t * (look.mouth_width + 0.04 - look.nose_width * 1.2)),
          look.nose_length + t * (mouth - 0.04 - look.nose_length),
          0.020,
          0.028,
          -0.75 * fold);
    }
    bell(side * (look.mouth_width + 0.025), mouth, 0.025, 0.025, -0.12);
    bell(side * 0.06, look.nose_length * 0.5, 0.022, 0.12, -0.12 - 0.1 * side * light.x);
  }
  bell(0, -0.36, 0.2, 0.09, 0.07);                        // forehead
  bell(0, look.nose_length * 0.45, 0.022, 0.14, 0.10);    // bridge of the nose
  bell(0, look.nose_length - 0.05, 0.04, 0.035, 0.13);    // its tip
  bell(0, look.nose_length + 0.035, 0.09, 0.022, -0.26);  // its shadow
  bell(0, mouth - 0.075, 0.018, 0.03, -0.08);             // philtrum
  bell(0, mouth + 0.115, 0.10, 0.022, -0.20);             // below the lower lip
  bell(0, look.chin - 0.09, 0.09, 0.05, 0.07);            // chin
  bell(0, look.chin + 0.01, 0.25, 0.03, -0.18);           // its edge
}

void draw_nose(Sheet& sheet, const Look& look) {
  const double u = sheet.unit;
  const cv::Scalar dark = opaque(scaled(look.skin, 0.36));
  const cv::Scalar line = opaque(scaled(look.skin, 0.62));
  for (const double side : {-1.0, 1.0}) {
    const double w = side * look.nose_width;
    const double y = look.nose_length;
    stroke(
        sheet.pixels,
        {sheet.at(w * 0.88, y - 0.075),
         sheet.at(w * 1.0, y - 0.04),
         sheet.at(w * 0.98, y - 0.008),
         sheet.at(w * 0.78, y + 0.012)},
        0.013 * u,
        line);
    fill_ellipse(
        sheet.pixels, sheet.at(w * 0.46, y + 0.008), 0.034 * u, 0.015 * u, side * 12, dark);
  }
}

void draw_brows(Sheet& sheet, const Look& look) {
  const Colour colour = mix(look.hair, look.skin, 0.12);
  for (const double side : {-1.0, 1.0}) {
    const double inner = side * (look.eye_distance - 0.135);
    const double middle = side * (look.eye_distance + 0.03);
    const double outer = side * (look.eye_distance + 0.165);
    const double y = -look.brow_height;
    const double w = look.brow_weight;
    const Outline points = {
        sheet.at(inner, y + 0.012 + look.brow_tilt * 0.2 + w),
        sheet.at(inner, y + 0.012 + look.brow_tilt * 0.2 - w),
        sheet.at(middle, y - 0.03 - w * 1.1),
        sheet.at(outer, y + 0.025 - look.brow_tilt * 0.3),
        sheet.at(middle, y - 0.03 + w * 0.9)};
    cv::Mat cover = coverage(sheet.pixels.size(), smooth(points, 6));
    cv::GaussianBlur(cover, cover, cv::Size(0, 0), 0.006 * sheet.unit + 0.3);
    tint(sheet.pixels, cover, scaled(colour, 0.75), 0.92);
  }
}

void draw_hair_in_front(Sheet& sheet, const Look& look, const Light& light) {
  const double line = look.hairline;
  const double part = 0.28 * look.parting;
  const double drop = look.long_hair ? 0.30 : 0.06;
  const Outline points = {
      sheet.at(part, line - 0.02),
      sheet.at(part + 0.18, line + 0.03),
      sheet.at(0.40, line + 0.16),
      sheet.at(0.475, -0.02 + drop * 0.5),
      sheet.at(0.535, 0.02 + drop),
      sheet.at(0.585, -0.25),
      sheet.at(0.50, -0.62),
      sheet.at(0.26, -0.83),
      sheet.at(0, -0.88),
      sheet.at(-0.26, -0.83),
      sheet.at(-0.50, -0.62),
      sheet.at(-0.585, -0.25),
      sheet.at(-0.535, 0.02 + drop),
      sheet.at(-0.475, -0.02 + drop * 0.5),
      sheet.at(-0.40, line + 0.16),
      sheet.at(part - 0.18, line + 0.03)};
  const Outline outline = smooth(points, 8);
  fill(sheet.pixels, outline, opaque(look.hair));
  // Strands, cut off at the outline.
  const cv::Mat cover = coverage(sheet.pixels.size(), outline);
  cv::Mat strands(sheet.pixels.size(), CV_8UC1, cv::Scalar(0));
  Random random(name_hash("strands"));
  for (int i = 0; i < 70; ++i) {
    const double x = random.uniform(-0.58, 0.58);
    const double bend = x * random.uniform(0.2, 0.5);
    stroke(
        strands,
        {sheet.at(part + (x - part) * 0.35, -0.86 + 0.1 * x * x),
         sheet.at(part + (x - part) * 0.8, -0.62 + 0.2 * x * x),
         sheet.at(x + 0.3 * bend, line + 0.6 * std::abs(x))},
        1,
        cv::Scalar(random.uniform(60, 190)));
  }
  cv::bitwise_and(strands, cover, strands);
  tint(sheet.pixels, strands, mix(look.hair, {255, 240, 220}, 0.35), 0.5);
  shade(
      sheet.pixels,
      sheet.at(0.6 * light.x, -0.68),
      0.25 * sheet.unit,
      0.09 * sheet.unit,
      0.35 * light.strength);
}

}  // namespace

void draw_still_head(Sheet& sheet, const Look& look, const Light& light) {
  draw_hair_behind(sheet, look);
  if (!look.long_hair) {
    draw_ears(sheet, look);
  }
  light_skin(sheet, look, light);
  model_features(sheet, look, light);
  draw_nose(sheet, look);
  draw_brows(sheet, look);
  draw_hair_in_front(sheet, look, light);
}

}  // namespace sotto::datasets::synth
