#pragma once

#include <stdint.h>

/// C interface of the small shared objects that hold dlib's face detector and landmark model. The
/// same source is built for any x86-64 and for AVX2 machines; `FaceModels` opens the one that fits.
/// Pictures are grey, `stride` bytes from row to row. Nothing throws through these functions.
extern "C" {

typedef struct sotto_face_box {
  double left;  ///< pixels; right and bottom are inside the box
  double top;
  double right;
  double bottom;
  double score;
} sotto_face_box;

/// Begins to load the landmark model of a file and the detector, each on a thread of its own; the
/// first `sotto_face_shape_new` of that path and the first `sotto_face_detector_new` take them. Does
/// nothing the second time.
void sotto_face_preload(const char* path);

/// The frontal HOG detector (0.2 s); null on failure. One a thread: clone it.
void* sotto_face_detector_new(void);
void* sotto_face_detector_clone(const void* detector);
void sotto_face_detector_free(void* detector);
/// Faces found, best first; at most `capacity` are written. -1 on failure.
int sotto_face_detect(
    void* detector,
    const uint8_t* grey,
    int64_t height,
    int64_t width,
    int64_t stride,
    sotto_face_box* boxes,
    int capacity);

/// The landmark model of a file; null if it cannot be read. Safe to use from several threads.
void* sotto_face_shape_new(const char* path);
void sotto_face_shape_free(void* shape);
/// How many points the model gives.
int sotto_face_shape_points(const void* shape);
/// Writes x, y of every point. 0, or -1 on failure.
int sotto_face_shape_fit(
    const void* shape,
    const uint8_t* grey,
    int64_t height,
    int64_t width,
    int64_t stride,
    const sotto_face_box* box,
    double* points);

}  // extern "C"
