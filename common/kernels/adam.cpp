#include "common/kernels/adam.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "common/kernels/training.h"

namespace sotto {
namespace {

constexpr int64_t kPiece = 1 << 16;  // elements that one thread takes at a time

/// A stretch of one tensor.
struct Piece {
  size_t tensor;
  int64_t begin;
  int64_t end;
};

std::vector<Piece> pieces_of(const std::vector<int64_t>& sizes) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < sizes.size(); ++i) {
    for (int64_t begin = 0; begin < sizes[i]; begin += kPiece) {
      pieces.push_back({i, begin, std::min(sizes[i], begin + kPiece)});
    }
  }
  return pieces;
}

bool plain_floats(const at::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.layout() == at::kStrided;
}

AdamStep step_of(const AdamRow& row, const AdamRule& rule, double factor) {
  const auto t = static_cast<double>(row.step);
  AdamStep step = {};
  step.keep = static_cast<float>(rule.decoupled ? 1 - row.rate * row.decay : 1.0);
  step.decay = static_cast<float>(rule.decoupled ? 0.0 : row.decay);
  step.gradient = static_cast<float>(factor);
  step.beta1 = static_cast<float>(rule.beta1);
  step.rest1 = static_cast<float>(1 - rule.beta1);
  step.beta2 = static_cast<float>(rule.beta2);
  step.rest2 = static_cast<float>(1 - rule.beta2);
  step.rate = static_cast<float>(row.rate / (1 - std::pow(rule.beta1, t)));
  step.root_scale = static_cast<float>(1 / std::sqrt(1 - std::pow(rule.beta2, t)));
  step.epsilon = static_cast<float>(rule.epsilon);
  return step;
}

/// Lists of tensors that share all numbers of a step.
struct Lists {
  double rate;
  double decay;
  int64_t step;
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> gradients;
  std::vector<at::Tensor> averages;
  std::vector<at::Tensor> squares;
};

std::vector<Lists> lists_of(const std::vector<AdamRow>& rows) {
  std::vector<Lists> all;
  for (const AdamRow& row : rows) {
    auto found = std::find_if(all.begin(), all.end(), [&](const Lists& lists) {
      return lists.rate == row.rate && lists.decay == row.decay && lists.step == row.step;
    });
    if (found == all.end()) {
      all.push_back({row.rate, row.decay, row.step, {}, {}, {}, {}});
      found = all.end() - 1;
    }
    found->weights.push_back(row.weight);
    found->gradients.push_back(row.gradient);
    found->averages.push_back(row.average);
    found->squares.push_back(row.square);
  }
  return all;
}

}  // namespace

void adam_step(const std::vector<AdamRow>& rows, const AdamRule& rule, const at::Tensor& factor) {
  const at::NoGradGuard no_grad;
  const bool own = std::all_of(rows.begin(), rows.end(), [](const AdamRow& row) {
    return plain_floats(row.weight) && row.weight.is_non_overlapping_and_dense() &&
           plain_floats(row.average) && row.average.strides() == row.weight.strides() &&
           plain_floats(row.square) && row.square.strides() == row.weight.strides() &&
           plain_floats(row.gradient);
  });
  if (!own) {
    adam_step_plain(rows, rule, factor);
    return;
  }
  const double scale = factor.defined() ? factor.item<double>() : 1.0;
  std::vector<AdamStep> steps;
  std::vector<at::Tensor> gradients;
  std::vector<int64_t> sizes;
  for (const AdamRow& row : rows) {
    steps.push_back(step_of(row, rule, scale));
    sizes.push_back(row.weight.numel());
    gradients.push_back(
        row.gradient.strides() == row.weight.strides()
            ? row.gradient
            : at::empty_like(row.weight).copy_(row.gradient));
  }
  const std::vector<Piece> pieces = pieces_of(sizes);
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Piece& piece = pieces[static_cast<size_t>(i)];
      const AdamRow& row = rows[piece.tensor];
      training_kernels().adam(
          piece.end - piece.begin, steps[piece.tensor],
          gradients[piece.tensor].data_ptr<float>() + piece.begin,
          row.weight.data_ptr<float>() + piece.begin, row.average.data_ptr<float>() + piece.begin,
          row.square.data_ptr<float>() + piece.begin);
    }
  });
  for (const AdamRow& row : rows) {
    row.weight.unsafeGetTensorImpl()->bump_version();  // as every operation in place does
  }
}

void adam_step_plain(
    const std::vector<AdamRow>& rows, const AdamRule& rule, const at::Tensor& factor) {
  const at::NoGradGuard no_grad;
  for (Lists& lists : lists_of(rows)) {
    if (factor.defined()) {
      for (at::Tensor& gradient : lists.gradients) {
        gradient = gradient * factor;
      }
    }
    const auto t = static_cast<double>(lists.step);
    if (rule.decoupled) {
      at::_foreach_mul_(lists.weights, 1 - lists.rate * lists.decay);
    } else if (lists.decay > 0) {
      lists.gradients = at::_foreach_add(lists.gradients, lists.weights, lists.decay);
    }
    at::_foreach_mul_(lists.averages, rule.beta1);
    at::_foreach_add_(lists.averages, lists.gradients, 1 - rule.beta1);
    at::_foreach_mul_(lists.squares, rule.beta2);
    at::_foreach_addcmul_(lists.squares, lists.gradients, lists.gradients, 1 - rule.beta2);
    std::vector<at::Tensor> roots = at::_foreach_sqrt(lists.squares);
    at::_foreach_div_(roots, std::sqrt(1 - std::pow(rule.beta2, t)));
    at::_foreach_add_(roots, rule.epsilon);
    at::_foreach_addcdiv_(
        lists.weights, lists.averages, roots, -lists.rate / (1 - std::pow(rule.beta1, t)));
  }
}

at::Tensor norm_of_all(const std::vector<at::Tensor>& tensors) {
  const at::NoGradGuard no_grad;
  TORCH_CHECK(!tensors.empty(), "norm_of_all: expected tensors, got none");
  const bool own = std::all_of(tensors.begin(), tensors.end(), [](const at::Tensor& x) {
    return plain_floats(x) && x.is_non_overlapping_and_dense();
  });
  if (!own) {
    return at::stack(at::_foreach_norm(tensors)).norm();
  }
  std::vector<int64_t> sizes;
  for (const at::Tensor& x : tensors) {
    sizes.push_back(x.numel());
  }
  // A sum a piece, added in their order: the same number for any number of threads.
  const std::vector<Piece> pieces = pieces_of(sizes);
  std::vector<double> sums(pieces.size());
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Piece& piece = pieces[static_cast<size_t>(i)];
      sums[static_cast<size_t>(i)] = training_kernels().square_sum(
          tensors[piece.tensor].data_ptr<float>() + piece.begin, piece.end - piece.begin);
    }
  });
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return at::full({}, std::sqrt(total), tensors.front().options());
}

at::Tensor clip_factor(const at::Tensor& norm, double limit) {
  return (limit / (norm + 1e-6)).clamp_max(1.0);
}

}  // namespace sotto
