#include "datasets/cut_out.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace sotto::datasets {
namespace {

struct Rectangle {
  int64_t top;
  int64_t left;
  int64_t height;
  int64_t width;
};

Rectangle draw_rectangle(const CutOutOptions& options, int64_t S, Random& random) {
  const int64_t least = std::lround(options.least * static_cast<double>(S));
  const int64_t most = std::lround(options.most * static_cast<double>(S));
  Rectangle drawn = {};
  drawn.height = least + random.below(most - least + 1);
  drawn.width = least + random.below(most - least + 1);
  drawn.top = random.below(S - drawn.height + 1);
  drawn.left = random.below(S - drawn.width + 1);
  return drawn;
}

}  // namespace

void CutOutOptions::visit(OptionVisitor& v) {
  v.field("count", count, between(0, 100), "rectangles", "how many are cut out; 0: none");
  v.field("least", least, between(0, 1), "of the side", "shortest side of one");
  v.field("most", most, between(0, 1), "of the side", "longest side of one");
  v.field("every_frame", every_frame, "drawn anew for every picture rather than once a clip");
}

void CutOutOptions::validate() const {
  if (least > most) {
    throw ConfigError("augment.cut_out: expected least not to be above most");
  }
}

void cut_out(
    const CutOutOptions& options,
    float* pictures,
    int64_t T,
    int64_t C,
    int64_t S,
    Random& random) {
  for (int64_t i = 0; i < options.count; ++i) {
    Rectangle hole = {};
    for (int64_t t = 0; t < T; ++t) {
      if (t == 0 || options.every_frame) {
        hole = draw_rectangle(options, S, random);
      }
      for (int64_t row = 0; row < C * hole.height; ++row) {
        const int64_t picture = t * C + row / hole.height;
        const int64_t y = hole.top + row % hole.height;
        std::fill_n(pictures + (picture * S + y) * S + hole.left, hole.width, 0.0F);
      }
    }
  }
}

}  // namespace sotto::datasets
