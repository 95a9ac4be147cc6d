#pragma once

namespace sotto {

/// What a product or a convolution applies to its results.
enum class FusedActivation { kNone, kRelu, kSwish };

}  // namespace sotto
