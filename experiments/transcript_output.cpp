#include "experiments/transcript_output.h"

#include <filesystem>
#include <iostream>

#include "common/error.h"
#include "common/files.h"

namespace sotto::experiments {

TranscriptOutput::TranscriptOutput(std::string format, std::string folder, size_t clips)
    : format_(std::move(format)), folder_(std::move(folder)), several_(clips > 1) {
  const bool one_clip = format_ == "srt" || format_ == "vtt" || format_ == "textgrid";
  if (folder_.empty() && several_ && one_clip) {
    throw ConfigError("--format " + format_ + " of several clips needs --out DIR, a file each");
  }
  if (!folder_.empty()) {
    std::filesystem::create_directories(folder_);
  }
}

std::string TranscriptOutput::written(const std::vector<decoding::Transcript>& transcripts) const {
  if (format_ == "json") {
    return decoding::write_json(transcripts);
  }
  if (format_ == "ctm") {
    return decoding::write_ctm(transcripts);
  }
  if (format_ == "srt") {
    return transcripts.empty() ? "" : decoding::write_srt(transcripts.front());
  }
  if (format_ == "vtt") {
    return transcripts.empty() ? "" : decoding::write_vtt(transcripts.front());
  }
  if (format_ == "textgrid") {
    return transcripts.empty() ? "" : decoding::write_textgrid(transcripts.front());
  }
  return decoding::write_text(transcripts);
}

void TranscriptOutput::add(const decoding::Transcript& transcript) {
  if (!folder_.empty()) {
    const std::string extension = format_ == "text"       ? "txt"
                                  : format_ == "textgrid" ? "TextGrid"
                                                          : format_;
    const auto path = std::filesystem::path(folder_) / (transcript.id + "." + extension);
    const auto [earlier, added] = written_.emplace(path.string(), transcript.path);
    if (!added) {
      throw DataError(
          transcript.path + ": " + path.string() + " holds the transcript of " + earlier->second +
          "; give clips of one name another --out each");
    }
    std::filesystem::create_directories(path.parent_path());
    write_file(path.string(), written({transcript}));
  } else if (format_ == "text" && several_) {
    std::cout << transcript.path << '\t' << transcript.text << std::endl;
  } else {
    waiting_.push_back(transcript);
  }
}

void TranscriptOutput::finish() {
  if (folder_.empty() && (!waiting_.empty() || format_ == "json")) {
    std::cout << written(waiting_);
  }
}

}  // namespace sotto::experiments
