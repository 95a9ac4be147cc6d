#include "common/kernels/packed_matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "common/kernels/onednn.h"
#include "common/kernels/recent.h"
#include "common/kernels/vector.h"

namespace sotto {
namespace {

using dnnl::memory;
using Type = memory::data_type;

struct Types {
  Type input;
  Type output;
};

Types types_of(Precision precision) {
  switch (precision) {
    case Precision::kBfloat16:
      return {Type::bf16, Type::f32};
    case Precision::kInt8:
      return {Type::s8, Type::s32};
    case Precision::kFloat32:
      break;
  }
  return {Type::f32, Type::f32};
}

memory::desc rows_of(int64_t rows, int64_t columns, Type type) {
  return {{rows, columns}, type, memory::format_tag::ab};
}

/// A product for one number of rows. Layers of equal shape share it.
struct Product {
  memory::desc source;
  memory::desc target;
  memory::desc scratchpad;
  dnnl::matmul primitive;
};

using ProductKey = std::tuple<int64_t, int64_t, int64_t, Precision, bool, FusedActivation>;

/// Products by shape: making one takes longer than running it. Clips of other lengths have other
/// shapes, so those of some tens of lengths are kept, not all.
Recent<ProductKey, Product>& products() {
  static Recent<ProductKey, Product> recent(256);
  return recent;
}

/// @param packed  the weight's layout
std::shared_ptr<const Product> product_of(
    int64_t M,
    int64_t K,
    int64_t N,
    Precision precision,
    bool has_bias,
    FusedActivation activation,
    const memory::desc& packed) {
  return products().get({M, K, N, precision, has_bias, activation}, [&] {
    const Types types = types_of(precision);
    dnnl::primitive_attr attributes;
    dnnl::post_ops operations;
    onednn::append_activation(operations, activation);
    attributes.set_post_ops(operations);
    const auto description = onednn::matmul(
        rows_of(M, K, types.input), packed, has_bias ? rows_of(1, N, Type::f32) : memory::desc(),
        rows_of(M, N, types.output), attributes);
    return Product{
        description.src_desc(), description.dst_desc(), description.scratchpad_desc(),
        dnnl::matmul(description)};
  });
}

/// How many rows of so many values are worth a thread of their own.
int64_t rows_a_thread(int64_t values) { return std::max<int64_t>(1, 16384 / values); }

/// The layout that oneDNN wants for a weight; asked for with a beam's number of rows, and good for
/// any.
memory::desc packed_layout(int64_t K, int64_t N, Precision precision) {
  constexpr int64_t kRows = 40;
  const Types types = types_of(precision);
  return onednn::matmul(
             rows_of(kRows, K, types.input),
             {{K, N}, types.input, memory::format_tag::any}, {}, rows_of(kRows, N, types.output),
             {})
      .weights_desc();
}

}  // namespace

struct PackedMatrix::Implementation {
  Precision precision;
  int64_t N;
  int64_t K;
  memory::desc layout;
  std::shared_ptr<void> block;
  memory weight;
  at::Tensor bias;    // (N) or undefined
  at::Tensor scales;  // (N): what one step of an int8 weight is worth
};

PackedMatrix::PackedMatrix(const at::Tensor& weight, const at::Tensor& bias, Precision precision)
    : implementation_(std::make_unique<Implementation>()) {
  TORCH_CHECK(
      weight.dim() == 2 && weight.scalar_type() == at::kFloat && weight.device().is_cpu(),
      "PackedMatrix: expected a weight (N, K) in float32 on the host, got ", weight.sizes());
  Implementation& own = *implementation_;
  own.precision = precision;
  own.N = weight.size(0);
  own.K = weight.size(1);
  own.layout = packed_layout(own.K, own.N, precision);
  own.block = onednn::large_block(own.layout.get_size());
  own.weight = memory(own.layout, onednn::engine(), own.block.get());
  if (bias.defined()) {
    own.bias = bias.detach().to(at::kFloat).contiguous().clone();
  }
  // As a linear layer has it, (N, K), the weight is the transpose of what a product takes.
  at::Tensor plain = weight.detach().contiguous();
  Type type = Type::f32;
  if (precision == Precision::kInt8) {
    own.scales = plain.abs().amax(1).clamp_min(1e-30) / 127;
    plain = at::round(plain / own.scales.unsqueeze(1)).to(at::kChar);
    type = Type::s8;
  }
  memory source(
      {{own.K, own.N}, type, memory::format_tag::ba}, onednn::engine(), plain.data_ptr());
  dnnl::reorder(source, own.weight).execute(onednn::stream(), source, own.weight);
  onednn::stream().wait();
}

PackedMatrix::~PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;

size_t PackedMatrix::bytes() const { return implementation_->layout.get_size(); }

at::Tensor PackedMatrix::multiply(const at::Tensor& input, FusedActivation activation) const {
  const Implementation& own = *implementation_;
  TORCH_CHECK(
      input.dim() > 0 && input.size(-1) == own.K && input.scalar_type() == at::kFloat,
      "PackedMatrix: expected x (..., ", own.K, ") in float32, got ", input.sizes());
  at::Tensor x = input.contiguous();
  const int64_t M = x.numel() / own.K;
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = own.N;
  at::Tensor y = at::empty(shape, x.options());
  if (M == 0) {
    return y;
  }
  const bool is_int8 = own.precision == Precision::kInt8;
  const bool has_bias = own.bias.defined() && !is_int8;
  at::Tensor scales;
  at::Tensor sums = y;
  if (is_int8) {
    at::Tensor steps = at::empty(x.sizes(), x.options().dtype(at::kChar));
    scales = at::empty({M}, x.options());
    at::parallel_for(0, M, rows_a_thread(own.K), [&](int64_t begin, int64_t end) {
      vector_kernels().quantise_rows(
          x.data_ptr<float>() + begin * own.K, end - begin, own.K,
          steps.data_ptr<int8_t>() + begin * own.K, scales.data_ptr<float>() + begin);
    });
    x = steps;
    sums = at::empty({M, own.N}, x.options().dtype(at::kInt));
  } else if (own.precision == Precision::kBfloat16) {
    x = x.to(at::kBFloat16);
  }
  const auto product = product_of(
      M, own.K, own.N, own.precision, has_bias,
      is_int8 ? FusedActivation::kNone : activation, own.layout);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, memory(product->source, onednn::engine(), x.data_ptr())},
      {DNNL_ARG_WEIGHTS, own.weight},
      {DNNL_ARG_SCRATCHPAD, onednn::scratchpad(product->scratchpad)},
      {DNNL_ARG_DST, memory(product->target, onednn::engine(), sums.data_ptr())}};
  if (has_bias) {
    arguments.emplace(
        DNNL_ARG_BIAS,
        memory(rows_of(1, own.N, Type::f32), onednn::engine(), own.bias.data_ptr()));
  }
  product->primitive.execute(onednn::stream(), arguments);
  onednn::stream().wait();
  if (is_int8) {
    at::parallel_for(0, M, rows_a_thread(own.N), [&](int64_t begin, int64_t end) {
      vector_kernels().dequantise_rows(
          sums.data_ptr<int32_t>() + begin * own.N, end - begin, own.N,
          scales.data_ptr<float>() + begin, own.scales.data_ptr<float>(),
          own.bias.defined() ? own.bias.data_ptr<float>() : nullptr, activation,
          y.data_ptr<float>() + begin * own.N);
    });
  }
  return y;
}

std::string onednn_version() {
  const dnnl_version_t* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
}

}  // namespace sotto
