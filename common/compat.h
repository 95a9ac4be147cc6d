#pragma once

// The differences between LibTorch 1.13 (Debian 12) and 2.x (Debian 13, CUDA wheels) that sotto
// meets. oneDNN 2 and 3 differ too; what uses oneDNN directly adds its lines here.

#include <c10/util/Exception.h>
#include <torch/version.h>

#define SOTTO_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) ||        \
   (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace sotto {

#if SOTTO_TORCH_AT_LEAST(2, 0)
using TorchWarningHandler = c10::WarningHandler;
inline void set_torch_warning_handler(TorchWarningHandler* handler) {
  c10::WarningUtils::set_warning_handler(handler);
}
/// Drops LibTorch's own warnings: they speak to its callers, not to sotto's users.
class SilentTorchWarnings : public TorchWarningHandler {
 public:
  void process(const c10::Warning&) override {}
};
#else
using TorchWarningHandler = c10::WarningHandler;
inline void set_torch_warning_handler(TorchWarningHandler* handler) {
  c10::Warning::set_warning_handler(handler);
}
/// Drops LibTorch's own warnings: they speak to its callers, not to sotto's users.
class SilentTorchWarnings : public TorchWarningHandler {
 public:
  void process(const c10::SourceLocation&, const std::string&, const bool) override {}
};
#endif

}  // namespace sotto
