#include "experiments/confidence_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "common/error.h"

namespace sotto::experiments {
namespace {

constexpr double kLeastWeight = 0.05;  // less is not worth looking for the evidence
constexpr size_t kInputs = 4;          // 1, tokens, readings, labels
using Vector = std::array<double, kInputs>;
using Matrix = std::array<Vector, kInputs>;

struct Example {
  Vector inputs;
  double right;
};

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < kInputs; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

/// -log of the probability that the logit gives to what happened, without overflow.
double surprise(double logit, double right) {
  return std::max(logit, 0.0) - logit * right + std::log1p(std::exp(-std::abs(logit)));
}

double objective(const std::vector<Example>& examples, const Vector& weights) {
  double sum = 0;
  for (const Example& example : examples) {
    sum += surprise(dot(weights, example.inputs), example.right);
  }
  for (size_t i = 1; i < kInputs; ++i) {
    sum += weights[i] * weights[i] / 2;
  }
  return sum;
}

/// Solves A x = b for a positive definite A by Cholesky's decomposition.
Vector solve(Matrix a, Vector b) {
  for (size_t j = 0; j < kInputs; ++j) {
    for (size_t k = 0; k < j; ++k) {
      for (size_t i = j; i < kInputs; ++i) {
        a[i][j] -= a[i][k] * a[j][k];
      }
    }
    const double root = std::sqrt(a[j][j]);
    for (size_t i = j; i < kInputs; ++i) {
      a[i][j] /= root;
    }
  }
  for (size_t i = 0; i < kInputs; ++i) {
    for (size_t k = 0; k < i; ++k) {
      b[i] -= a[i][k] * b[k];
    }
    b[i] /= a[i][i];
  }
  for (size_t i = kInputs; i-- > 0;) {
    for (size_t k = i + 1; k < kInputs; ++k) {
      b[i] -= a[k][i] * b[k];
    }
    b[i] /= a[i][i];
  }
  return b;
}

/// Newton's step towards the minimum of the objective over the weights that are in use.
Vector newton_step(
    const std::vector<Example>& examples,
    const Vector& weights,
    const std::array<bool, kInputs>& used) {
  Vector gradient = {};
  Matrix curvature = {};
  for (const Example& example : examples) {
    const double p = 1 / (1 + std::exp(-dot(weights, example.inputs)));
    for (size_t i = 0; i < kInputs; ++i) {
      gradient[i] += (p - example.right) * example.inputs[i];
      for (size_t j = 0; j < kInputs; ++j) {
        curvature[i][j] += p * (1 - p) * example.inputs[i] * example.inputs[j];
      }
    }
  }
  for (size_t i = 0; i < kInputs; ++i) {
    gradient[i] += i > 0 ? weights[i] : 0;
    curvature[i][i] += i > 0 ? 1 : 1e-9;
    if (!used[i]) {
      gradient[i] = 0;
      for (size_t j = 0; j < kInputs; ++j) {
        curvature[i][j] = curvature[j][i] = i == j ? 1 : 0;
      }
    }
  }
  return solve(curvature, gradient);
}

Vector minimise(const std::vector<Example>& examples, const std::array<bool, kInputs>& used) {
  Vector weights = {};
  double value = objective(examples, weights);
  for (int iteration = 0; iteration < 100; ++iteration) {
    const Vector step = newton_step(examples, weights, used);
    double length = 1;
    Vector next = weights;
    double next_value = value;
    for (; length > 1e-6; length /= 2) {  // convex: a short enough step goes down
      for (size_t i = 0; i < kInputs; ++i) {
        next[i] = weights[i] - length * step[i];
      }
      next_value = objective(examples, next);
      if (next_value <= value) {
        break;
      }
    }
    if (next_value > value - 1e-10) {
      break;
    }
    weights = next;
    value = next_value;
  }
  return weights;
}

/// The place of the smallest weight in use but the bias; 0 if there is none.
size_t least_used(const Vector& weights, const std::array<bool, kInputs>& used) {
  size_t least = 0;
  for (size_t i = 1; i < kInputs; ++i) {
    if (used[i] && (least == 0 || weights[i] < weights[least])) {
      least = i;
    }
  }
  return least;
}

/// Values that people may read.
double rounded(double value) {
  return std::round(value * 1e4) / 1e4 + 0.0;
}

}  // namespace

ModalityCalibration fit_confidence(const std::vector<JudgedEvidence>& words) {
  std::vector<Example> examples;
  std::array<bool, kInputs> used = {true, true, false, false};
  int64_t right = 0;
  for (const JudgedEvidence& word : words) {
    const EvidenceLogits logits = logits_of(word.evidence);
    examples.push_back(
        {{1, logits.tokens, logits.readings, logits.labels}, word.right ? 1.0 : 0.0});
    used[2] = used[2] || !std::isnan(word.evidence.readings);
    used[3] = used[3] || !std::isnan(word.evidence.labels);
    right += word.right ? 1 : 0;
  }
  const int64_t wrong = static_cast<int64_t>(words.size()) - right;
  if (std::min(right, wrong) < kFewestToFit) {
    throw DataError(
        "calibration: expected at least " + std::to_string(kFewestToFit) +
        " right and as many wrong words, got " + std::to_string(right) + " and " +
        std::to_string(wrong) + "; take more clips, or noise that makes errors");
  }
  Vector weights = minimise(examples, used);
  for (size_t least = least_used(weights, used); least != 0 && weights[least] < kLeastWeight;
       least = least_used(weights, used)) {
    used[least] = false;
    weights = minimise(examples, used);
  }
  ModalityCalibration calibration;
  calibration.fitted = true;
  calibration.bias = rounded(weights[0]);
  calibration.tokens = rounded(weights[1]);
  calibration.readings = rounded(weights[2]);
  calibration.labels = rounded(weights[3]);
  return calibration;
}

}  // namespace sotto::experiments
