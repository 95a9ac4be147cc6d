#include "experiments/report/log_lines.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "common/error.h"
#include "common/files.h"

namespace sotto::experiments {

LogLines read_log_lines(const std::string& path) {
  const std::string text = read_file(path);
  LogLines all;
  size_t number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    ++number;
    if (end == std::string::npos) {
      all.torn = true;
      break;
    }
    LogLine line;
    line.text = text.substr(begin, end - begin);
    begin = end + 1;
    try {
      line.fields = nlohmann::json::parse(line.text);
      line.stage = line.fields.at("stage").get<std::string>();
      line.epoch = line.fields.at("epoch").get<int64_t>();
      line.step = line.fields.at("step").get<int64_t>();
      line.validation = line.fields.value("kind", "validation") == "validation";
    } catch (const nlohmann::json::exception&) {
      throw DataError(
          path + ":" + std::to_string(number) +
          ": expected an object with stage, epoch and step, as sotto train writes it");
    }
    all.lines.push_back(std::move(line));
  }
  return all;
}

void write_log_lines(const std::string& path, const LogLines& lines) {
  AtomicFile file(path);
  for (const LogLine& line : lines.lines) {
    file.write(line.text + "\n");
  }
  file.commit();
}

void append_to_file(const std::string& path, const std::string& text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const ssize_t wrote = descriptor < 0 ? -1 : ::write(descriptor, text.data(), text.size());
  const int fault = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (wrote != static_cast<ssize_t>(text.size())) {
    throw DataError(path + ": " + (wrote < 0 ? std::strerror(fault) : "the disk is full"));
  }
}

}  // namespace sotto::experiments
