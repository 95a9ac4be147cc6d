#include "experiments/launch.h"

#include <cstdlib>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "common/error.h"
#include "experiments/network.h"
#include "tests/launcher_environment.h"

namespace sotto::experiments {
namespace {

using Variables = std::map<std::string, std::string>;

using Environment = tests::LauncherEnvironment;

/// "rank/count local@host:port launcher"
std::string launched(const Variables& variables) {
  const Environment environment(variables);
  const Launch launch = launch_of_environment();
  return std::to_string(launch.rank) + "/" + std::to_string(launch.count) + " " +
         std::to_string(launch.local_rank) + "@" + launch.host + ":" + std::to_string(launch.port) +
         " " + launch.launcher;
}

std::string complaint(const Variables& variables) {
  try {
    return "no complaint: " + launched(variables);
  } catch (const ConfigError& fault) {
    return fault.what();
  }
}

TEST(LaunchTest, EveryLauncherSaysWhoItIs) {
  EXPECT_EQ(launched({}), "0/1 0@127.0.0.1:29500 ");
  EXPECT_EQ(
      launched(
          {{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"LOCAL_RANK", "1"}, {"MASTER_ADDR", "node1"},
           {"MASTER_PORT", "1234"}}),
      "5/8 1@node1:1234 torchrun");
  EXPECT_EQ(launched({{"RANK", "1"}, {"WORLD_SIZE", "2"}}), "1/2 0@127.0.0.1:29500 torchrun");
  EXPECT_EQ(
      launched(
          {{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"},
           {"OMPI_COMM_WORLD_LOCAL_RANK", "1"}, {"MASTER_ADDR", "10.0.0.1"}}),
      "3/4 1@10.0.0.1:29500 Open MPI");
  EXPECT_EQ(
      launched({{"PMI_RANK", "2"}, {"PMI_SIZE", "3"}, {"MPI_LOCALRANKID", "2"}}),
      "2/3 2@127.0.0.1:29500 MPI");
  const Variables slurm = {
      {"SLURM_PROCID", "2"},      {"SLURM_NTASKS", "4"},
      {"SLURM_LOCALID", "0"},     {"SLURM_STEP_ID", "0"},
      {"SLURM_JOB_ID", "123456"}, {"SLURM_JOB_NODELIST", "gpu[03-05,09]"}};
  EXPECT_EQ(launched(slurm), "2/4 0@gpu03:13456 Slurm");
  Variables shell = slurm;  // in an allocation, not in a step
  shell.erase("SLURM_STEP_ID");
  EXPECT_EQ(launched(shell), "0/1 0@127.0.0.1:29500 ");
  Variables told = slurm;
  told["MASTER_ADDR"] = "head";
  told["MASTER_PORT"] = "7";
  EXPECT_EQ(launched(told), "2/4 0@head:7 Slurm");
  Variables pmi = slurm;  // srun --mpi=pmi2
  pmi["PMI_RANK"] = "2";
  pmi["PMI_SIZE"] = "4";
  EXPECT_EQ(launched(pmi), "2/4 0@gpu03:13456 Slurm");
  pmi["PMI_SIZE"] = "8";  // mpirun within Slurm
  EXPECT_EQ(launched(pmi), "2/8 0@127.0.0.1:29500 MPI");
  Variables both = slurm;  // torchrun within Slurm speaks first
  both["RANK"] = "0";
  both["WORLD_SIZE"] = "2";
  EXPECT_EQ(launched(both), "0/2 0@127.0.0.1:29500 torchrun");
}

TEST(LaunchTest, TorchrunsOwnStoreAndInterfaces) {
  const Environment environment(
      {{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"TORCHELASTIC_USE_AGENT_STORE", "True"},
       {"TORCHELASTIC_RESTART_COUNT", "3"}, {"GLOO_SOCKET_IFNAME", "eth1"}});
  const Launch launch = launch_of_environment();
  EXPECT_TRUE(launch.has_store);
  EXPECT_EQ(launch.attempt, "3");
  EXPECT_EQ(launch.interface, "eth1");
  ::setenv("SOTTO_INTERFACE", "ib0", 1);
  EXPECT_EQ(launch_of_environment().interface, "ib0");
}

TEST(LaunchTest, HalfAnswersAreRefused) {
  EXPECT_EQ(complaint({{"RANK", "1"}}), "RANK is set without WORLD_SIZE; set both or neither");
  EXPECT_EQ(
      complaint({{"OMPI_COMM_WORLD_SIZE", "2"}}),
      "OMPI_COMM_WORLD_SIZE is set without OMPI_COMM_WORLD_RANK; set both or neither");
  EXPECT_EQ(
      complaint({{"RANK", "4"}, {"WORLD_SIZE", "4"}}),
      "RANK=4, WORLD_SIZE=4: expected a rank from 0 on below the number of processes");
  EXPECT_EQ(
      complaint({{"RANK", "one"}, {"WORLD_SIZE", "4"}}),
      "RANK=one, WORLD_SIZE=4: expected a rank from 0 on below the number of processes");
  EXPECT_EQ(
      complaint(
          {{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "4"},
           {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}}),
      "Open MPI started processes on several machines: set MASTER_ADDR to the name of the first one "
      "(mpirun -x MASTER_ADDR=HOST)");
  EXPECT_EQ(
      complaint({{"RANK", "1"}, {"WORLD_SIZE", "4"}, {"MASTER_PORT", "99999"}}),
      "MASTER_PORT=99999: expected a port from 1 to 65535");
}

TEST(LaunchTest, TheFirstHostOfANodeList) {
  EXPECT_EQ(first_host("gpu01"), "gpu01");
  EXPECT_EQ(first_host("a,b"), "a");
  EXPECT_EQ(first_host("gpu[01-03,07],cpu1"), "gpu01");
  EXPECT_EQ(first_host("gpu[7]"), "gpu7");
  EXPECT_EQ(first_host("rack1n[12,14]"), "rack1n12");
  EXPECT_EQ(first_host("n[1-2]-ib,m"), "n1-ib");
  for (const char* list : {"", ",a", "gpu[", "gpu[]", "gpu[01-03", "r[1-2]n[3-4]"}) {
    EXPECT_THROW(first_host(list), ConfigError) << list;
  }
}

TEST(NetworkTest, KnowsTheWayOut) {
  EXPECT_TRUE(is_loopback(address_towards("127.0.0.1", 1)));
  EXPECT_TRUE(is_loopback("127.0.1.1"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_EQ(address_towards("no.such.host.invalid", 1), "");
}

TEST(NetworkTest, KnowsWhoIsStillThere) {
  EXPECT_FALSE(has_ended(own_process()));
  EXPECT_FALSE(has_ended("elsewhere/pid:[1] 1"));
  EXPECT_FALSE(has_ended(""));
  const std::string own = own_process();
  EXPECT_TRUE(has_ended(own.substr(0, own.rfind(' ') + 1) + "4194999"));  // above all numbers
}

}  // namespace
}  // namespace sotto::experiments
