#include "datasets/media/picture.h"

namespace sotto::datasets {

Picture to_grey(const Picture& picture) {
  if (picture.channels == 1) {
    return picture;
  }
  constexpr int kRed = 9798;  // 0.299, 0.587, 0.114 times 2^15
  constexpr int kGreen = 19235;
  constexpr int kBlue = 3735;
  Picture grey{picture.height, picture.width, 1, std::vector<uint8_t>(picture.height * picture.width)};
  const uint8_t* in = picture.pixels.data();
  for (uint8_t& out : grey.pixels) {
    out = static_cast<uint8_t>((in[0] * kRed + in[1] * kGreen + in[2] * kBlue + (1 << 14)) >> 15);
    in += 3;
  }
  return grey;
}

}  // namespace sotto::datasets
