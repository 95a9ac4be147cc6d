#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include "datasets/text/sentencepiece_interface.h"

namespace {

using sentencepiece::SentencePieceProcessor;
using sentencepiece::SentencePieceTrainer;
using Settings = std::unordered_map<std::string, std::string>;

/// `spm_train` skips longer lines in silence.
constexpr uint64_t kUsualLongestSentence = 4192;

std::string_view view_of(const sotto_sentencepiece_text& text) {
  return {text.bytes, text.count};
}

void put(sotto_sentencepiece_fault* fault, const char* reason) {
  std::snprintf(fault->reason, sizeof fault->reason, "%s", reason);
  std::replace(fault->reason, fault->reason + sizeof fault->reason, '\n', ' ');
}

/// Runs `body`, which gives a Status of the library. 0, or -1 with the reason in `fault`.
template <class Body>
int guarded(sotto_sentencepiece_fault* fault, const Body& body) {
  try {
    const sentencepiece::util::Status status = body();
    if (!status.ok()) {
      put(fault, status.error_message());
    }
    return status.ok() ? 0 : -1;
  } catch (const std::exception& failure) {
    put(fault, failure.what());
  } catch (...) {
    put(fault, "unknown failure");
  }
  return -1;
}

/// The library logs to the stderr of its own namespace, and nowhere else does anything write there.
void silence() {
  static const bool silent = std::cerr.rdbuf(nullptr) != nullptr;
  static_cast<void>(silent);
}

class Sentences : public sentencepiece::SentenceIterator {
 public:
  explicit Sentences(const sotto_sentencepiece_training& training) : training_(training) {
    fetch();
  }

  bool done() const override { return next_ >= training_.sentence_count; }
  void Next() override {
    ++next_;
    fetch();
  }
  const std::string& value() const override { return value_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  void fetch() {
    if (!done()) {
      value_ = view_of(training_.sentences[next_]);
    }
  }

  const sotto_sentencepiece_training& training_;
  uint64_t next_ = 0;
  std::string value_;
};

Settings settings_of(const sotto_sentencepiece_training& training) {
  uint64_t longest = kUsualLongestSentence;
  for (uint64_t i = 0; i < training.sentence_count; ++i) {
    longest = std::max(longest, training.sentences[i].count);
  }
  return {
      {"minloglevel", "3"},
      {"model_type", training.type},
      {"vocab_size", std::to_string(training.size)},
      {"character_coverage", std::to_string(training.character_coverage)},
      {"max_sentence_length", std::to_string(longest)}};
}

}  // namespace

extern "C" {

void* sotto_sentencepiece_new(sotto_sentencepiece_text model, sotto_sentencepiece_fault* fault) {
  std::unique_ptr<SentencePieceProcessor> processor;
  const int result = guarded(fault, [&] {
    silence();
    processor = std::make_unique<SentencePieceProcessor>();
    return processor->LoadFromSerializedProto(view_of(model));
  });
  return result == 0 ? processor.release() : nullptr;
}

void sotto_sentencepiece_free(void* model) {
  delete static_cast<SentencePieceProcessor*>(model);
}

int sotto_sentencepiece_encode(
    const void* model,
    sotto_sentencepiece_text text,
    sotto_sentencepiece_sink sink,
    void* context,
    sotto_sentencepiece_fault* fault) {
  return guarded(fault, [&] {
    std::vector<std::string> pieces;
    const sentencepiece::util::Status status =
        static_cast<const SentencePieceProcessor*>(model)->Encode(view_of(text), &pieces);
    for (const std::string& piece : pieces) {
      sink(context, {piece.data(), piece.size()});
    }
    return status;
  });
}

int sotto_sentencepiece_train(
    const sotto_sentencepiece_training* options,
    sotto_sentencepiece_sink sink,
    void* context,
    sotto_sentencepiece_fault* fault) {
  return guarded(fault, [&] {
    silence();
    Sentences sentences(*options);
    std::string model;
    const sentencepiece::util::Status status =
        SentencePieceTrainer::Train(settings_of(*options), &sentences, &model);
    if (status.ok()) {
      sink(context, {model.data(), model.size()});
    }
    return status;
  });
}

}  // extern "C"
