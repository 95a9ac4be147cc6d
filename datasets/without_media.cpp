// In place of what needs FFmpeg and OpenCV, in builds without them (SOTTO_MEDIA=OFF): packed stores
// and raw input are read as ever, whatever would decode a media file says that it cannot.
#include "common/error.h"
#include "datasets/faces/face_finder.h"
#include "datasets/media/media_reader.h"
#include "datasets/store.h"

namespace sotto::datasets {
namespace {

constexpr const char* kNoMedia = ": this sotto was built without media (SOTTO_MEDIA=OFF); ";

[[noreturn]] void refuse_media(const std::string& path) {
  throw DataError(path + kNoMedia + "it reads packed stores and raw input");
}

[[noreturn]] void refuse_clip(const std::string& path) {
  throw DataError(
      path + kNoMedia + "sotto pack, where sotto has media, makes shards that it reads");
}

}  // namespace

struct MediaReader::Streams {};

MediaReader::MediaReader(const std::string& path, const MediaOptions& /*options*/) {
  refuse_media(path);
}
MediaReader::~MediaReader() = default;
MediaReader::MediaReader(MediaReader&&) noexcept = default;

PicturePtr MediaReader::next_frame() {
  return nullptr;
}
std::vector<float> MediaReader::read_audio(size_t /*samples*/) {
  return {};
}
std::vector<std::string> MediaReader::warnings() const {
  return {};
}

// Faces are looked for in pictures of a MediaReader only.
std::vector<FaceBox> FaceFinder::search(const Picture& /*grey*/, double /*smallest*/) {
  return {};
}
std::optional<FaceBox> FaceFinder::search_near(const Picture& /*grey*/, const FaceBox& /*last*/) {
  return std::nullopt;
}
Landmarks FaceFinder::landmarks(const Picture& /*grey*/, const FaceBox& /*box*/) const {
  return {};
}

Utterance read_clip(const std::string& path) {
  refuse_clip(path);
}
void write_clip(const std::string& path, const Utterance& /*utterance*/) {
  refuse_clip(path);
}

}  // namespace sotto::datasets
