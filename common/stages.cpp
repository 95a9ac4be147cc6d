#include "common/stages.h"

namespace sotto {
namespace {

thread_local StageRecorder* current = nullptr;

}  // namespace

StageRecorder::StageRecorder(bool with_insides) : outer_(current), with_insides_(with_insides) {
  current = this;
}

StageRecorder::~StageRecorder() { current = outer_; }

StageScope::StageScope(const char* name, int64_t index) : recorder_(current) {
  if (recorder_ != nullptr) {
    length_ = recorder_->prefix_.size();
    recorder_->prefix_ += std::string(name) + ".";
    if (index >= 0) {
      recorder_->prefix_ += std::to_string(index) + ".";
    }
  }
}

StageScope::~StageScope() {
  if (recorder_ != nullptr) {
    recorder_->prefix_.resize(length_);
  }
}

void note_stage(const char* name, const at::Tensor& value) {
  if (current == nullptr) {
    return;
  }
  std::string full = current->prefix_ + name;
  if (*name == '\0' && !full.empty()) {
    full.pop_back();  // the scope's own dot
  }
  current->stages_.emplace_back(std::move(full), current->with_insides_ ? value : value.detach());
}

void note_inside(const char* name, const at::Tensor& value) {
  if (current != nullptr && current->with_insides_) {
    note_stage(name, value);
  }
}

}  // namespace sotto
