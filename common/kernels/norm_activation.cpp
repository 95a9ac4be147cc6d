#include "common/kernels/norm_activation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

#include "common/kernels/linear.h"
#include "common/kernels/training.h"

namespace sotto {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

using Rows = std::vector<std::pair<int64_t, int64_t>>;

/// x as (rows, C): channels moved last, which is how it lies in memory.
at::Tensor as_rows(const at::Tensor& x) {
  return x.movedim(1, -1).reshape({-1, x.size(1)});  // a view: lies_in_rows
}

Numbers rows_of(const at::Tensor& x, int64_t first, int64_t C) {
  if (!x.defined()) {
    return {};
  }
  return {
      static_cast<const char*>(x.data_ptr()) + first * C * x.element_size(),
      x.scalar_type() == at::kBFloat16};
}
NumbersOut rows_out(const at::Tensor& x, int64_t first, int64_t C) {
  if (!x.defined()) {
    return {};
  }
  return {
      static_cast<char*>(x.data_ptr()) + first * C * x.element_size(),
      x.scalar_type() == at::kBFloat16};
}

/// Pieces of about 64 K numbers: the same for any number of threads, as are sums over them.
Rows pieces_of(const Rows& rows, int64_t C) {
  const int64_t length = std::max<int64_t>(32, (1 << 16) / C);
  Rows pieces;
  for (const auto& [first, last] : rows) {
    for (int64_t begin = first; begin < last; begin += length) {
      pieces.emplace_back(begin, std::min(last, begin + length));
    }
  }
  return pieces;
}

void for_pieces(const Rows& pieces, const std::function<void(size_t, int64_t, int64_t)>& work) {
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto& [first, last] = pieces[static_cast<size_t>(i)];
      work(static_cast<size_t>(i), first, last - first);
    }
  });
}

void zero_outside(const at::Tensor& x, const Rows& rows) {
  int64_t before = 0;
  for (const auto& [first, last] : rows) {
    x.narrow(0, before, first - before).zero_();
    before = last;
  }
  x.narrow(0, before, x.size(0) - before).zero_();
}

/// What the backward pass reads again.
struct Saved : torch::CustomClassHolder {
  Rows rows;
  bool counts = true;
  std::function<void(at::Tensor&)> reduce;
  FusedActivation activation = FusedActivation::kNone;
  at::ScalarType out = at::kFloat;
  double count = 0;  ///< of rows, in all processes
};

/// A form whose numbers lie in tensors that outlive it.
NormActivation form_of(
    const at::Tensor& mean,
    const at::Tensor& inverse,
    const at::Tensor& weight,
    const at::Tensor& bias,
    const at::Tensor& slopes,
    FusedActivation activation) {
  return {
      mean.size(0),
      mean.data_ptr<float>(),
      inverse.data_ptr<float>(),
      weight.data_ptr<float>(),
      bias.data_ptr<float>(),
      slopes.defined() ? slopes.data_ptr<float>() : nullptr,
      activation};
}

class NormActivationFunction : public torch::autograd::Function<NormActivationFunction> {
 public:
  /// The list holds what may be undefined: slopes and residual.
  static at::Tensor forward(
      AutogradContext* context,
      const at::Tensor& input,
      const at::Tensor& weight,
      const at::Tensor& bias,
      const c10::optional<at::Tensor>& slopes_given,
      const c10::optional<at::Tensor>& residual_given,
      const NormCall* norm,
      FusedActivation activation) {
    const at::Tensor x = as_rows(input);
    const at::Tensor slopes = slopes_given.value_or(at::Tensor());
    const at::Tensor residual =
        residual_given.has_value() ? as_rows(*residual_given) : at::Tensor();
    const int64_t C = x.size(1);
    auto saved = c10::make_intrusive<Saved>();
    saved->rows = norm->rows.empty() ? Rows{{0, x.size(0)}} : norm->rows;
    saved->counts = norm->counts;
    saved->reduce = norm->reduce;
    saved->activation = activation;
    const Rows pieces = pieces_of(saved->rows, C);

    // The mean so far is the pivot, the same in all processes.
    const at::Tensor pivot = norm->running_mean.clone();
    at::Tensor sums = at::zeros({2 * C + 1}, at::kDouble);
    if (norm->counts) {
      std::vector<double> parts(pieces.size() * static_cast<size_t>(2 * C));
      for_pieces(pieces, [&](size_t i, int64_t first, int64_t count) {
        double* own = parts.data() + i * static_cast<size_t>(2 * C);
        training_kernels().moments(
            rows_of(x, first, C), count, C, pivot.data_ptr<float>(), own, own + C);
      });
      auto* total = sums.data_ptr<double>();
      for (size_t i = 0; i < parts.size(); ++i) {
        total[i % static_cast<size_t>(2 * C)] += parts[i];
      }
      for (const auto& [first, last] : saved->rows) {
        total[2 * C] += static_cast<double>(last - first);
      }
    }
    if (norm->reduce) {
      norm->reduce(sums);
    }
    const at::Tensor mean = at::empty({C}, at::kFloat);
    const at::Tensor inverse = at::empty({C}, at::kFloat);
    const double n = std::max(1.0, sums[2 * C].item<double>());
    saved->count = n;
    {
      const auto* total = sums.data_ptr<double>();
      auto* running_mean = norm->running_mean.data_ptr<float>();
      auto* running_var = norm->running_var.data_ptr<float>();
      const auto* around = pivot.data_ptr<float>();
      for (int64_t c = 0; c < C; ++c) {
        const double apart = total[c] / n;
        const double variance = std::max(0.0, total[C + c] / n - apart * apart);
        const double middle = apart + static_cast<double>(around[c]);
        mean.data_ptr<float>()[c] = static_cast<float>(middle);
        inverse.data_ptr<float>()[c] = static_cast<float>(1 / std::sqrt(variance + norm->epsilon));
        const double m = norm->momentum;
        running_mean[c] = static_cast<float>((1 - m) * static_cast<double>(running_mean[c]) + m * middle);
        running_var[c] = static_cast<float>(
            (1 - m) * static_cast<double>(running_var[c]) + m * variance * n / std::max(1.0, n - 1));
      }
    }
    const at::ScalarType type = x.scalar_type() == at::kBFloat16 ? at::kBFloat16 : norm->out;
    saved->out = type;
    const at::Tensor result = at::empty_like(input, input.options().dtype(type));
    const at::Tensor y = as_rows(result);
    const NormActivation form = form_of(mean, inverse, weight, bias, slopes, activation);
    for_pieces(pieces, [&](size_t, int64_t first, int64_t count) {
      training_kernels().norm_activation(
          form, rows_of(x, first, C), rows_of(residual, first, C), count, rows_out(y, first, C));
    });
    zero_outside(y, saved->rows);
    context->save_for_backward(
        {input, weight, bias, slopes, residual_given.value_or(at::Tensor()), mean, inverse});
    context->saved_data["saved"] = c10::IValue::make_capsule(saved);
    return result;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved =
        c10::static_intrusive_pointer_cast<Saved>(context->saved_data["saved"].toCapsule());
    const variable_list tensors = context->get_saved_variables();
    const at::Tensor& input = tensors[0];
    const at::Tensor& weight = tensors[1];
    const at::Tensor& slopes = tensors[3];
    const bool added = tensors[4].defined();
    const at::Tensor x = as_rows(input);
    const at::Tensor residual = added ? as_rows(tensors[4]) : at::Tensor();
    const int64_t C = x.size(1);
    // In the numbers of y, and where x lies.
    at::Tensor incoming = gradients[0];
    if (incoming.scalar_type() != saved->out || incoming.strides() != input.strides()) {
      incoming = at::empty_like(input, input.options().dtype(saved->out)).copy_(incoming);
    }
    const at::Tensor dy = as_rows(incoming);
    const at::Tensor residual_gradient = added ? at::empty_like(tensors[4]) : at::Tensor();
    const at::Tensor inner = added ? as_rows(residual_gradient) : at::Tensor();
    const NormActivation form =
        form_of(tensors[5], tensors[6], weight, tensors[2], slopes, saved->activation);
    const Rows pieces = pieces_of(saved->rows, C);
    const auto width = static_cast<size_t>(3 * C);
    std::vector<double> parts(pieces.size() * width);
    for_pieces(pieces, [&](size_t i, int64_t first, int64_t count) {
      double* own = parts.data() + i * width;
      training_kernels().norm_activation_sums(
          form, rows_of(x, first, C), rows_of(residual, first, C), rows_of(dy, first, C), count,
          rows_out(inner, first, C), own, own + C, own + 2 * C);
    });
    at::Tensor sums = at::zeros({3 * C}, at::kDouble);
    for (size_t i = 0; i < parts.size(); ++i) {
      sums.data_ptr<double>()[i % width] += parts[i];
    }
    const at::Tensor own = sums.to(at::kFloat);  // gradients are summed over processes elsewhere
    at::Tensor both = sums.narrow(0, 0, 2 * C);
    if (saved->reduce) {
      saved->reduce(both);
    }
    const at::Tensor means = (saved->counts ? both / saved->count : both * 0).to(at::kFloat);
    at::Tensor x_gradient;
    if (context->needs_input_grad(0)) {
      x_gradient = at::empty_like(input);
      const at::Tensor dx = as_rows(x_gradient);
      for_pieces(pieces, [&](size_t, int64_t first, int64_t count) {
        training_kernels().norm_activation_gradient(
            form, rows_of(x, first, C), rows_of(residual, first, C), rows_of(dy, first, C),
            rows_of(inner, first, C), means.data_ptr<float>(), means.data_ptr<float>() + C, count,
            rows_out(dx, first, C));
      });
      zero_outside(dx, saved->rows);
    }
    if (added) {
      zero_outside(inner, saved->rows);
    }
    const auto part = [&](int64_t which) { return own.narrow(0, which * C, C); };
    return {x_gradient, part(1), part(0), slopes.defined() ? part(2) : at::Tensor(),
            residual_gradient, {}, {}};
  }
};

}  // namespace

at::Tensor activate(const at::Tensor& x, const NormTail& tail) {
  return tail.slopes.defined() ? at::prelu(x, tail.slopes) : activate(x, tail.activation);
}

bool lies_in_rows(const at::Tensor& x) {
  return x.device().is_cpu() && x.layout() == at::kStrided && x.dim() >= 2 &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) &&
         x.movedim(1, -1).is_contiguous();
}

at::Tensor norm_activation(const at::Tensor& x, const NormCall& norm, const NormTail& tail) {
  const auto given = [](const at::Tensor& tensor) {
    return tensor.defined() ? c10::optional<at::Tensor>(tensor) : c10::optional<at::Tensor>();
  };
  TORCH_CHECK(lies_in_rows(x), "norm_activation: expected rows of channels, got ", x.sizes());
  at::Tensor residual = tail.residual;
  if (residual.defined()) {
    TORCH_CHECK(
        residual.sizes() == x.sizes(), "norm_activation: expected a residual of ", x.sizes(), ", got ",
        residual.sizes());
    const at::ScalarType type = x.scalar_type() == at::kBFloat16 ? x.scalar_type() : norm.out;
    residual = residual.to(type);
    if (!lies_in_rows(residual)) {
      residual = residual.movedim(1, -1).contiguous().movedim(-1, 1);
    }
  }
  return NormActivationFunction::apply(
      x, norm.weight, norm.bias, given(tail.slopes), given(residual), &norm, tail.activation);
}

at::Tensor norm_activation_plain(const at::Tensor& x, const NormCall& norm, const NormTail& tail) {
  const at::Tensor wide = x.to(at::kFloat);
  at::Tensor y = at::batch_norm(
      wide, norm.weight, norm.bias, norm.running_mean, norm.running_var, /*training=*/true,
      norm.momentum, norm.epsilon, /*cudnn_enabled=*/true);
  y = tail.residual.defined() ? y + tail.residual : y;
  return activate(y, tail).to(x.scalar_type() == at::kBFloat16 ? x.scalar_type() : norm.out);
}

}  // namespace sotto
