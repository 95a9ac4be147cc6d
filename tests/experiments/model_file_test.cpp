#include "experiments/model_file.h"

#include <fstream>

#include "common/error.h"
#include "tests/common/temporary_folder.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

ModelCard tiny_card() {
  const Recipe recipe = tests::tiny_recipe("none");
  ModelCard card;
  card.name = "tiny";
  card.about = "a \"quoted\" line\nand another: \xC3\xA9";
  card.domain = "digits";
  card.licence = "none";
  card.model = recipe.model;
  card.decode = recipe.decode;
  card.tokens = datasets::english_characters();
  return card;
}

AvsrModel tiny_model(const ModelCard& card, uint64_t seed = 18) {
  at::manual_seed(seed);
  AvsrModel model(card.model, static_cast<int64_t>(card.tokens.size()));
  model->eval();
  return model;
}

class ModelFileTest : public testing::Test {
 protected:
  ModelFileTest() : path_(folder_ / "model.safetensors"), card_(tiny_card()) {
    model_ = tiny_model(card_);
    write_model(path_, state_of(*model_), card_);
  }

  /// What reading a changed copy of the file says; empty if it is accepted.
  std::string fault_of(const std::string& bytes) const {
    const std::string copy = folder_ / "copy.safetensors";
    write_file(copy, bytes);
    try {
      read_model(copy);
    } catch (const CheckpointError& fault) {
      EXPECT_NE(std::string(fault.what()).find(copy), std::string::npos) << fault.what();
      return fault.what();
    } catch (const DataError& fault) {
      EXPECT_NE(std::string(fault.what()).find(copy), std::string::npos) << fault.what();
      return fault.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  std::string path_;
  ModelCard card_;
  AvsrModel model_{nullptr};
};

TEST_F(ModelFileTest, LabelWordsAndCalibration) {
  EXPECT_TRUE(read_model(path_).card.label_words.empty());
  EXPECT_FALSE(read_model(path_).card.calibration.any());
  ModelContents contents = read_contents(path_);
  contents.card.model.label_classes = 3;
  contents.card.label_words = {"a", "\"b\""};
  contents.card.calibration.av.fitted = true;
  contents.card.calibration.av.labels = 0.75;
  const std::string calibrated = folder_ / "calibrated.safetensors";
  write_contents(calibrated, contents);
  const ModelCard again = read_contents(calibrated).card;
  EXPECT_EQ(again.label_words, contents.card.label_words);
  EXPECT_TRUE(again.calibration.av.fitted);
  EXPECT_EQ(again.calibration.av.labels, 0.75);
  EXPECT_FALSE(again.calibration.a.fitted);
  // A card whose labels are not its words is refused.
  contents.card.model.label_classes = 4;
  write_contents(calibrated, contents);
  try {
    read_contents(calibrated);
    FAIL() << "four classes of two words were taken";
  } catch (const CheckpointError& fault) {
    EXPECT_EQ(
        std::string(fault.what()),
        calibrated + ": its frame labels have 4 classes, expected 2 words and silence");
  }
}

TEST_F(ModelFileTest, WhatIsWrittenIsRead) {
  const LoadedModel loaded = read_model(path_);
  const TensorMap before = state_of(*model_);
  const TensorMap after = state_of(*loaded.network);
  ASSERT_EQ(before.size(), after.size());
  for (const auto& [name, tensor] : before) {
    EXPECT_TRUE(tensor.equal(after.at(name))) << name;
  }
  EXPECT_FALSE(loaded.network->is_training());
  EXPECT_EQ(loaded.card.name, card_.name);
  EXPECT_EQ(loaded.card.about, card_.about);
  EXPECT_EQ(loaded.card.domain, card_.domain);
  EXPECT_EQ(loaded.card.tokens, card_.tokens);
  EXPECT_EQ(loaded.tokenizer->size(), 30);
  ModelCard again = loaded.card;
  EXPECT_EQ(write_yaml(again.model), write_yaml(card_.model));
  EXPECT_EQ(write_yaml(again.decode), write_yaml(card_.decode));
}

TEST_F(ModelFileTest, EqualModelsGiveEqualBytes) {
  const std::string second = folder_ / "second.safetensors";
  write_model(second, state_of(*tiny_model(tiny_card())), tiny_card());
  EXPECT_EQ(read_file(path_), read_file(second));
  write_model(second, state_of(*tiny_model(tiny_card(), 19)), tiny_card());
  EXPECT_NE(read_file(path_), read_file(second));
  const LoadedModel loaded = read_model(path_);
  write_model(second, state_of(*loaded.network), loaded.card);
  EXPECT_EQ(read_file(path_), read_file(second));
}

TEST_F(ModelFileTest, HalfPrecisionIsCloseAndHalfTheSize) {
  const std::string half = folder_ / "half.safetensors";
  write_model(half, state_of(*model_), card_, at::kHalf);
  const TensorMap before = state_of(*model_);
  for (const auto& [name, tensor] : state_of(*read_model(half).network)) {
    EXPECT_EQ(tensor.scalar_type(), before.at(name).scalar_type()) << name;
    EXPECT_TRUE(at::allclose(tensor, before.at(name), 1e-3, 1e-6)) << name;
  }
  EXPECT_LT(read_file(half).size(), read_file(path_).size() * 2 / 3);
}

TEST_F(ModelFileTest, ADamagedByteIsNoticed) {
  const std::string whole = read_file(path_);
  const size_t data = whole.size() - SafetensorsFile(path_).data_bytes();
  for (size_t place = data; place < whole.size(); place += (whole.size() - data) / 7) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    EXPECT_NE(fault_of(damaged).find("checksum"), std::string::npos);
  }
}

TEST_F(ModelFileTest, ACutFileIsRefusedWhereverItIsCut) {
  const std::string whole = read_file(path_);
  for (const size_t bytes : {0UL, 1UL, 7UL, 8UL, 9UL, 100UL, 1000UL}) {
    EXPECT_NE(fault_of(whole.substr(0, bytes)), "") << bytes;
  }
  for (size_t bytes = 0; bytes < whole.size(); bytes += whole.size() / 50) {
    EXPECT_NE(fault_of(whole.substr(0, bytes)), "") << bytes;
  }
  EXPECT_NE(fault_of(whole.substr(0, whole.size() - 1)), "");
  EXPECT_NE(fault_of(whole + "x"), "");
}

TEST_F(ModelFileTest, ADamagedHeaderNeverCrashes) {
  const std::string whole = read_file(path_);
  const size_t header = whole.size() - SafetensorsFile(path_).data_bytes();
  for (size_t place = 0; place < header; place += 1 + header / 100) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x04);
    fault_of(damaged);  // some are still readable (a letter of a text); any other type would escape
  }
}

TEST_F(ModelFileTest, NamesWhatDoesNotFit) {
  TensorMap tensors = state_of(*model_);
  tensors.erase("ctc.ctc_lo.bias");
  tensors["extra.weight"] = at::zeros({2});
  tensors["proj_encoder.bias"] = at::zeros({3, 1});
  try {
    load_state(*tiny_model(card_), tensors, "some.file");
    FAIL() << "accepted";
  } catch (const CheckpointError& fault) {
    const std::string what = fault.what();
    EXPECT_EQ(what.rfind("some.file: ", 0), 0U);
    EXPECT_NE(what.find("missing ctc.ctc_lo.bias"), std::string::npos);
    EXPECT_NE(what.find("unexpected extra.weight"), std::string::npos);
    EXPECT_NE(what.find("proj_encoder.bias: expected (16), got (3, 1)"), std::string::npos);
  }
}

TEST_F(ModelFileTest, ACardThatLies) {
  const auto fault_with = [this](const std::string& key, const std::string& value) {
    const SafetensorsFile file(path_);
    auto metadata = file.metadata();
    metadata[key] = value;
    const std::string path = folder_ / "lie.safetensors";
    write_tensors(path, state_of(*model_), metadata);
    return fault_of(read_file(path));
  };
  EXPECT_NE(fault_with("format", "sotto-model-9").find("newer sotto"), std::string::npos);
  EXPECT_NE(fault_with("tokens", "[1, 2]"), "");
  EXPECT_NE(fault_with("tokens", "[\"a\"]"), "");
  EXPECT_NE(fault_with("tokens", "{"), "");
  EXPECT_NE(fault_with("tokenizer", "runes"), "");
  EXPECT_NE(fault_with("options", "model: {}"), "");
  EXPECT_NE(fault_with("options", "model: [1"), "");
  EXPECT_NE(fault_with("checksum", "0123456789abcdef").find("checksum"), std::string::npos);
  std::string options = SafetensorsFile(path_).metadata().at("options");
  const auto replaced = [&options](const std::string& from, const std::string& to) {
    std::string changed = options;
    for (size_t at = changed.find(from); at != std::string::npos; at = changed.find(from, at + 1)) {
      changed.replace(at, from.size(), to);
    }
    EXPECT_NE(changed, options) << from;
    return changed;
  };
  EXPECT_NE(
      fault_with("options", replaced("kernel: 5", "kernel: 7")).find("expected"),
      std::string::npos);
  EXPECT_NE(fault_with("options", replaced("kernel: 5", "kernel: 4")), "");
  EXPECT_NE(fault_with("options", replaced("heads: 2", "heads: 3")), "");
  EXPECT_NE(
      fault_with("options", replaced("hidden: 24", "hidden: 9000000000000")).find("than any of its"),
      std::string::npos);
}

TEST_F(ModelFileTest, WhatIsNoModel) {
  EXPECT_NE(fault_of("this is a text file, and long enough to have eight bytes"), "");
  EXPECT_NE(fault_of(std::string(5000, '\xff')), "");
  EXPECT_NE(fault_of(std::string(5000, '\0')), "");
  EXPECT_THROW(read_model(folder_ / "nothing"), DataError);
  const std::string plain = folder_ / "plain.safetensors";
  write_tensors(plain, {{"a", at::zeros({2})}}, {});
  EXPECT_THROW(read_model(plain), CheckpointError);
}

}  // namespace
}  // namespace sotto::experiments
