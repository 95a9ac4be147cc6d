#include "experiments/processes.h"

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/experiments/forked.h"

namespace sotto::experiments {
namespace {

using tests::Forked;
using tests::in_processes;
using Values = std::vector<double>;
using Together = std::shared_ptr<Processes>;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class ProcessesTest : public tests::TogetherTest {};

TEST_F(ProcessesTest, AloneNothingHappens) {
  const auto one = Processes::one();
  EXPECT_TRUE(one->alone() && one->first());
  at::Tensor x = at::arange(3, at::kFloat);
  one->sum(x);
  one->start_sum(x)();
  one->broadcast(x);
  one->barrier();
  EXPECT_TRUE(x.equal(at::arange(3, at::kFloat)));
  EXPECT_TRUE(one->any(true));
  EXPECT_FALSE(one->any(false));
  EXPECT_TRUE(Processes::join(Launch())->alone());
}

TEST_F(ProcessesTest, SumsAndBroadcastsOverFour) {
  const Forked forked = in_processes(4, [](const Together& processes) {
    const auto rank = static_cast<double>(processes->rank());
    Values values;
    at::Tensor x = at::full({1000}, rank + 1, at::kDouble);
    processes->sum(x);
    values.push_back(x[999].item<double>());
    at::Tensor whole = at::full({2, 3}, processes->rank(), at::kInt);
    at::Tensor later = at::full({5}, rank, at::kFloat);
    const auto wait = processes->start_sum(later);
    processes->sum(whole);
    wait();
    values.push_back(whole[1][2].item<double>());
    values.push_back(later[4].item<double>());
    at::Tensor y = at::full({3}, 10 + rank, at::kFloat);
    processes->broadcast(y);
    values.push_back(y[2].item<double>());
    values.push_back(processes->any(processes->rank() == 2) ? 1 : 0);
    values.push_back(processes->any(false) ? 1 : 0);
    processes->barrier();
    return values;
  });
  for (size_t rank = 0; rank < 4; ++rank) {
    EXPECT_EQ(forked.codes[rank], 0) << forked.errors[rank];
    EXPECT_EQ(forked.values[rank], (Values{10, 6, 6, 10, 1, 0}));
  }
}

TEST_F(ProcessesTest, AllStopAtTheSameStep) {
  const Forked forked = in_processes(3, [](const Together& processes) {
    double steps = 0;
    for (bool asked = false; !processes->any(asked); ++steps) {
      asked = processes->rank() == 1 && steps == 4;
    }
    return Values{steps};
  });
  EXPECT_EQ(forked.values, (std::vector<Values>(3, Values{5})));
}

/// Steps on until one is killed in the middle.
Forked with_one_killed(int64_t count, int64_t victim) {
  return in_processes(count, [victim](const Together& processes) {
    for (int step = 0;; ++step) {
      if (step == 5 && processes->rank() == victim) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        std::raise(SIGKILL);
      }
      at::Tensor beside = at::ones({100000});
      const auto wait = processes->start_sum(beside);
      at::Tensor x = at::ones({10});
      processes->sum(x);
      wait();
    }
    return Values();
  });
}

TEST_F(ProcessesTest, ADeadOneEndsTheOthersWithOneLine) {
  for (const int64_t victim : {2, 0}) {
    const double begin = now_s();
    const Forked forked = with_one_killed(4, victim);
    EXPECT_LT(now_s() - begin, 15);
    for (int64_t rank = 0; rank < 4; ++rank) {
      const auto place = static_cast<size_t>(rank);
      if (rank == victim) {
        EXPECT_EQ(forked.codes[place], 128 + SIGKILL);
        continue;
      }
      EXPECT_EQ(forked.codes[place], 75);
      EXPECT_EQ(
          forked.errors[place],
          "process " + std::to_string(victim) +
              " of 4 is gone; the others stop; train --resume goes on, with any number of "
              "processes");
    }
  }
}

TEST_F(ProcessesTest, AnUnknownHostIsRefusedAtOnce) {
  Launch launch;
  launch.count = 4;
  launch.rank = 2;
  launch.host = "no.such.host.invalid";
  try {
    Processes::join(launch);
    FAIL();
  } catch (const ConfigError& fault) {
    EXPECT_EQ(
        std::string(fault.what()),
        "process 2 of 4: no meeting at no.such.host.invalid:29500 (the host is unknown or out of "
        "reach); check MASTER_ADDR and MASTER_PORT, and that all processes were started");
  }
}

TEST_F(ProcessesTest, AStrangePlaceToMeetIsRefused) {
  Launch launch;
  launch.count = 2;
  launch.rank = 0;
  launch.host = "127.0.0.1";
  launch.port = 1;
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listening, plain, size), 0);
  ASSERT_EQ(::listen(listening, 1), 0);
  ASSERT_EQ(::getsockname(listening, plain, &size), 0);
  launch.port = ntohs(address.sin_port);
  try {
    Processes::join(launch);
    FAIL();
  } catch (const ConfigError& fault) {
    const std::string text = fault.what();
    EXPECT_EQ(text.rfind("process 0 of 2: no meeting at 127.0.0.1:", 0), 0U) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
  ::close(listening);
}

}  // namespace
}  // namespace sotto::experiments
