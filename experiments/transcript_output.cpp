#include "experiments/transcript_output.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "common/error.h"
#include "common/files.h"
#include "decoding/transcript_reader.h"
#include "experiments/clip_windows.h"

namespace sotto::experiments {

namespace {

/// A file holds clips by names of their own: none of them may lead out of the folder.
void check_name(const decoding::Transcript& transcript) {
  const std::filesystem::path name(transcript.id);
  const bool leads_out =
      name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end();
  if (leads_out || name.filename().empty()) {
    throw DataError(
        transcript.path + ": the clip's name '" + transcript.id +
        "' cannot be that of a file under --out");
  }
}

}  // namespace

TranscriptOutput::TranscriptOutput(std::string format, std::string folder, size_t clips)
    : format_(std::move(format)), folder_(std::move(folder)), several_(clips > 1) {
  check_count(clips);
  if (!folder_.empty()) {
    std::filesystem::create_directories(folder_);
  }
}

void TranscriptOutput::check_count(size_t clips) const {
  const bool one_clip = format_ == "srt" || format_ == "vtt" || format_ == "textgrid";
  if (folder_.empty() && clips > 1 && one_clip) {
    throw ConfigError("--format " + format_ + " of several clips needs --out DIR, a file each");
  }
}

void TranscriptOutput::take_name(
    const std::string& name, const decoding::Transcript& transcript, const char* advice) {
  const auto [earlier, added] = written_.emplace(name, transcript.path);
  if (!added) {
    throw DataError(
        transcript.path + ": " + name + " holds the transcript of " + earlier->second + "; " +
        advice);
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
    check_name(transcript);
    take_name(path.string(), transcript, "give clips of one name another --out each");
    std::filesystem::create_directories(path.parent_path());
    write_file(path.string(), written({transcript}));
  } else if (format_ == "text" && several_) {
    // Of a file that holds several clips each has its own name.
    const bool one = transcript.id == path_stem(transcript.path);
    std::cout << transcript.path << (one ? "" : "#" + transcript.id) << '\t' << transcript.text
              << std::endl;
  } else {
    if (format_ == "ctm") {  // which knows clips by their names alone
      take_name(
          decoding::ctm_name(transcript.id), transcript, "give clips of one name a CTM each");
    }
    waiting_.push_back(transcript);
    check_count(waiting_.size());
  }
}

void TranscriptOutput::finish() {
  if (folder_.empty() && (!waiting_.empty() || format_ == "json")) {
    std::cout << written(waiting_);
  }
}

}  // namespace sotto::experiments
