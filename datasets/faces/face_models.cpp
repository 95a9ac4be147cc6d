#include "datasets/faces/face_models.h"

#include <filesystem>
#include <mutex>
#include <string>

#include <dlfcn.h>

#include "common/error.h"
#include "common/shared_object.h"
#include "datasets/faces/dlib_interface.h"
#include "datasets/faces/face_library.h"

namespace sotto::datasets {
namespace {

constexpr int kPoints = 68;
constexpr int kMostFaces = 32;

/// The functions of the shared object.
struct Library {
  explicit Library(const std::string& path) : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle == nullptr) {
      throw DataError(path + ": cannot be loaded: " + dlerror());
    }
    find(preload, "sotto_face_preload");
    find(detector_new, "sotto_face_detector_new");
    find(detector_clone, "sotto_face_detector_clone");
    find(detector_free, "sotto_face_detector_free");
    find(detect, "sotto_face_detect");
    find(shape_new, "sotto_face_shape_new");
    find(shape_free, "sotto_face_shape_free");
    find(shape_points, "sotto_face_shape_points");
    find(shape_fit, "sotto_face_shape_fit");
  }

  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    if (function == nullptr) {
      throw DataError(std::string("face models: the library lacks ") + name);
    }
  }

  void* handle;  // never closed: the models live as long as the process
  decltype(&sotto_face_preload) preload;
  decltype(&sotto_face_detector_new) detector_new;
  decltype(&sotto_face_detector_clone) detector_clone;
  decltype(&sotto_face_detector_free) detector_free;
  decltype(&sotto_face_detect) detect;
  decltype(&sotto_face_shape_new) shape_new;
  decltype(&sotto_face_shape_free) shape_free;
  decltype(&sotto_face_shape_points) shape_points;
  decltype(&sotto_face_shape_fit) shape_fit;
};

class DlibDetector : public FaceDetector {
 public:
  DlibDetector(std::shared_ptr<const Library> library, void* detector)
      : library_(std::move(library)), detector_(detector) {}
  ~DlibDetector() override { library_->detector_free(detector_); }
  DlibDetector(const DlibDetector&) = delete;
  DlibDetector& operator=(const DlibDetector&) = delete;

  std::vector<FaceBox> detect(const GreyView& picture) override {
    sotto_face_box boxes[kMostFaces];
    const int count = library_->detect(
        detector_,
        picture.pixels,
        picture.height,
        picture.width,
        picture.stride,
        boxes,
        kMostFaces);
    if (count < 0) {
      throw DataError("face models: the detector failed");
    }
    std::vector<FaceBox> faces;
    for (int i = 0; i < count; ++i) {
      faces.push_back({boxes[i].left, boxes[i].top, boxes[i].right, boxes[i].bottom});
    }
    return faces;
  }

 private:
  std::shared_ptr<const Library> library_;
  void* detector_;
};

class DlibModels : public FaceModels {
 public:
  DlibModels() : library_(std::make_shared<const Library>(find_shared_object(face_library_name()))) {
    if (!std::filesystem::exists(kLandmarkFile)) {
      throw DataError(std::string(kLandmarkFile) + ": no such file; apt-get install libdlib-data");
    }
    library_->preload(kLandmarkFile);  // side by side
    shape_ = library_->shape_new(kLandmarkFile);
    if (shape_ == nullptr || library_->shape_points(shape_) != kPoints) {
      throw DataError(
          std::string(kLandmarkFile) +
          ": expected dlib's 68-point landmark model; apt-get install --reinstall libdlib-data");
    }
    detector_ = library_->detector_new();
    if (detector_ == nullptr) {
      throw DataError("face models: the detector cannot be made");
    }
  }
  ~DlibModels() override {
    library_->detector_free(detector_);
    library_->shape_free(shape_);
  }
  DlibModels(const DlibModels&) = delete;
  DlibModels& operator=(const DlibModels&) = delete;

  std::unique_ptr<FaceDetector> make_detector() const override {
    void* clone = library_->detector_clone(detector_);
    if (clone == nullptr) {
      throw DataError("face models: the detector cannot be made");
    }
    return std::make_unique<DlibDetector>(library_, clone);
  }

  Landmarks landmarks(const GreyView& picture, const FaceBox& box) const override {
    const sotto_face_box rectangle = {box.left, box.top, box.right, box.bottom, 0};
    Landmarks points(kPoints);
    static_assert(sizeof(Point) == 2 * sizeof(double), "points are pairs of doubles");
    const int result = library_->shape_fit(
        shape_,
        picture.pixels,
        picture.height,
        picture.width,
        picture.stride,
        &rectangle,
        &points[0].x);
    if (result != 0) {
      throw DataError("face models: the landmarks cannot be found");
    }
    return points;
  }

 private:
  std::shared_ptr<const Library> library_;
  void* shape_ = nullptr;
  void* detector_ = nullptr;
};

}  // namespace

std::shared_ptr<const FaceModels> shared_face_models() {
  static std::mutex mutex;
  static std::shared_ptr<const FaceModels> models;
  const std::lock_guard<std::mutex> lock(mutex);
  if (!models) {
    models = std::make_shared<const DlibModels>();
  }
  return models;
}

}  // namespace sotto::datasets
