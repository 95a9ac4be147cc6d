#include "datasets/text/line_reader.h"

#include <cerrno>
#include <cstring>

#include <zlib.h>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

/// zlib's reader, which passes plain files through.
class LineReader::Stream {
 public:
  explicit Stream(const std::string& path) : path_(path), file_(::gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr) {
      throw DataError(path + ": cannot be read: " + std::strerror(errno));
    }
  }
  ~Stream() { ::gzclose(file_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Up to `size` bytes; fewer only at the end.
  size_t read(char* bytes, size_t size) {
    const int count = ::gzread(file_, bytes, static_cast<unsigned>(size));
    int fault = Z_OK;
    const char* reason = ::gzerror(file_, &fault);
    if (count < 0 || fault != Z_OK) {
      throw DataError(
          path_ + (fault == Z_ERRNO ? std::string(": cannot be read: ") + std::strerror(errno)
                                    : std::string(": damaged gzip data: ") + reason));
    }
    return static_cast<size_t>(count);
  }

 private:
  const std::string& path_;
  gzFile file_;
};

LineReader::LineReader(const std::string& path)
    : name_(path), stream_(std::make_unique<Stream>(name_)) {}

LineReader::LineReader(std::string_view text, std::string name)
    : name_(std::move(name)), rest_(text) {}

LineReader::~LineReader() = default;

bool LineReader::fill() {
  if (!stream_) {
    return false;
  }
  const size_t kept = rest_.size();
  std::string more(rest_);
  more.resize(kept + kLongestLine);
  const size_t count = stream_->read(more.data() + kept, kLongestLine);
  more.resize(kept + count);
  buffer_ = std::move(more);
  rest_ = buffer_;
  return count > 0;
}

bool LineReader::next() {
  size_t end = rest_.find('\n');
  while (end == std::string_view::npos && rest_.size() <= kLongestLine && fill()) {
    end = rest_.find('\n');
  }
  if (end == std::string_view::npos && rest_.empty()) {
    line_ = {};
    return false;
  }
  ++number_;
  line_ = rest_.substr(0, end);
  if (number_ == 1 && line_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    line_.remove_prefix(kByteOrderMark.size());
  }
  if (line_.size() > kLongestLine) {
    throw DataError(
        where() + ": expected a line of at most " + std::to_string(kLongestLine) + " bytes");
  }
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (!line_.empty() && line_.back() == '\r') {
    line_.remove_suffix(1);
  }
  return true;
}

}  // namespace sotto::datasets
