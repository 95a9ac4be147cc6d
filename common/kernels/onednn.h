#pragma once

// oneDNN, for the sources of this folder. What differs between its releases 2 (Debian 12) and
// 3 (Debian 13) stands here.

#include <oneapi/dnnl/dnnl.hpp>

#include <memory>

#include "common/kernels/activation.h"

namespace sotto::onednn {

constexpr bool kVersion3 = DNNL_VERSION_MAJOR >= 3;

const dnnl::engine& engine();
/// This thread's stream. Work given to it is done when execute returns.
dnnl::stream& stream();
/// This thread's working memory for a matmul or convolution of below, good until the next one. (The
/// library's own would be that of the thread that made the primitive, whoever executes it.)
dnnl::memory scratchpad(const dnnl::memory::desc& layout);

inline void append_activation(dnnl::post_ops& operations, FusedActivation activation) {
  const auto append = [&](dnnl::algorithm algorithm, float alpha) {
#if DNNL_VERSION_MAJOR >= 3
    operations.append_eltwise(algorithm, alpha, 0.0F);
#else
    operations.append_eltwise(1.0F, algorithm, alpha, 0.0F);
#endif
  };
  if (activation == FusedActivation::kRelu) {
    append(dnnl::algorithm::eltwise_relu, 0.0F);
  } else if (activation == FusedActivation::kSwish) {
    append(dnnl::algorithm::eltwise_swish, 1.0F);
  }
}

inline dnnl::matmul::primitive_desc matmul(
    const dnnl::memory::desc& source,
    const dnnl::memory::desc& weights,
    const dnnl::memory::desc& bias,
    const dnnl::memory::desc& target,
    dnnl::primitive_attr attributes) {
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), source, weights, bias, target, attributes};
#else
  return {{source, weights, bias, target}, attributes, engine()};
#endif
}

inline dnnl::convolution_forward::primitive_desc convolution(
    dnnl::algorithm algorithm,
    const dnnl::memory::desc& source,
    const dnnl::memory::desc& weights,
    const dnnl::memory::desc& bias,
    const dnnl::memory::desc& target,
    const dnnl::memory::dims& strides,
    const dnnl::memory::dims& padding,
    dnnl::primitive_attr attributes) {
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  constexpr auto kind = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), kind,    algorithm, source,  weights, bias,
          target,   strides, padding,   padding, attributes};
#else
  return {
      {kind, algorithm, source, weights, bias, target, strides, padding, padding},
      attributes,
      engine()};
#endif
}

inline dnnl::pooling_forward::primitive_desc max_pooling(
    const dnnl::memory::desc& source,
    const dnnl::memory::desc& target,
    const dnnl::memory::dims& strides,
    const dnnl::memory::dims& kernel,
    const dnnl::memory::dims& padding) {
  constexpr auto kind = dnnl::prop_kind::forward_inference;
  constexpr auto algorithm = dnnl::algorithm::pooling_max;
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::memory::dims dilation(kernel.size(), 0);
  return {engine(), kind, algorithm, source, target, strides, kernel, dilation, padding, padding};
#else
  return {{kind, algorithm, source, target, strides, kernel, padding, padding}, engine()};
#endif
}

inline dnnl::memory::data_type type_of(const dnnl::memory::desc& layout) {
#if DNNL_VERSION_MAJOR >= 3
  return layout.get_data_type();
#else
  return layout.data_type();
#endif
}

/// Parametric ReLU in place, a slope a channel.
void leaky(dnnl::memory& x, const float* slopes, int64_t channels);

/// Memory for packed weights on large pages where the system gives them: a search reads all of a
/// decoder's weights at every step.
std::shared_ptr<void> large_block(size_t bytes);

}  // namespace sotto::onednn
