#include "common/kernels/packed_convolution.h"

#include <ATen/ATen.h>

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "common/kernels/onednn.h"
#include "common/kernels/vector.h"

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

/// act(y + residual) over whole buffers of one layout, whose padding (if any) stays zero.
void finish(const memory& y, const memory& residual, FusedActivation activation) {
  const auto count = static_cast<int64_t>(y.get_desc().get_size() / sizeof(float));
  vector_kernels().add_and_activate(
      static_cast<const float*>(residual ? residual.get_data_handle() : nullptr), count, activation,
      static_cast<float*>(y.get_data_handle()));
}

}  // namespace

struct FeatureMap::Implementation {
  memory data;
  at::Tensor owner;  // what `data` lies in, where that is a tensor
};

FeatureMap::FeatureMap(const at::Tensor& x) {
  TORCH_CHECK(
      x.scalar_type() == at::kFloat && x.device().is_cpu() && x.dim() >= 3 && x.dim() <= 5,
      "FeatureMap: expected (N, C, ...) in float32 on the host, got ", x.sizes());
  const memory::desc layout(x.sizes().vec(), Type::f32, x.strides().vec());
  implementation_ = std::make_shared<Implementation>(
      Implementation{memory(layout, onednn::engine(), x.data_ptr()), x});
}

std::vector<int64_t> FeatureMap::sizes() const {
  return dims_of(implementation_->data.get_desc());
}

at::Tensor FeatureMap::tensor() const {
  const at::Tensor x = at::empty(sizes(), at::kFloat);
  memory source = implementation_->data;
  memory target(
      {sizes(), Type::f32, plain_tag(sizes().size())}, onednn::engine(), x.data_ptr());
  dnnl::reorder(source, target).execute(onednn::stream(), source, target);
  onednn::stream().wait();
  return x;
}

FeatureMap max_pool(
    const FeatureMap& x,
    const std::vector<int64_t>& kernel,
    const std::vector<int64_t>& stride,
    const std::vector<int64_t>& padding) {
  const memory::desc source = x.implementation_->data.get_desc();
  memory::dims sizes = dims_of(source);
  for (size_t i = 0; i < kernel.size(); ++i) {
    sizes[i + 2] = (sizes[i + 2] + 2 * padding[i] - kernel[i]) / stride[i] + 1;
  }
  const memory::desc target(sizes, onednn::type_of(source), Tag::any);
  const auto description = onednn::max_pooling(source, target, stride, kernel, padding);
  FeatureMap y;
  auto data = std::make_shared<FeatureMap::Implementation>();
  data->data = memory(description.dst_desc(), onednn::engine());
  dnnl::pooling_forward(description)
      .execute(
          onednn::stream(),
          {{DNNL_ARG_SRC, x.implementation_->data}, {DNNL_ARG_DST, data->data}});
  onednn::stream().wait();
  y.implementation_ = std::move(data);
  return y;
}

struct PackedConvolution::Implementation {
  /// The convolution of one size and layout of input.
  struct Variant {
    memory::desc source;
    memory::desc target;
    dnnl::convolution_forward primitive;
    memory weight;
    bool fuses;  // residual and activation are part of it
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
  std::mutex mutex;
  std::list<std::pair<std::pair<memory::desc, bool>, Variant>> variants;
  std::list<std::pair<memory::desc, memory>> packed;

  memory::dims output_sizes(const memory::dims& input) const {
    memory::dims sizes = input;
    sizes[1] = shape[0];
    for (size_t i = 0; i < stride.size(); ++i) {
      sizes[i + 2] = (input[i + 2] + 2 * padding[i] - shape[i + 2]) / stride[i] + 1;
    }
    return sizes;
  }

  bool suits_winograd(const memory::dims& input) const {
    return type == Type::f32 && shape.size() == 4 && shape[2] == 3 && shape[3] == 3 &&
           stride[0] == 1 && stride[1] == 1 && shape[0] % 16 == 0 && input[1] % 16 == 0;
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
    return {found->src_desc(), found->dst_desc(), dnnl::convolution_forward(*found),
            weight_in(found->weights_desc(), transformed), fuses};
  }

  const Variant& variant(const memory::desc& given, bool has_residual) {
    const std::lock_guard<std::mutex> lock(mutex);
    for (const auto& [key, made] : variants) {
      if (key.second == has_residual && key.first == given) {
        return made;
      }
    }
    variants.emplace_back(std::pair(given, has_residual), make(given, has_residual));
    return variants.back().second;
  }
};

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
}

PackedConvolution::~PackedConvolution() = default;

FeatureMap PackedConvolution::apply(const FeatureMap& x, const FeatureMap& residual) const {
  Implementation& own = *implementation_;
  const memory& input = x.implementation_->data;
  const auto& variant = own.variant(input.get_desc(), residual.defined());
  const memory source = in_layout(input, variant.source);
  auto result = std::make_shared<FeatureMap::Implementation>();
  memory addition;
  if (residual.defined()) {
    addition = in_layout(residual.implementation_->data, variant.target);
  }
  result->data = memory(variant.target, onednn::engine());
  if (addition && variant.fuses) {
    std::copy_n(
        static_cast<const char*>(addition.get_data_handle()), variant.target.get_size(),
        static_cast<char*>(result->data.get_data_handle()));
  }
  memory bias({{own.shape[0]}, Type::f32, Tag::a}, onednn::engine(), own.bias.data_ptr());
  variant.primitive.execute(
      onednn::stream(), {{DNNL_ARG_SRC, source},
                         {DNNL_ARG_WEIGHTS, variant.weight},
                         {DNNL_ARG_BIAS, bias},
                         {DNNL_ARG_DST, result->data}});
  onednn::stream().wait();
  if (!variant.fuses) {
    finish(
        result->data, addition, own.slopes.defined() ? FusedActivation::kNone : own.activation);
  }
  if (own.slopes.defined()) {
    onednn::leaky(result->data, own.slopes.data_ptr<float>(), own.shape[0]);
  }
  FeatureMap y;
  y.implementation_ = std::move(result);
  return y;
}

}  // namespace sotto
