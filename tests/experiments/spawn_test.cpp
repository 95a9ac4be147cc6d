#include "experiments/spawn.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "common/interrupt.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

Spawn shell(int64_t count, const std::string& script, const std::string& folder = "/") {
  Spawn spawn;
  spawn.count = count;
  spawn.words = {"/bin/sh", "-c", "cd '" + folder + "' && " + script};
  spawn.patience_s = 0.3;
  return spawn;
}

TEST(SpawnTest, EveryProcessKnowsItsPlace) {
  const TemporaryFolder folder;
  Spawn spawn = shell(
      3,
      "echo $RANK of $WORLD_SIZE, $LOCAL_RANK at $MASTER_ADDR, $OMP_NUM_THREADS threads "
      ">$RANK && echo $MASTER_PORT >port$RANK",
      folder.path());
  ::unsetenv("OMP_NUM_THREADS");
  spawn.threads = 5;
  EXPECT_EQ(run_processes(spawn), 0);
  EXPECT_EQ(read_file(folder / "2"), "2 of 3, 2 at 127.0.0.1, 5 threads\n");
  EXPECT_EQ(read_file(folder / "0"), "0 of 3, 0 at 127.0.0.1, 5 threads\n");
  EXPECT_EQ(read_file(folder / "port0"), read_file(folder / "port2"));
}

TEST(SpawnTest, OnlyTheFirstOneSpeaks) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_processes(shell(2, "echo line of $RANK >&2")), 0);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "line of 0\n");
}

TEST(SpawnTest, WhenOneFailsTheOthersAreStopped) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(
      run_processes(shell(3, "[ $RANK = 2 ] && { echo why >&2; exit 2; }; exec sleep 100")), 2);
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "why\nsotto: process 2 of 3 ended with exit code 2; the others are stopped\n");
}

TEST(SpawnTest, AKilledOneCanGoOn) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_processes(shell(2, "[ $RANK = 1 ] && kill -9 $$; sleep 0.3; exit 75")), 75);
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "sotto: process 1 of 2 was ended by signal 9 (Killed); the others are stopped\n");
}

TEST(SpawnTest, WhoWasAskedToStopMaySaveForAWhile) {
  const TemporaryFolder folder;
  std::thread asker([&] {
    while (!std::filesystem::exists(folder / "0") || !std::filesystem::exists(folder / "1")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::raise(SIGTERM);
  });
  // A second signal would end the first one, as it ends sotto.
  const int code = run_processes(shell(
      2,
      "if [ $RANK = 0 ]; then trap 'trap - TERM; sleep 1.2; echo saved >saved; exit 75' TERM; "
      "else trap 'exit 75' TERM; fi; echo >$RANK; while :; do sleep 0.05; done",
      folder.path()));
  asker.join();
  forget_interrupt();
  EXPECT_EQ(code, 75);
  EXPECT_TRUE(std::filesystem::exists(folder / "saved"));
}

TEST(SpawnTest, OneOfSeveralStartsNoOthers) {
  ::setenv("PMI_RANK", "0", 1);
  ::setenv("PMI_SIZE", "2", 1);
  EXPECT_THROW(run_processes(shell(2, "true")), ConfigError);
  ::unsetenv("PMI_RANK");
  ::unsetenv("PMI_SIZE");
}

}  // namespace
}  // namespace sotto::experiments
