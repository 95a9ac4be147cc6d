#pragma once

#include <string>

namespace sotto::datasets {

/// dlib's landmark model, as Debian's libdlib-data installs it.
constexpr const char* kLandmarkFile = "/usr/share/dlib/shape_predictor_68_face_landmarks.dat";

/// The shared object of dlib_interface.h that suits this processor.
std::string face_library_name();

/// Begins to load the face models (0.6 s) on threads of their own, for whoever asks for them later.
/// What cannot be loaded is told then.
void preload_face_models();

}  // namespace sotto::datasets
