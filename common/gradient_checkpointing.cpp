#include "common/gradient_checkpointing.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <mutex>

#include "common/autocast.h"

namespace sotto {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The states of the generators that a part may draw from.
class Draws {
 public:
  explicit Draws(c10::Device device) : device_(device) {
    host_ = state_of(at::detail::getDefaultCPUGenerator());
    if (device_.is_cuda()) {
      cuda_ = state_of(at::globalContext().defaultGenerator(device_));
    }
  }

  void restore() const {
    restore(at::detail::getDefaultCPUGenerator(), host_);
    if (device_.is_cuda()) {
      restore(at::globalContext().defaultGenerator(device_), cuda_);
    }
  }

 private:
  static at::Tensor state_of(at::Generator generator) {
    const std::lock_guard<std::mutex> lock(generator.mutex());
    return generator.get_state();
  }
  static void restore(at::Generator generator, const at::Tensor& state) {
    const std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(state);
  }

  c10::Device device_;
  at::Tensor host_;
  at::Tensor cuda_;
};

/// Running means and the like as they were when it was made.
class Buffers {
 public:
  explicit Buffers(const torch::nn::Module& part) : Buffers(part.buffers()) {}

  /// The same buffers as they are now.
  Buffers again() const {
    std::vector<at::Tensor> buffers;
    for (const auto& entry : kept_) {
      buffers.push_back(entry.first);
    }
    return Buffers(buffers);
  }
  void restore() const {
    for (const auto& [buffer, value] : kept_) {
      // Not a change that autograd should find: what is put back is what was there.
      buffer.variable_data().copy_(value);
    }
  }

 private:
  explicit Buffers(const std::vector<at::Tensor>& buffers) {
    for (const at::Tensor& buffer : buffers) {
      kept_.emplace_back(buffer, buffer.detach().clone());
    }
  }
  std::vector<std::pair<at::Tensor, at::Tensor>> kept_;
};

using Forward = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

/// What the backward pass needs to compute a part again.
struct Part : torch::CustomClassHolder {
  Part(torch::nn::Module& module, Forward function, c10::Device device)
      : forward(std::move(function)), buffers(module), draws(device), autocast(current_autocast()) {}

  Forward forward;
  Buffers buffers;
  Draws draws;
  Autocast autocast;
  std::vector<bool> defined;      ///< of the inputs
  std::vector<bool> needs_grads;  ///< of the defined ones
};

/// The inputs cut off from what made them, undefined ones back in their places.
std::vector<at::Tensor> leaves(const Part& part, const variable_list& saved) {
  std::vector<at::Tensor> inputs;
  size_t next = 0;
  for (const bool defined : part.defined) {
    inputs.emplace_back();
    if (defined) {
      inputs.back() = saved[next].detach();
      inputs.back().set_requires_grad(part.needs_grads[next++]);
    }
  }
  return inputs;
}

class Recomputed : public torch::autograd::Function<Recomputed> {
 public:
  /// @param tensors  defined inputs, then parameters: gradients of both are handed out in the
  ///                 ordinary way, with what others hook to it.
  static at::Tensor forward(
      AutogradContext* context, const c10::intrusive_ptr<Part>& part, at::TensorList tensors) {
    context->saved_data["part"] = c10::IValue::make_capsule(part);
    context->save_for_backward(tensors.vec());
    // With gradients on, as the second time: some operations choose their kernel by it, and what
    // autocast keeps has to know whom it was made of.
    const at::AutoGradMode gradients(true);
    return part->forward(leaves(*part, tensors.vec())).detach();
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto part =
        c10::static_intrusive_pointer_cast<Part>(context->saved_data["part"].toCapsule());
    const variable_list saved = context->get_saved_variables();
    const size_t inputs = part->needs_grads.size();
    const Draws now(gradients[0].device());
    const Buffers buffers_now = part->buffers.again();
    part->draws.restore();
    part->buffers.restore();
    at::Tensor output;
    std::vector<at::Tensor> leaf;
    {
      const at::AutoGradMode on(true);
      const AutocastScope autocast(part->autocast);
      leaf = leaves(*part, saved);
      output = part->forward(leaf);
    }
    now.restore();
    buffers_now.restore();
    variable_list wanted;
    for (const at::Tensor& input : leaf) {
      if (input.defined() && input.requires_grad()) {
        wanted.push_back(input);
      }
    }
    wanted.insert(wanted.end(), saved.begin() + static_cast<int64_t>(inputs), saved.end());
    const variable_list found = torch::autograd::grad(
        {output}, wanted, {gradients[0]}, /*retain_graph=*/false, /*create_graph=*/false,
        /*allow_unused=*/true);
    variable_list all(1 + saved.size());  // the first argument is no tensor
    size_t next = 0;
    for (size_t i = 0; i < saved.size(); ++i) {
      if (i >= inputs || part->needs_grads[i]) {
        all[1 + i] = found[next++];
      }
    }
    return all;
  }
};

}  // namespace

void set_gradient_checkpointing(torch::nn::Module& module, bool on) {
  for (const auto& child : module.modules()) {
    if (auto* able = dynamic_cast<Checkpointing*>(child.get())) {
      able->checkpoint_gradients = on;
    }
  }
}

at::Tensor checkpoint(
    torch::nn::Module& module, const std::vector<at::Tensor>& inputs, Forward forward) {
  std::vector<at::Tensor> tensors;
  std::vector<bool> defined;
  std::vector<bool> needs_grads;
  for (const at::Tensor& input : inputs) {
    defined.push_back(input.defined());
    if (input.defined()) {
      tensors.push_back(input);
      needs_grads.push_back(input.requires_grad());
    }
  }
  const size_t given = tensors.size();
  for (const at::Tensor& parameter : module.parameters()) {
    if (parameter.requires_grad()) {
      tensors.push_back(parameter);
    }
  }
  const bool learns = tensors.size() > given ||
                      std::find(needs_grads.begin(), needs_grads.end(), true) != needs_grads.end();
  if (!at::GradMode::is_enabled() || !learns || given == 0) {
    return forward(inputs);
  }
  auto part = c10::make_intrusive<Part>(module, std::move(forward), tensors.front().device());
  part->defined = std::move(defined);
  part->needs_grads = std::move(needs_grads);
  return Recomputed::apply(part, at::TensorList(tensors));
}

}  // namespace sotto
