#include "experiments/device.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/launcher_environment.h"
#include "tests/message_of.h"

namespace sotto::experiments {
namespace {

TEST(DeviceTest, EachProcessOfAMachineHasItsGpu) {
  const tests::LauncherEnvironment none({});
  EXPECT_EQ(gpu_of("auto", 2, 4), 2);
  EXPECT_EQ(gpu_of("cuda", 0, 4), 0);
  EXPECT_EQ(gpu_of("cuda:3", 1, 4), 3);
  EXPECT_EQ(
      tests::message_of([] { gpu_of("auto", 1, 1); }),
      "--device auto: GPU 1 is asked for, this LibTorch sees 1; start one process a GPU, or name one "
      "with --device cuda:N");
  EXPECT_NE(tests::message_of([] { gpu_of("cuda", 0, 0); }).find("--device cpu"), std::string::npos);
  EXPECT_THROW(gpu_of("cuda:x", 0, 1), ConfigError);
}

TEST(DeviceTest, AProcessThatSeesItsOwnGpuAloneTakesIt) {
  const std::map<std::string, std::string> shown = {{"CUDA_VISIBLE_DEVICES", "5"}};
  const tests::LauncherEnvironment own(shown);
  EXPECT_EQ(gpu_of("auto", 5, 1), 0);
  EXPECT_EQ(gpu_of("cuda", 5, 8), 5);
}

}  // namespace
}  // namespace sotto::experiments
