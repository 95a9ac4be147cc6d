#include "datasets/faces/landmark_forest.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <dlib/image_processing/shape_predictor.h>
#include <dlib/serialize.h>

namespace sotto_faces {
namespace {

constexpr size_t kMostNumbers = size_t{1} << 16;
constexpr float kMostSteps = 32767;
constexpr size_t kCacheLine = 64;

size_t read_count(std::istream& in) {
  unsigned long count = 0;
  dlib::deserialize(count, in);
  if (count == 0 || count > kMostNumbers) {
    throw std::runtime_error("not a landmark model");
  }
  return count;
}

void expect(bool right) {
  if (!right) {
    throw std::runtime_error("not a landmark model");
  }
}

}  // namespace

LandmarkForest::LandmarkForest(std::istream& in) {
  int version = 0;
  dlib::deserialize(version, in);
  expect(version == 1);
  dlib::matrix<float, 0, 1> mean;
  dlib::deserialize(mean, in);
  mean_.assign(mean.begin(), mean.end());
  expect(!mean_.empty() && mean_.size() % 2 == 0);
  stages_.resize(read_count(in));
  for (Stage& stage : stages_) {
    read_forest(in, stage);
  }
  std::vector<std::vector<unsigned long>> anchors;
  std::vector<std::vector<dlib::vector<float, 2>>> offsets;
  dlib::deserialize(anchors, in);
  dlib::deserialize(offsets, in);
  expect(anchors.size() == stages_.size() && offsets.size() == stages_.size());
  for (size_t s = 0; s < stages_.size(); ++s) {
    Stage& stage = stages_[s];
    expect(anchors[s].size() == offsets[s].size() && anchors[s].size() < kMostNumbers);
    for (size_t i = 0; i < anchors[s].size(); ++i) {
      expect(anchors[s][i] < mean_.size() / 2);
      stage.anchors.push_back(static_cast<int32_t>(anchors[s][i]));
      stage.offsets.push_back(offsets[s][i].x());
      stage.offsets.push_back(offsets[s][i].y());
    }
    for (const Split& split : stage.splits) {
      expect(split.a < stage.anchors.size() && split.b < stage.anchors.size());
    }
  }
}

void LandmarkForest::read_forest(std::istream& in, Stage& stage) {
  const size_t trees = read_count(in);
  std::vector<float> shapes;
  for (size_t t = 0; t < trees; ++t) {
    dlib::impl::regression_tree tree;
    deserialize(tree, in);  // dlib declares it as a friend only
    leaves_ = leaves_ == 0 ? tree.leaf_values.size() : leaves_;
    // A walk ends at a leaf only in a full binary tree.
    expect(tree.leaf_values.size() == leaves_ && tree.splits.size() + 1 == leaves_);
    expect(leaves_ > 1 && (leaves_ & (leaves_ - 1)) == 0);
    for (const auto& split : tree.splits) {
      expect(split.idx1 < kMostNumbers && split.idx2 < kMostNumbers);
      stage.splits.push_back(
          {static_cast<uint16_t>(split.idx1), static_cast<uint16_t>(split.idx2), split.thresh});
    }
    for (const auto& leaf : tree.leaf_values) {
      expect(static_cast<size_t>(leaf.size()) == mean_.size());
      shapes.insert(shapes.end(), leaf.begin(), leaf.end());
    }
  }
  float largest = 0;
  for (const float value : shapes) {
    expect(std::isfinite(value));
    largest = std::max(largest, std::abs(value));
  }
  stage.step = std::max(largest, 1e-9F) / kMostSteps;
  stage.shapes.reserve(shapes.size());
  for (const float value : shapes) {
    stage.shapes.push_back(static_cast<int16_t>(std::lround(value / stage.step)));
  }
}

// The grey values at the places of a stage; black outside the picture.
void LandmarkForest::look(
    const GreyView& picture,
    const Box& box,
    const Stage& stage,
    const float* shape,
    float* greys) const {
  // How the face is turned and scaled against the mean face: the similarity nearest in squared
  // distance. Its shift does not matter here.
  const size_t n = mean_.size() / 2;
  float centre[4] = {};
  for (size_t i = 0; i < n; ++i) {
    centre[0] += mean_[2 * i];
    centre[1] += mean_[2 * i + 1];
    centre[2] += shape[2 * i];
    centre[3] += shape[2 * i + 1];
  }
  for (float& value : centre) {
    value /= static_cast<float>(n);
  }
  float along = 0;
  float across = 0;
  float size = 0;
  for (size_t i = 0; i < n; ++i) {
    const float x = mean_[2 * i] - centre[0];
    const float y = mean_[2 * i + 1] - centre[1];
    const float u = shape[2 * i] - centre[2];
    const float v = shape[2 * i + 1] - centre[3];
    along += x * u + y * v;
    across += x * v - y * u;
    size += x * x + y * y;
  }
  along /= size;
  across /= size;
  const auto width = static_cast<float>(box.right - box.left);
  const auto height = static_cast<float>(box.bottom - box.top);
  const auto left = static_cast<float>(box.left);
  const auto top = static_cast<float>(box.top);
  for (size_t i = 0; i < stage.anchors.size(); ++i) {
    const float dx = stage.offsets[2 * i];
    const float dy = stage.offsets[2 * i + 1];
    const float* anchor = shape + 2 * stage.anchors[i];
    const float x = left + width * (anchor[0] + along * dx - across * dy);
    const float y = top + height * (anchor[1] + across * dx + along * dy);
    const auto column = static_cast<long>(std::floor(x + 0.5F));
    const auto row = static_cast<long>(std::floor(y + 0.5F));
    const bool inside = column >= 0 && row >= 0 && column < picture.columns && row < picture.rows;
    greys[i] = inside ? static_cast<float>(picture.pixels[row * picture.stride + column]) : 0.0F;
  }
}

void LandmarkForest::fit(const GreyView& picture, const Box& box, double* points) const {
  const size_t numbers = mean_.size();
  std::vector<float> shape = mean_;
  std::vector<float> greys;
  std::vector<const int16_t*> found;
  std::vector<int32_t> steps(numbers);  // of as many trees as there may be
  for (const Stage& stage : stages_) {
    greys.resize(stage.anchors.size());
    look(picture, box, stage, shape.data(), greys.data());
    const size_t trees = stage.splits.size() / (leaves_ - 1);
    found.resize(trees);
    for (size_t t = 0; t < trees; ++t) {
      const Split* tree = stage.splits.data() + t * (leaves_ - 1);
      size_t node = 0;
      while (node < leaves_ - 1) {
        const Split& split = tree[node];
        const bool left = greys[split.a] - greys[split.b] > split.threshold;
        node = 2 * node + 2 - static_cast<size_t>(left);  // no branch: it would be guessed wrong
      }
      found[t] = stage.shapes.data() + (t * leaves_ + node - (leaves_ - 1)) * numbers;
      for (size_t i = 0; i < numbers; i += kCacheLine / sizeof(int16_t)) {
        __builtin_prefetch(found[t] + i);
      }
    }
    std::fill(steps.begin(), steps.end(), 0);
    for (size_t t = 0; t < trees; ++t) {
      const int16_t* leaf = found[t];
      int32_t* sum = steps.data();
      for (size_t i = 0; i < numbers; ++i) {
        sum[i] += leaf[i];
      }
    }
    for (size_t i = 0; i < numbers; ++i) {
      shape[i] += stage.step * static_cast<float>(steps[i]);
    }
  }
  for (size_t i = 0; i < numbers; i += 2) {
    points[i] = box.left + (box.right - box.left) * static_cast<double>(shape[i]);
    points[i + 1] = box.top + (box.bottom - box.top) * static_cast<double>(shape[i + 1]);
  }
}

}  // namespace sotto_faces
