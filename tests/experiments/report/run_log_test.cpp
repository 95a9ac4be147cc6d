#include "experiments/report/run_log.h"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "experiments/report/log_lines.h"
#include "experiments/report/log_time.h"
#include "tests/common/temporary_folder.h"
#include "tests/experiments/report/event_reader.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;

void train(RunLog& log, const std::string& stage, int64_t epoch, int64_t step) {
  TrainingLine line;
  line.stage = stage;
  line.epoch = epoch;
  line.step = step;
  line.loss = {{"total", 1.0 / static_cast<double>(step)}};
  line.learning_rate = 0.5;
  log.trained(line);
}

void validate(RunLog& log, const std::string& stage, int64_t epoch, int64_t step) {
  log.validated({{"stage", stage}, {"epoch", epoch}, {"step", step}, {"wer", {{"av", 0.25}}}});
}

/// Two stages of two epochs of two steps, begun at a place, as a trainer would go on.
void run_from(RunLog& log, int64_t stage, int64_t epochs_done, int64_t step) {
  const std::vector<std::string> names = {"streams", "joint"};
  for (; stage < 2; ++stage, step = 0, epochs_done = 0) {
    const std::string& name = names[static_cast<size_t>(stage)];
    while (epochs_done < 2) {
      while (step < 2 * (epochs_done + 1)) {
        train(log, name, epochs_done + 1, ++step);
      }
      validate(log, name, ++epochs_done, step);
    }
  }
}

std::vector<json> log_of(const TemporaryFolder& folder) {
  std::vector<json> lines;
  for (const LogLine& line : read_log_lines(folder / "log.jsonl").lines) {
    lines.push_back(line.fields);
  }
  return lines;
}

/// Without what differs between equal runs.
std::vector<json> timeless(std::vector<json> lines) {
  for (json& line : lines) {
    line.erase("time");
  }
  return lines;
}

TEST(RunLogTest, ALineSaysWhatWasTrained) {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path());
    TrainingLine line;
    line.stage = "joint \"one\"";
    line.epoch = 2;
    line.step = 30;
    line.loss = {{"total", 1.5}, {"ctc", NAN}, {"attention", INFINITY}};
    line.learning_rate = 1e-3;
    line.gradient_norm = 4;
    line.frames_per_s = 1234;
    line.wait_share = 0.02;
    log.trained(line);
    log.finish();
  }
  const std::string text = read_file(folder / "log.jsonl");
  EXPECT_EQ(text.rfind("{\"time\":\"20", 0), 0U) << text;
  EXPECT_EQ(text.back(), '\n');
  const json line = json::parse(text);
  EXPECT_LT(std::abs(parse_time(line.at("time")) - unix_now()), 60);
  EXPECT_EQ(line.at("kind"), "train");
  EXPECT_EQ(line.at("stage"), "joint \"one\"");
  EXPECT_EQ(line.at("epoch"), 2);
  EXPECT_EQ(line.at("step"), 30);
  EXPECT_EQ(line.at("loss").at("total"), 1.5);
  EXPECT_TRUE(line.at("loss").at("ctc").is_null());
  EXPECT_TRUE(line.at("loss").at("attention").is_null());
  EXPECT_EQ(line.at("learning_rate"), 1e-3);
  EXPECT_EQ(line.at("gradient_norm"), 4);
  EXPECT_EQ(line.at("frames_per_s"), 1234);
  EXPECT_EQ(line.at("wait_share"), 0.02);
}

TEST(RunLogTest, TensorBoardIsToldTheSameOnOneScaleOfSteps) {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path());
    run_from(log, 0, 0, 0);
  }
  std::vector<tests::Event> events;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().filename().string().rfind("events.out.tfevents.", 0) == 0) {
      events = tests::read_events(read_file(entry.path().string()));
    }
  }
  ASSERT_EQ(events.size(), 1U + 8 + 4);
  EXPECT_EQ(events[1].step, 1);
  EXPECT_EQ(events[1].scalars.at("loss/total"), 1);
  EXPECT_EQ(events[1].scalars.at("learning_rate"), 0.5F);
  EXPECT_EQ(events[3].scalars, (std::map<std::string, float>{{"validation/wer/av", 0.25F}}));
  EXPECT_EQ(events[7].step, 5);  // the first of the second stage
  EXPECT_EQ(events.back().step, 8);
}

TEST(StepCountTest, EachStageBeginsAtNothing) {
  StepCount steps;
  EXPECT_EQ(steps.add("short", 10), 10);
  EXPECT_EQ(steps.add("long", 20), 30);  // its first line is behind the other one's last step
  EXPECT_EQ(steps.add("long", 40), 50);
  EXPECT_EQ(steps.add("third", 5), 55);
}

TEST(RunLogTest, AResumedLogIsAnUndisturbedOne) {
  const TemporaryFolder whole;
  {
    RunLog log(whole.path());
    run_from(log, 0, 0, 0);
  }
  const std::vector<json> expected = timeless(log_of(whole));
  ASSERT_EQ(expected.size(), 12U);
  struct Checkpoint {
    int64_t stage;
    int64_t epochs_done;
    int64_t step;
  };
  // Saved within an epoch, behind its last step but before its validation, behind that, between
  // stages, and never.
  for (const Checkpoint& saved :
       {Checkpoint{0, 0, 1},
        {0, 0, 2},
        {0, 1, 2},
        {0, 1, 3},
        {1, 0, 0},
        {1, 0, 2},
        {1, 2, 4},
        {0, 0, 0}}) {
    const TemporaryFolder folder;
    {
      RunLog log(folder.path());
      run_from(log, 0, 0, 0);
    }
    RunLog log(folder.path());
    log.keep_until(saved.stage == 0 ? "streams" : "joint", saved.epochs_done, saved.step);
    run_from(log, saved.stage, saved.epochs_done, saved.step);
    EXPECT_EQ(timeless(log_of(folder)), expected)
        << saved.stage << " " << saved.epochs_done << " " << saved.step;
  }
}

TEST(RunLogTest, ATornLineIsDropped) {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path());
    train(log, "a", 1, 1);
  }
  append_to_file(folder / "log.jsonl", "{\"time\":\"2026-");
  {
    RunLog log(folder.path());
    train(log, "a", 1, 2);
  }
  EXPECT_EQ(log_of(folder).size(), 2U);
}

TEST(RunLogTest, ALogOfSomethingElseIsRefused) {
  const TemporaryFolder folder;
  write_file(folder / "log.jsonl", "{\"stage\":\"a\",\"epoch\":1,\"step\":2}\nno line\n");
  try {
    RunLog log(folder.path());
    FAIL() << "opened";
  } catch (const DataError& fault) {
    EXPECT_NE(std::string(fault.what()).find("log.jsonl:2: expected"), std::string::npos)
        << fault.what();
  }
}

TEST(RunLogTest, TheStateOutlivesTheRun) {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path());
    log.plan(100);
    EXPECT_EQ(seen_from_here(read_run_state(folder.path())).state, "running");
  }
  RunState state = read_run_state(folder.path());
  EXPECT_EQ(state.state, "stopped");
  EXPECT_EQ(state.steps, 100);
  const double began = state.began_s;
  {
    RunLog log(folder.path());
    log.stop("told to");
  }
  EXPECT_EQ(read_run_state(folder.path()).reason, "told to");
  {
    RunLog log(folder.path());
    log.finish();
  }
  state = read_run_state(folder.path());
  EXPECT_EQ(state.state, "finished");
  EXPECT_EQ(state.reason, "");
  EXPECT_EQ(state.began_s, began);
  state.state = "running";
  state.process = 0x3ffffff0;  // nobody's
  EXPECT_EQ(seen_from_here(state).state, "stopped");
  state.host = "elsewhere";
  EXPECT_EQ(seen_from_here(state).state, "running");
}

TEST(RunLogTest, TimesReadAsTheyAreWritten) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_text(1795916703.25), "2026-11-29T01:45:03.250Z");
  EXPECT_EQ(parse_time("2026-11-29T01:45:03.250Z"), 1795916703.25);
  EXPECT_TRUE(std::isnan(parse_time("yesterday")));
}

}  // namespace
}  // namespace sotto::experiments
