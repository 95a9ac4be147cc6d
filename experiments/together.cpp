#include "experiments/together.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <chrono>
#include <thread>
#include <vector>

#include "common/compat.h"
#include "common/launcher.h"
#include "experiments/network.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#ifdef SOTTO_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef SOTTO_CUDA
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace sotto::experiments {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kMeeting{300000};    // a cluster's nodes do not start at the same time
constexpr milliseconds kPatience{30 * 60000};  // one process may validate while others wait
constexpr milliseconds kLook{1000};         // how often a waiting process looks for dead ones
constexpr milliseconds kEnding{3000};       // from closed connections to the end of a process
constexpr milliseconds kLinger{1500};       // the first one holds what the others read last

std::string text_of(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }
std::vector<uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::string first_line(const std::exception& fault) {
  const std::string text = fault.what();
  return text.substr(0, text.find('\n'));
}

std::string place_of(const Launch& launch) {
  return launch.host + ":" + std::to_string(launch.port);
}

ConfigError not_met(const Launch& launch, const std::string& why) {
  return ConfigError(
      "process " + std::to_string(launch.rank) + " of " + std::to_string(launch.count) +
      ": no meeting at " + place_of(launch) + " (" + why +
      "); check MASTER_ADDR and MASTER_PORT, and that all processes were started");
}

c10::intrusive_ptr<c10d::Store> meet(const Launch& launch) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(launch.port);
  options.isServer = launch.rank == 0 && !launch.has_store;
  options.numWorkers = static_cast<std::size_t>(launch.count);
  options.waitWorkers = false;
  options.timeout = kMeeting;
#if SOTTO_TORCH_AT_LEAST(2, 2)
  options.useLibUV = false;
#endif
  try {
    const auto store = c10::make_intrusive<c10d::TCPStore>(launch.host, options);
    return c10::make_intrusive<c10d::PrefixStore>(
        "sotto" + launch.attempt + environment("SOTTO_MEETING"), store);
  } catch (const std::exception& fault) {
    throw not_met(launch, first_line(fault));
  }
}

class Together : public Processes {
 public:
  explicit Together(const Launch& launch);
  ~Together() override { forget(); }

  void sum(at::Tensor& tensor) override { begin_sum(tensor, false)(); }
  std::function<void()> start_sum(at::Tensor& tensor) override { return begin_sum(tensor, true); }
  void broadcast(at::Tensor& tensor) override;
  void barrier() override {
    at::Tensor nothing = at::zeros({1}, at::kInt);
    sum(nothing);
  }

 private:
  using Work = c10::intrusive_ptr<c10d::Work>;

  void introduce(const Launch& launch);
  std::string own_address(const Launch& launch) const;
  std::function<void()> begin_sum(const at::Tensor& tensor, bool beside);
  /// One call on the group that reaches the tensor. @return what waits for its end.
  template <class Call>
  std::function<void()> begin(const at::Tensor& tensor, bool beside, const Call& call);
  void wait_for(const Work& work);
  /// Who is gone; -1: nobody who is known to be.
  int64_t lost();
  /// The first who was missed, as all agree: those who found out leave, too. @param seen who is gone as
  ///   seen from here; -1: nobody is known to be.
  int64_t agreed(int64_t seen);
  /// Who is gone, of whom only the connections may have ended yet; -1: nobody knows.
  int64_t missing();
  [[noreturn]] void give_up(const std::string& why);
  void forget();

  c10::intrusive_ptr<c10d::Store> store_;
  std::vector<std::string> processes_;  ///< as own_process() calls them, by rank
  std::vector<std::string> addresses_;
#ifdef SOTTO_GLOO
  c10::intrusive_ptr<c10d::ProcessGroupGloo> now_;     ///< what is waited for at once
  c10::intrusive_ptr<c10d::ProcessGroupGloo> beside_;  ///< sums that run beside the backward pass
#endif
#ifdef SOTTO_CUDA
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> cuda_;
#endif
  bool broken_ = false;
};

Together::Together(const Launch& launch) : Processes(launch.rank, launch.count) {
  if (address_towards(launch.host, launch.port).empty()) {
    throw not_met(launch, "the host is unknown or out of reach");
  }
  store_ = meet(launch);
  introduce(launch);
#ifdef SOTTO_GLOO
  const auto group = [&](const char* name) {
    const auto options = c10d::ProcessGroupGloo::Options::create(kPatience);
    const std::string interface = launch.interface;
    options->devices.push_back(
        interface.empty() ? c10d::ProcessGroupGloo::createDeviceForHostname(own_address(launch))
                          : c10d::ProcessGroupGloo::createDeviceForInterface(interface));
    return c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>(name, store_), static_cast<int>(rank()),
        static_cast<int>(count()), options);
  };
  try {
    now_ = group("now");
    beside_ = group("beside");
  } catch (const std::exception& fault) {
    throw not_met(launch, first_line(fault) + "; SOTTO_INTERFACE names a network interface");
  }
#endif
#ifdef SOTTO_CUDA
  cuda_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(
      c10::make_intrusive<c10d::PrefixStore>("cuda", store_), static_cast<int>(rank()),
      static_cast<int>(count()), c10d::ProcessGroupNCCL::Options::create());
#endif
}

/// Everyone says who and where they are.
void Together::introduce(const Launch& launch) {
  try {
    const auto key = [](const char* name, int64_t rank) { return name + std::to_string(rank); };
    store_->set(key("process", rank()), bytes_of(own_process()));
    store_->set(key("address", rank()), bytes_of(address_towards(launch.host, launch.port)));
    for (int64_t other = 0; other < count(); ++other) {
      processes_.push_back(text_of(store_->get(key("process", other))));
      addresses_.push_back(text_of(store_->get(key("address", other))));
    }
  } catch (const std::exception& fault) {
    throw not_met(launch, first_line(fault));
  }
}

/// On the machine where they meet the way there is loopback, which others cannot use: if there are
/// others, its address is the one from which they are reached.
std::string Together::own_address(const Launch& launch) const {
  const std::string& own = addresses_[static_cast<size_t>(rank())];
  if (!is_loopback(own)) {
    return own;
  }
  for (const std::string& other : addresses_) {
    if (!other.empty() && !is_loopback(other)) {
      const std::string address = address_towards(other, launch.port);
      return address.empty() ? own : address;
    }
  }
  return own;
}

template <class Call>
std::function<void()> Together::begin(const at::Tensor& tensor, bool beside, const Call& call) {
  if (broken_) {
    give_up("");
  }
  try {
#ifdef SOTTO_CUDA
    if (tensor.is_cuda()) {
      std::vector<at::Tensor> tensors = {tensor};
      // The device's stream waits, not the host: with a time limit NCCL would do otherwise.
      return [this, work = call(*cuda_, tensors)] {
        try {
          work->wait();
        } catch (const std::exception& fault) {
          give_up(first_line(fault));
        }
      };
    }
#endif
#ifdef SOTTO_GLOO
    std::vector<at::Tensor> tensors = {tensor};
    return [this, work = call(beside ? *beside_ : *now_, tensors)] { wait_for(work); };
#else
    // Without Gloo what lies on the host takes the way over the device.
    const at::Tensor there = tensor.to(at::kCUDA);
    return [tensor, there, wait = begin(there, beside, call)] {
      wait();
      tensor.copy_(there);
    };
#endif
  } catch (const ProcessLost&) {
    throw;
  } catch (const std::exception& fault) {
    give_up(first_line(fault));
  }
}

std::function<void()> Together::begin_sum(const at::Tensor& tensor, bool beside) {
  return begin(tensor, beside, [](auto& group, std::vector<at::Tensor>& tensors) {
    return group.allreduce(tensors);
  });
}

void Together::broadcast(at::Tensor& tensor) {
  begin(tensor, false, [](auto& group, std::vector<at::Tensor>& tensors) {
    return group.broadcast(tensors);
  })();
}

void Together::wait_for(const Work& work) {
  const auto begin = Clock::now();
  for (;;) {
    std::string why;
    try {
      work->wait(kLook);
      return;
    } catch (const std::exception& fault) {
      why = first_line(fault);
    }
    // Either it failed, or it takes longer than a look: then somebody may be gone of whom the
    // network does not tell.
    if (work->isCompleted() && !work->isSuccess()) {
      give_up(why);
    }
    if (Clock::now() - begin > kPatience || lost() >= 0) {
      give_up("no answer");
    }
  }
}

int64_t Together::lost() {
  for (int64_t other = 0; other < count(); ++other) {
    if (other != rank() && has_ended(processes_[static_cast<size_t>(other)])) {
      return other;
    }
  }
  return -1;
}

int64_t Together::agreed(int64_t seen) {
  try {
    if (seen >= 0) {
      return std::stoll(text_of(store_->compareSet("lost", {}, bytes_of(std::to_string(seen)))));
    }
    if (store_->check({"lost"})) {
      return std::stoll(text_of(store_->get("lost")));
    }
  } catch (const std::exception&) {
    // The store went with the process that held it.
  }
  return seen;
}

int64_t Together::missing() {
  const auto begin = Clock::now();
  int64_t who = agreed(lost());
  while (who < 0 && Clock::now() - begin < kEnding) {
    std::this_thread::sleep_for(milliseconds(20));
    who = agreed(lost());
  }
  return who;
}

void Together::give_up(const std::string& why) {
  const bool first_time = !broken_;
  broken_ = true;
  const int64_t who = missing();
  if (first_time && first()) {
    std::this_thread::sleep_for(kLinger);
  }
  throw ProcessLost(
      (who >= 0 ? "process " + std::to_string(who) : std::string("a process")) + " of " +
      std::to_string(count()) + " is gone" +
      (who >= 0 || why.empty() ? std::string() : " (" + why + ")") +
      "; the others stop; train --resume goes on, with any number of processes");
}

/// Groups wait for their unfinished calls when they go: with a lost process for half an hour. They
/// are then left to the end of the program, which is near.
void Together::forget() {
  if (broken_) {
#ifdef SOTTO_GLOO
    now_.release();
    beside_.release();
#endif
    store_.release();
#ifdef SOTTO_CUDA
    cuda_.release();
#endif
  }
}

}  // namespace

bool Processes::have_gloo() {
#ifdef SOTTO_GLOO
  return true;
#else
  return false;
#endif
}

std::shared_ptr<Processes> join_together(const Launch& launch) {
#if !defined(SOTTO_GLOO) && !defined(SOTTO_CUDA)
  throw ConfigError(
      "process " + std::to_string(launch.rank) + " of " + std::to_string(launch.count) +
      ": this sotto was built without Gloo and without NCCL, for one process alone");
#elif !defined(SOTTO_GLOO)
  if (!at::hasCUDA()) {
    throw ConfigError(
        "process " + std::to_string(launch.rank) + " of " + std::to_string(launch.count) +
        ": this sotto was built without Gloo: several processes need a GPU each");
  }
#endif
  return std::make_shared<Together>(launch);
}

}  // namespace sotto::experiments
