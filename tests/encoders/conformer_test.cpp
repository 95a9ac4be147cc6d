#include "encoders/conformer.h"

#include "common/error.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

ConformerOptions small_options() {
  ConformerOptions options;
  options.dim = 8;
  options.heads = 2;
  options.layers = 2;
  options.feed_forward = 12;
  options.kernel = 5;
  return options;
}

TEST(ConformerTest, PartsCanBeLeftOut) {
  ConformerOptions options = small_options();
  options.macaron = false;
  options.convolution = false;
  Conformer encoder(options);
  for (const auto& parameter : encoder->named_parameters()) {
    EXPECT_EQ(parameter.key().find("macaron"), std::string::npos);
    EXPECT_EQ(parameter.key().find("conv"), std::string::npos);
    EXPECT_EQ(parameter.key().find("norm_final"), std::string::npos);
  }
  EXPECT_EQ(
      encoder->forward(at::randn({1, 3, 8}), Lengths::full(1, 3)).sizes(),
      (std::vector<int64_t>{1, 3, 8}));
}

TEST(ConformerTest, DropoutOnlyWhileTrainingAndOnlyWhereWanted) {
  ConformerOptions options = small_options();
  options.dropout = 0.5;
  options.convolution = false;  // batch norm tells training from evaluation by itself
  Conformer encoder(options);
  const at::Tensor x = at::randn({1, 4, 8});
  const auto run = [&] { return encoder->forward(x, Lengths::full(1, 4)); };
  encoder->eval();
  const at::Tensor quiet = run();
  encoder->train();
  EXPECT_FALSE(run().equal(quiet));
  set_regularisers(*encoder, false);
  EXPECT_TRUE(run().equal(quiet));
  set_regularisers(*encoder, true);
  EXPECT_FALSE(run().equal(quiet));
}

TEST(ConformerTest, RefusesWhatCannotWork) {
  ConformerOptions options = small_options();
  options.kernel = 4;
  EXPECT_THROW(options.validate(), ConfigError);
  options = small_options();
  options.heads = 3;
  EXPECT_THROW(options.validate(), ConfigError);
  Conformer encoder(small_options());
  EXPECT_THROW(encoder->forward(at::zeros({1, 3, 7}), Lengths::full(1, 3)), c10::Error);
}

TEST(ConformerTest, PublishedBlockSize) {
  ConformerOptions options;
  options.layers = 1;
  Conformer encoder(options);
  int64_t parameters = 0;
  for (const at::Tensor& parameter : encoder->parameters()) {
    parameters += parameter.numel();
  }
  EXPECT_EQ(parameters, 14204160 + 2 * 768);  // the block and after_norm
}

}  // namespace
}  // namespace sotto::encoders
