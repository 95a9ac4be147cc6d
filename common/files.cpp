#include "common/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/error.h"

namespace sotto {
namespace {

[[noreturn]] void fail(const std::string& path, const char* action) {
  throw DataError(path + ": cannot " + action + ": " + std::strerror(errno));
}

void sync_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  const std::filesystem::path target(path_);
  // The name keeps its extension last: libraries that write by path choose the format by it. The
  // number keeps two writers of one file apart.
  for (int number = 0; descriptor_ < 0; ++number) {
    const std::string prefix =
        ".partial-" + std::to_string(::getpid()) + "-" + std::to_string(number) + "-";
    temporary_ = (target.parent_path() / (prefix + target.filename().string())).string();
    descriptor_ = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) {
      fail(path_, "write");
    }
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!committed_) {
    ::unlink(temporary_.c_str());
  }
}

void AtomicFile::write(const void* data, size_t bytes) {
  const char* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, next, bytes);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      fail(path_, "write");
    }
    next += written;
    bytes -= static_cast<size_t>(written);
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) {
    fail(path_, "sync");
  }
  commit_file(temporary_, path_);
  committed_ = true;
}

void commit_file(const std::string& temporary, const std::string& path) {
  const int descriptor = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!synced) {
    errno = reason;
    fail(path, "sync");
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    fail(path, "write");
  }
  sync_folder(path);
}

void remove_partial_files(const std::string& folder) {
  std::vector<std::filesystem::path> partial;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().filename().string().rfind(".partial-", 0) == 0) {
      partial.push_back(entry.path());
    }
  }
  for (const auto& path : partial) {
    std::filesystem::remove(path);
  }
}

void write_file(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

std::string read_file(const std::string& path, size_t limit) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    fail(path, "read");
  }
  std::string text;
  char buffer[1 << 16];
  ssize_t got = 0;
  while ((got = ::read(descriptor, buffer, sizeof buffer)) > 0 && text.size() <= limit) {
    text.append(buffer, static_cast<size_t>(got));
  }
  const int reason = errno;
  ::close(descriptor);
  if (got < 0) {
    errno = reason;
    fail(path, "read");
  }
  if (text.size() > limit) {
    throw DataError(path + ": expected at most " + std::to_string(limit) + " bytes");
  }
  return text;
}

MappedFile::MappedFile(const std::string& path) : path_(path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    fail(path, "read");
  }
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    throw DataError(path + ": expected a regular file");
  }
  size_ = static_cast<size_t>(status.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
    if (mapped == MAP_FAILED) {
      ::close(descriptor);
      fail(path, "map");
    }
    data_ = static_cast<const uint8_t*>(mapped);
  }
  ::close(descriptor);
}

void MappedFile::forget() const {
  if (data_ != nullptr) {
    ::madvise(const_cast<uint8_t*>(data_), size_, MADV_DONTNEED);
  }
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    ::munmap(const_cast<uint8_t*>(data_), size_);
  }
}

namespace {

std::string hexadecimal(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

XXH3_state_t* state_of(void* state) { return static_cast<XXH3_state_t*>(state); }

}  // namespace

Checksum::Checksum() : state_(XXH3_createState()) {
  if (state_ == nullptr) {
    throw std::bad_alloc();
  }
  XXH3_64bits_reset(state_of(state_));
}

Checksum::~Checksum() { XXH3_freeState(state_of(state_)); }

void Checksum::add(const void* data, size_t bytes) {
  XXH3_64bits_update(state_of(state_), data, bytes);
}

std::string Checksum::hex() const { return hexadecimal(XXH3_64bits_digest(state_of(state_))); }

uint64_t checksum(const void* data, size_t bytes) {
  return XXH3_64bits(data, bytes);
}

std::string checksum_hex(const void* data, size_t bytes) {
  return hexadecimal(checksum(data, bytes));
}

}  // namespace sotto
