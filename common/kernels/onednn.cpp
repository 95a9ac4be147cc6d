#include "common/kernels/onednn.h"

#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace sotto::onednn {

const dnnl::engine& engine() {
  static const dnnl::engine engine = [] {
    // Its own memory would hold the primitives of hundreds of lengths of clips; those that are used
    // again are kept by our own (recent.h).
    dnnl::set_primitive_cache_capacity(128);
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}

dnnl::stream& stream() {
  thread_local dnnl::stream stream(engine());
  return stream;
}

dnnl::memory scratchpad(const dnnl::memory::desc& layout) {
  thread_local size_t bytes = 0;
  thread_local std::shared_ptr<void> block;
  if (layout.get_size() > bytes) {
    bytes = 0;
    block.reset();
    block = large_block(layout.get_size());
    bytes = layout.get_size();
  }
  return {layout, engine(), block.get()};
}

void leaky(dnnl::memory& x, const float* slopes, int64_t channels) {
  using dnnl::memory;
  const memory::desc layout = x.get_desc();
#if DNNL_VERSION_MAJOR >= 3
  memory::dims shape(layout.get_ndims(), 1);
#else
  memory::dims shape(static_cast<size_t>(layout.data.ndims), 1);
#endif
  shape[1] = channels;
  const auto tag = shape.size() == 3   ? memory::format_tag::acb
                   : shape.size() == 4 ? memory::format_tag::acdb
                                       : memory::format_tag::acdeb;
  const memory::desc any(shape, memory::data_type::f32, memory::format_tag::any);
  constexpr auto kind = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::prelu_forward::primitive_desc description(engine(), kind, layout, any, layout);
#else
  const dnnl::prelu_forward::primitive_desc description({kind, layout, any}, engine());
#endif
  memory plain(
      {shape, memory::data_type::f32, tag}, engine(), const_cast<float*>(slopes));
  memory weights(description.weights_desc(), engine());
  dnnl::reorder(plain, weights).execute(stream(), plain, weights);
  dnnl::prelu_forward(description)
      .execute(
          stream(),
          {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, x}});
  stream().wait();
}

std::shared_ptr<void> large_block(size_t bytes) {
  constexpr size_t kLargePage = size_t{1} << 21;
  const size_t alignment = bytes >= kLargePage ? kLargePage : 64;
  void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  if (alignment == kLargePage) {
    // Whole large pages only: the rest of the last one would be memory taken for nothing.
    ::madvise(block, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
  }
  return {block, std::free};
}

}  // namespace sotto::onednn
