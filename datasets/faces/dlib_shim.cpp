#include <exception>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <dlib/image_processing/frontal_face_detector.h>

#include "datasets/faces/dlib_interface.h"
#include "datasets/faces/landmark_forest.h"

namespace sotto_faces {

inline long num_rows(const GreyView& view) {
  return view.rows;
}
inline long num_columns(const GreyView& view) {
  return view.columns;
}
inline const void* image_data(const GreyView& view) {
  return view.pixels;
}
inline long width_step(const GreyView& view) {
  return view.stride;
}

}  // namespace sotto_faces

namespace dlib {

template <>
struct image_traits<sotto_faces::GreyView> {
  typedef unsigned char pixel_type;
};
template <>
struct image_traits<const sotto_faces::GreyView> {
  typedef unsigned char pixel_type;
};

}  // namespace dlib

namespace {

dlib::frontal_face_detector* make_detector() {
  try {
    return new dlib::frontal_face_detector(dlib::get_frontal_face_detector());
  } catch (const std::exception&) {
    return nullptr;
  }
}

sotto_faces::LandmarkForest* read_shape(const std::string& path) {
  try {
    std::ifstream file(path, std::ios::binary);
    return new sotto_faces::LandmarkForest(file);
  } catch (const std::exception&) {
    return nullptr;
  }
}

/// What `sotto_face_preload` has begun.
struct Preloaded {
  std::mutex mutex;
  std::string path;  // empty: nothing was begun
  std::future<sotto_faces::LandmarkForest*> shape;
  std::future<dlib::frontal_face_detector*> detector;
};

Preloaded& preloaded() {
  static Preloaded all;
  return all;
}

sotto_faces::GreyView view_of(const uint8_t* grey, int64_t height, int64_t width, int64_t stride) {
  return {grey, static_cast<long>(height), static_cast<long>(width), static_cast<long>(stride)};
}

}  // namespace

extern "C" {

void sotto_face_preload(const char* path) {
  Preloaded& all = preloaded();
  const std::lock_guard<std::mutex> lock(all.mutex);
  if (!all.path.empty()) {
    return;
  }
  try {
    all.shape = std::async(std::launch::async, read_shape, std::string(path));
    all.detector = std::async(std::launch::async, make_detector);
    all.path = path;
  } catch (const std::exception&) {  // no threads: they are loaded when they are asked for
  }
}

void* sotto_face_detector_new(void) {
  Preloaded& all = preloaded();
  const std::lock_guard<std::mutex> lock(all.mutex);
  return all.detector.valid() ? all.detector.get() : make_detector();
}

void* sotto_face_detector_clone(const void* detector) {
  try {
    return new dlib::frontal_face_detector(
        *static_cast<const dlib::frontal_face_detector*>(detector));
  } catch (const std::exception&) {
    return nullptr;
  }
}

void sotto_face_detector_free(void* detector) {
  delete static_cast<dlib::frontal_face_detector*>(detector);
}

int sotto_face_detect(
    void* detector,
    const uint8_t* grey,
    int64_t height,
    int64_t width,
    int64_t stride,
    sotto_face_box* boxes,
    int capacity) {
  try {
    std::vector<dlib::rect_detection> found;
    (*static_cast<dlib::frontal_face_detector*>(detector))(
        view_of(grey, height, width, stride), found, 0.0);
    int count = 0;
    for (const dlib::rect_detection& face : found) {
      if (count < capacity) {
        const dlib::rectangle& r = face.rect;
        boxes[count++] = {
            double(r.left()),
            double(r.top()),
            double(r.right()),
            double(r.bottom()),
            face.detection_confidence};
      }
    }
    return count;
  } catch (const std::exception&) {
    return -1;
  }
}

void* sotto_face_shape_new(const char* path) {
  Preloaded& all = preloaded();
  const std::lock_guard<std::mutex> lock(all.mutex);
  return all.shape.valid() && all.path == path ? all.shape.get() : read_shape(path);
}

void sotto_face_shape_free(void* shape) {
  delete static_cast<sotto_faces::LandmarkForest*>(shape);
}

int sotto_face_shape_points(const void* shape) {
  return static_cast<const sotto_faces::LandmarkForest*>(shape)->points();
}

int sotto_face_shape_fit(
    const void* shape,
    const uint8_t* grey,
    int64_t height,
    int64_t width,
    int64_t stride,
    const sotto_face_box* box,
    double* points) {
  try {
    static_cast<const sotto_faces::LandmarkForest*>(shape)->fit(
        view_of(grey, height, width, stride),
        {box->left, box->top, box->right, box->bottom},
        points);
    return 0;
  } catch (const std::exception&) {
    return -1;
  }
}

}  // extern "C"
