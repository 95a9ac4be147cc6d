#pragma once

#include <vector>

#include "datasets/faces/geometry.h"
#include "datasets/media/picture.h"

namespace sotto::datasets {

/// What a face looks like: 24x24 grey values between brows and chin, turned and scaled to the mean
/// face, without their mean and of length 1, so that light and contrast do not count. Empty where
/// the picture is even.
using FaceSignature = std::vector<float>;

FaceSignature face_signature(const Picture& grey, const Landmarks& landmarks);

/// Correlation of two faces, -1 to 1. The same face in the next picture gives 0.95 and more, a
/// smile or a turned head 0.6, another face or landmarks beside the face less than a half. 0 if
/// either is empty.
double likeness(const FaceSignature& a, const FaceSignature& b);

}  // namespace sotto::datasets
