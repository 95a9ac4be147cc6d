#include "frontends/features.h"

#include "tests/tensors.h"

namespace sotto::frontends {
namespace {

TEST(FeaturesTest, InputIsTheFeatures) {
  FeaturesOptions options;
  options.dim = 6;
  FeaturesImpl frontend(options);
  const at::Tensor x = at::randn({2, 3, 6});
  EXPECT_TRUE(frontend.forward(x, Lengths({3, 1}, 3)).is_same(x));
  EXPECT_EQ(frontend.output_dim(), 6);
  EXPECT_TRUE(frontend.parameters().empty());
}

}  // namespace
}  // namespace sotto::frontends
