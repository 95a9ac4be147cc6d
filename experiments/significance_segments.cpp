#include "experiments/significance_segments.h"

#include <cmath>
#include <limits>

namespace sotto::experiments {
namespace {

constexpr int64_t kBoundary = 2;  // units in a row that both have right

/// A system's errors along the reference.
struct Course {
  std::vector<bool> wrong;        ///< for each unit of the reference
  std::vector<int64_t> inserted;  ///< before each unit, and behind the last
};

Course course_of(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& hypothesis,
    EditCosts costs) {
  Course course;
  course.inserted.push_back(0);
  for (const AlignedUnit& column : align_edits(reference, hypothesis, costs)) {
    if (column.reference.empty()) {
      ++course.inserted.back();
    } else {
      course.wrong.push_back(column.reference != column.hypothesis);
      course.inserted.push_back(0);
    }
  }
  return course;
}

/// Gathers errors into segments.
class Segments {
 public:
  void err(int64_t a, int64_t b) {
    open_ = open_ || a + b > 0;
    right_ = a + b > 0 ? 0 : right_;
    errors_.a += a;
    errors_.b += b;
  }
  void right() {
    if (++right_ == kBoundary) {
      end();
    }
  }
  void end() {
    if (open_) {
      segments_.push_back(errors_);
    }
    open_ = false;
    errors_ = {};
  }
  std::vector<SegmentErrors> take() { return std::move(segments_); }

 private:
  bool open_ = false;
  int64_t right_ = 0;
  SegmentErrors errors_;
  std::vector<SegmentErrors> segments_;
};

}  // namespace

std::vector<SegmentErrors> error_segments(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& a,
    const std::vector<std::string>& b,
    EditCosts costs) {
  const Course of_a = course_of(reference, a, costs);
  const Course of_b = course_of(reference, b, costs);
  Segments segments;
  for (size_t i = 0; i <= reference.size(); ++i) {
    segments.err(of_a.inserted[i], of_b.inserted[i]);
    if (i == reference.size()) {
      break;
    }
    if (of_a.wrong[i] || of_b.wrong[i]) {
      segments.err(of_a.wrong[i] ? 1 : 0, of_b.wrong[i] ? 1 : 0);
    } else {
      segments.right();
    }
  }
  segments.end();
  return segments.take();
}

SegmentTest test_segments(const std::vector<SegmentErrors>& segments) {
  SegmentTest test;
  test.segments = static_cast<int64_t>(segments.size());
  for (const SegmentErrors& segment : segments) {
    test.a += segment.a;
    test.b += segment.b;
  }
  const auto n = static_cast<double>(segments.size());
  test.mean = segments.empty() ? 0 : static_cast<double>(test.a - test.b) / n;
  double squares = 0;
  for (const SegmentErrors& segment : segments) {
    const double off = static_cast<double>(segment.a - segment.b) - test.mean;
    squares += off * off;
  }
  test.deviation = segments.size() < 2 ? 0 : std::sqrt(squares / (n - 1));
  if (test.deviation > 0) {
    test.z = test.mean / (test.deviation / std::sqrt(n));
    test.p = std::erfc(std::abs(test.z) / std::sqrt(2.0));
  } else if (test.mean != 0) {
    test.z = test.p = std::numeric_limits<double>::quiet_NaN();
  }
  return test;
}

}  // namespace sotto::experiments
