#include "datasets/prepare_part.h"

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/launcher_environment.h"

namespace sotto::datasets {
namespace {

using Environment = tests::LauncherEnvironment;

std::string launched(const std::map<std::string, std::string>& variables) {
  const Environment environment(variables);
  return part_of_launcher().name();
}

TEST(PreparePartTest, OneOfSeveral) {
  EXPECT_EQ(parse_part("3/8").index, 2);
  EXPECT_EQ(parse_part("3/8").count, 8);
  EXPECT_EQ(parse_part("3/8").name(), "3-of-8");
  EXPECT_TRUE(parse_part("1/1").whole());
  for (const char* text :
       {"", "3", "0/8", "9/8", "a/b", "1/", "/2", "-1/2", "1/2/3", "1/9999999"}) {
    EXPECT_THROW(parse_part(text), ConfigError) << text;
  }
}

TEST(PreparePartTest, LaunchersSayWhichOne) {
  EXPECT_EQ(launched({}), "1-of-1");
  EXPECT_EQ(launched({{"RANK", "1"}, {"WORLD_SIZE", "4"}}), "2-of-4");
  EXPECT_EQ(launched({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}}), "1-of-2");
  EXPECT_EQ(
      launched({{"SLURM_PROCID", "5"}, {"SLURM_NTASKS", "6"}, {"SLURM_STEP_ID", "0"}}), "6-of-6");
  EXPECT_EQ(
      launched(
          {{"SLURM_ARRAY_TASK_ID", "3"},
           {"SLURM_ARRAY_TASK_COUNT", "3"},
           {"SLURM_ARRAY_TASK_MIN", "1"}}),
      "3-of-3");
}

TEST(PreparePartTest, AShellInASlurmJobIsAlone) {
  EXPECT_EQ(launched({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "6"}}), "1-of-1");
  EXPECT_EQ(launched({{"RANK", "0"}, {"WORLD_SIZE", "1"}}), "1-of-1");
}

TEST(PreparePartTest, SomeTasksOfAnArrayAgainNeedAWord) {
  const Environment environment(
      {{"SLURM_ARRAY_TASK_ID", "7"},
       {"SLURM_ARRAY_TASK_COUNT", "3"},
       {"SLURM_ARRAY_TASK_MIN", "5"}});
  EXPECT_THROW(part_of_launcher(), ConfigError);
}

TEST(PreparePartTest, ImpossibleRanksAreRefused) {
  const Environment environment({{"RANK", "4"}, {"WORLD_SIZE", "4"}});
  EXPECT_THROW(part_of_launcher(), ConfigError);
}

TEST(PreparePartTest, HalfSetVariablesAreRefused) {
  const std::map<std::string, std::string> half = {{"RANK", "1"}};
  const Environment environment(half);
  try {
    part_of_launcher();
    FAIL();
  } catch (const ConfigError& fault) {
    EXPECT_EQ(
        std::string(fault.what()),
        "RANK is set without WORLD_SIZE; set both or neither; or give --shard K/N to say it "
        "yourself");
  }
}

}  // namespace
}  // namespace sotto::datasets
