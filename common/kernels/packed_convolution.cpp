#include "common/kernels/packed_convolution.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <list>
#include <map>
#include <optional>
#include <string>

#include "common/kernels/onednn.h"
#include "common/kernels/recent.h"
#include "common/kernels/thin_convolution.h"
#include "common/kernels/vector.h"
#include "common/kernels/winograd.h"

namespace sotto {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Type = memory::data_type;

Tag plain_tag(size_t dimensions) {
  return dimensions == 3 ? Tag::abc : dimensions == 4 ? Tag::abcd : Tag::abcde;
}

Tag channels_last_tag(size_t dimensions) {
  return dimensions == 3 ? Tag::acb : dimensions == 4 ? Tag::acdb : Tag::acdeb;
}

memory::dims dims_of(const memory::desc& layout) {
#if DNNL_VERSION_MAJOR >= 3
  return layout.get_dims();
#else
  return layout.dims();
#endif
}

memory in_layout(const memory& x, const memory::desc& layout) {
  if (x.get_desc() == layout) {
    return x;
  }
  memory y(layout, onednn::engine());
  memory source = x;
  dnnl::reorder(source, y).execute(onednn::stream(), source, y);
  onednn::stream().wait();
  return y;
}

bool is_slow(const dnnl::primitive_desc_base& description) {
  return std::string(description.impl_info_str()).find("ref") != std::string::npos;
}

memory::dims pooled_sizes(memory::dims sizes) {
  sizes[2] = pooled(sizes[2]);
  sizes[3] = pooled(sizes[3]);
  return sizes;
}

memory max_pool(const memory& x) {
  const memory::desc source = x.get_desc();
  const memory::desc target(pooled_sizes(dims_of(source)), onednn::type_of(source), Tag::any);
  const auto description = onednn::max_pooling(source, target, {2, 2}, {3, 3}, {1, 1});
  memory y(description.dst_desc(), onednn::engine());
  dnnl::pooling_forward(description)
      .execute(onednn::stream(), {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}});
  onednn::stream().wait();
  return y;
}

/// act(y + residual) over whole buffers of one layout, whose padding (if any) stays zero.
void finish(const memory& y, const memory& residual, FusedActivation activation) {
  const auto count = static_cast<int64_t>(y.get_desc().get_size() / sizeof(float));
  const auto* addition =
      static_cast<const float*>(residual ? residual.get_data_handle() : nullptr);
  auto* results = static_cast<float*>(y.get_data_handle());
  constexpr int64_t kAThread = 16384;
  at::parallel_for(0, count, kAThread, [&](int64_t begin, int64_t end) {
    vector_kernels().add_and_activate(
        addition == nullptr ? nullptr : addition + begin, end - begin, activation, results + begin);
  });
}

}  // namespace

struct FeatureMap::Implementation {
  at::Tensor given;  // what it was made from
  memory data;       // else: what a convolution made

  /// As oneDNN takes it; values of `given` that lie over each other are taken apart.
  struct Operand {
    memory data;
    at::Tensor owner;
  };
  Operand operand() const {
    if (!given.defined()) {
      return {data, {}};
    }
    const at::Tensor dense = given.is_non_overlapping_and_dense() ? given : given.contiguous();
    const memory::desc layout(dense.sizes().vec(), Type::f32, dense.strides().vec());
    return {memory(layout, onednn::engine(), dense.data_ptr()), dense};
  }
};

FeatureMap::FeatureMap(const at::Tensor& x) {
  TORCH_CHECK(
      x.scalar_type() == at::kFloat && x.device().is_cpu() && x.dim() >= 3 && x.dim() <= 5,
      "FeatureMap: expected (N, C, ...) in float32 on the host, got ", x.sizes());
  implementation_ = std::make_shared<Implementation>(Implementation{x, {}});
}

std::vector<int64_t> FeatureMap::sizes() const {
  const at::Tensor& given = implementation_->given;
  return given.defined() ? given.sizes().vec() : dims_of(implementation_->data.get_desc());
}

at::Tensor FeatureMap::tensor() const {
  if (implementation_->given.defined()) {
    return implementation_->given.contiguous();
  }
  const at::Tensor x = at::empty(sizes(), at::kFloat);
  memory source = implementation_->data;
  memory target(
      {sizes(), Type::f32, plain_tag(sizes().size())}, onednn::engine(), x.data_ptr());
  dnnl::reorder(source, target).execute(onednn::stream(), source, target);
  onednn::stream().wait();
  return x;
}

struct PackedConvolution::Implementation {
  /// The convolution of one size and layout of input.
  struct Variant {
    memory::desc source;
    memory::desc target;
    memory::desc scratchpad;
    dnnl::convolution_forward primitive;
    memory weight;
    bool fuses;  // residual and activation are part of it
    const WinogradConvolution* winograd = nullptr;  // in place of `primitive`
  };

  memory::dims shape;  // of the weight
  memory plain;        // the weight, not transformed
  at::Tensor weight;   // what `plain` lies in, where that is a tensor
  at::Tensor bias;
  at::Tensor slopes;
  std::vector<int64_t> stride;
  std::vector<int64_t> padding;
  FusedActivation activation;
  Type type;
  std::unique_ptr<ThinConvolution> thin;  // in place of variants without a residual
  std::unique_ptr<WinogradConvolution> winograd;
  Recent<std::pair<memory::desc, bool>, Variant> variants{32};  // by input, and with a residual
  std::list<std::pair<memory::desc, memory>> packed;

  memory::dims output_sizes(const memory::dims& input) const {
    memory::dims sizes = input;
    sizes[1] = shape[0];
    for (size_t i = 0; i < stride.size(); ++i) {
      sizes[i + 2] = (input[i + 2] + 2 * padding[i] - shape[i + 2]) / stride[i] + 1;
    }
    return sizes;
  }

  /// What applies the activation: a parametric one comes afterwards.
  FusedActivation fused() const { return slopes.defined() ? FusedActivation::kNone : activation; }

  bool suits_winograd(const memory::dims& input) const {
    return type == Type::f32 && shape.size() == 4 && shape[2] == 3 && shape[3] == 3 &&
           stride[0] == 1 && stride[1] == 1 && shape[0] % 16 == 0 && input[1] % 16 == 0 &&
           padding[0] == 1 && padding[1] == 1;
  }

  /// Whether tiles of 3x3 take less than what oneDNN has: tiles of 4x4, or none.
  static bool takes_small_tiles(const memory::dims& input, bool has_winograd) {
    constexpr double kDirect = 0.7 * 9;  // a plain product needs no transforms
    const int64_t H = input[2];
    const int64_t W = input[3];
    const double rival = has_winograd ? static_cast<double>(36 * ((H + 3) / 4) * ((W + 3) / 4))
                                      : kDirect * static_cast<double>(H * W);
    return static_cast<double>(WinogradConvolution::cost(H, W)) < rival;
  }

  at::Tensor plain_weight() {
    const at::Tensor weight = at::empty(shape, at::kFloat);
    memory target(
        {shape, Type::f32, plain_tag(shape.size())}, onednn::engine(), weight.data_ptr());
    dnnl::reorder(plain, target).execute(onednn::stream(), plain, target);
    onednn::stream().wait();
    return weight;
  }

  /// @param transformed  for Winograd: nothing can be had back from it
  memory weight_in(const memory::desc& layout, bool transformed) {
    for (const auto& [known, data] : packed) {
      if (known == layout) {
        return data;
      }
    }
    packed.emplace_back(layout, in_layout(plain, layout));
    if (!transformed) {
      plain = packed.back().second;  // one copy is enough
      weight = at::Tensor();
    }
    return packed.back().second;
  }

  std::optional<dnnl::convolution_forward::primitive_desc> describe(
      dnnl::algorithm algorithm, const memory::desc& source, bool has_residual, bool fuses) const {
    const memory::dims input = dims_of(source);
    dnnl::primitive_attr attributes;
    if (fuses) {
      dnnl::post_ops operations;
      if (has_residual) {
        operations.append_sum(1.0F);
      }
      if (!slopes.defined()) {
        onednn::append_activation(operations, activation);
      }
      attributes.set_post_ops(operations);
    }
    try {
      auto description = onednn::convolution(
          algorithm, source, {shape, type, Tag::any},
          {{shape[0]}, Type::f32, Tag::a},
          {output_sizes(input), type,
           algorithm == dnnl::algorithm::convolution_winograd ? Tag::any
                                                              : channels_last_tag(input.size())},
          stride, padding, attributes);
      return is_slow(description) ? std::nullopt : std::optional(description);
    } catch (const dnnl::error&) {
      return std::nullopt;  // oneDNN has none of this kind here
    }
  }

  Variant make(const memory::desc& given, bool has_residual) {
    const memory::dims input = dims_of(given);
    const memory::desc any(input, type, Tag::any);
    const memory::desc last(input, type, channels_last_tag(input.size()));
    std::optional<dnnl::convolution_forward::primitive_desc> found;
    bool fuses = true;
    if (suits_winograd(input)) {
      found = describe(dnnl::algorithm::convolution_winograd, any, has_residual, true);
      if (!found) {
        fuses = false;
        found = describe(dnnl::algorithm::convolution_winograd, any, has_residual, false);
      }
      if (takes_small_tiles(input, found.has_value())) {
        if (!winograd) {
          winograd = std::make_unique<WinogradConvolution>(plain_weight(), bias);
        }
        return {
            last, {output_sizes(input), type, channels_last_tag(input.size())}, {}, {}, {}, true,
            winograd.get()};
      }
    }
    const bool transformed = found.has_value();
    if (!found) {
      fuses = true;
      found = describe(dnnl::algorithm::convolution_direct, last, has_residual, true);
    }
    if (!found) {
      fuses = type != Type::f32;
      found = describe(dnnl::algorithm::convolution_direct, any, has_residual, fuses);
    }
    TORCH_CHECK(found, "PackedConvolution: oneDNN has no convolution for this processor");
    return {found->src_desc(), found->dst_desc(), found->scratchpad_desc(),
            dnnl::convolution_forward(*found), weight_in(found->weights_desc(), transformed), fuses};
  }

  memory apply(const FeatureMap& x, const FeatureMap& residual);
  memory apply_thin(const FeatureMap& x, bool pools) const;

  std::shared_ptr<const Variant> variant(const memory::desc& given, bool has_residual) {
    return variants.get({given, has_residual}, [&] { return make(given, has_residual); });
  }
};

memory PackedConvolution::Implementation::apply_thin(const FeatureMap& x, bool pools) const {
  const at::Tensor& given = x.implementation_->given;
  const at::Tensor pictures = given.defined() ? given : x.tensor();
  const memory::dims sizes = output_sizes(pictures.sizes().vec());
  memory y(
      {pools ? pooled_sizes(sizes) : sizes, Type::f32, channels_last_tag(shape.size())},
      onednn::engine());
  auto* results = static_cast<float*>(y.get_data_handle());
  if (pools) {
    thin->apply_and_pool(pictures, fused(), results);
  } else {
    thin->apply(pictures, fused(), results);
  }
  return y;
}

memory PackedConvolution::Implementation::apply(const FeatureMap& x, const FeatureMap& residual) {
  const auto input = x.implementation_->operand();
  const auto kept = variant(input.data.get_desc(), residual.defined());
  const Variant& chosen = *kept;
  const memory source = in_layout(input.data, chosen.source);
  FeatureMap::Implementation::Operand sum;
  memory addition;
  if (residual.defined()) {
    sum = residual.implementation_->operand();
    addition = in_layout(sum.data, chosen.target);
  }
  memory y(chosen.target, onednn::engine());
  if (chosen.winograd != nullptr) {
    const memory::dims sizes = dims_of(chosen.source);
    chosen.winograd->apply(
        static_cast<const float*>(source.get_data_handle()), sizes[0], sizes[2], sizes[3],
        static_cast<const float*>(addition ? addition.get_data_handle() : nullptr), fused(),
        static_cast<float*>(y.get_data_handle()));
    return y;
  }
  if (addition && chosen.fuses) {
    std::copy_n(
        static_cast<const char*>(addition.get_data_handle()), chosen.target.get_size(),
        static_cast<char*>(y.get_data_handle()));
  }
  memory biases({{shape[0]}, Type::f32, Tag::a}, onednn::engine(), bias.data_ptr());
  chosen.primitive.execute(
      onednn::stream(), {{DNNL_ARG_SRC, source},
                         {DNNL_ARG_WEIGHTS, chosen.weight},
                         {DNNL_ARG_BIAS, biases},
                         {DNNL_ARG_SCRATCHPAD, onednn::scratchpad(chosen.scratchpad)},
                         {DNNL_ARG_DST, y}});
  onednn::stream().wait();
  if (!chosen.fuses) {
    finish(y, addition, fused());
  }
  return y;
}

PackedConvolution::PackedConvolution(
    const at::Tensor& weight,
    const at::Tensor& bias,
    std::vector<int64_t> stride,
    std::vector<int64_t> padding,
    FusedActivation activation,
    const at::Tensor& slopes,
    Precision precision)
    : implementation_(std::make_unique<Implementation>()) {
  Implementation& own = *implementation_;
  own.weight = weight.detach().to(at::kFloat).contiguous();
  own.shape = own.weight.sizes().vec();
  own.plain = memory(
      {own.shape, Type::f32, plain_tag(own.shape.size())}, onednn::engine(),
      own.weight.data_ptr());
  own.bias = bias.detach().to(at::kFloat).contiguous();
  own.stride = std::move(stride);
  own.padding = std::move(padding);
  own.activation = activation;
  if (slopes.defined()) {
    own.slopes = slopes.detach().to(at::kFloat).contiguous().clone();
  }
  const bool halves =
      precision != Precision::kFloat32 && processor_has(Precision::kBfloat16);
  own.type = halves ? Type::bf16 : Type::f32;
  if (own.type == Type::f32 && ThinConvolution::suits(own.weight)) {
    own.thin =
        std::make_unique<ThinConvolution>(own.weight, own.bias, own.stride, own.padding);
  }
}

PackedConvolution::~PackedConvolution() = default;

FeatureMap PackedConvolution::apply(const FeatureMap& x, const FeatureMap& residual) const {
  const auto result = std::make_shared<FeatureMap::Implementation>();
  result->data = implementation_->thin && !residual.defined()
                     ? implementation_->apply_thin(x, /*pools=*/false)
                     : implementation_->apply(x, residual);
  if (implementation_->slopes.defined()) {
    onednn::leaky(
        result->data, implementation_->slopes.data_ptr<float>(), implementation_->shape[0]);
  }
  FeatureMap y;
  y.implementation_ = result;
  return y;
}

FeatureMap PackedConvolution::apply_and_pool(const FeatureMap& x) const {
  const Implementation& own = *implementation_;
  const auto result = std::make_shared<FeatureMap::Implementation>();
  result->data = own.thin && !own.slopes.defined()
                     ? own.apply_thin(x, /*pools=*/true)
                     : max_pool(apply(x).implementation_->data);
  FeatureMap y;
  y.implementation_ = result;
  return y;
}

}  // namespace sotto
