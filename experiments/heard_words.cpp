#include "experiments/heard_words.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "common/letter_case.h"
#include "decoding/ctc.h"
#include "decoding/label_alignment.h"
#include "decoding/transcript_words.h"
#include "experiments/edit_alignment.h"
#include "experiments/word_units.h"

namespace sotto::experiments {
namespace {

using decoding::Reading;
using decoding::TokenSpan;

std::vector<std::string> texts_of(const std::vector<HeardWord>& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const HeardWord& word : words) {
    texts.push_back(word.word.word);
  }
  return texts;
}

/// The mean over the frames that a word, which may share a token's frames, lies in.
double mean_within(const std::vector<double>& by_frame, const decoding::Word& word) {
  constexpr double kRounding = 1e-6;  // a time is a quotient of frames
  const auto T = static_cast<int64_t>(by_frame.size());
  const auto first = std::min(
      T - 1, static_cast<int64_t>(std::floor(word.start * decoding::kFramesPerSecond + kRounding)));
  const auto end = std::clamp(
      static_cast<int64_t>(std::ceil(word.end * decoding::kFramesPerSecond - kRounding)),
      first + 1,
      T);
  double sum = 0;
  for (int64_t t = first; t < end; ++t) {
    sum += by_frame[static_cast<size_t>(t)];
  }
  return sum / static_cast<double>(end - first);
}

/// Takes times and evidence from the frame labels, unless they know too few of the words.
void hear_labels(
    const at::Tensor& labels,
    const std::vector<std::string>& label_words,
    std::vector<HeardWord>& words) {
  std::unordered_map<std::string, int64_t> classes;
  for (const std::string& word : label_words) {
    classes.emplace(in_lower_case(word), static_cast<int64_t>(classes.size()) + 1);
  }
  std::vector<int64_t> wanted;
  size_t known = 0;
  for (const HeardWord& word : words) {
    const auto found = classes.find(in_lower_case(word.word.word));
    wanted.push_back(found == classes.end() ? decoding::kNoClass : found->second);
    known += found == classes.end() ? 0 : 1;
  }
  if (known == 0 || 2 * known < words.size()) {
    return;
  }
  const std::vector<TokenSpan> spans = decoding::align_labels(labels, wanted);
  for (size_t i = 0; i < words.size(); ++i) {
    words[i].word.start = static_cast<double>(spans[i].first_frame) / decoding::kFramesPerSecond;
    words[i].word.end = static_cast<double>(spans[i].last_frame + 1) / decoding::kFramesPerSecond;
    if (wanted[i] != decoding::kNoClass) {
      words[i].evidence.labels = spans[i].posterior;
    }
  }
}

/// exp(score) of the readings that count, as shares of their sum.
std::vector<double> weights_of(const std::vector<Reading>& readings) {
  std::vector<double> weights;
  for (size_t i = 0; i < std::min<size_t>(readings.size(), kEvidenceReadings); ++i) {
    weights.push_back(std::exp(readings[i].score - readings.front().score));
  }
  double sum = 0;
  for (const double weight : weights) {
    sum += weight;
  }
  for (double& weight : weights) {
    weight /= sum;
  }
  return weights;
}

std::vector<std::string> pieces_of(
    const std::vector<TokenSpan>& spans, const datasets::Tokenizer& tokenizer) {
  std::vector<int64_t> tokens;
  for (const TokenSpan& span : spans) {
    tokens.push_back(span.token);
  }
  return tokenizer.pieces(tokens);
}

}  // namespace

int64_t FrameScores::frames() const {
  return emission.defined() ? emission.size(0) : labels.defined() ? labels.size(0) : 0;
}

double FrameScores::duration_s() const {
  return static_cast<double>(frames()) / decoding::kFramesPerSecond;
}

std::vector<HeardWord> find_words(
    const FrameScores& frames,
    const std::vector<TokenSpan>& spans,
    const datasets::Tokenizer& tokenizer,
    const std::vector<std::string>& label_words) {
  const std::vector<double> path = decoding::path_log_probabilities(frames.emission, spans);
  std::vector<HeardWord> words;
  for (decoding::Word& word : decoding::word_times(pieces_of(spans, tokenizer), spans)) {
    HeardWord heard;
    heard.evidence.tokens = word.confidence;
    word.confidence = WordEvidence::kUnknown;
    word.score = mean_within(path, word);
    heard.word = std::move(word);
    words.push_back(std::move(heard));
  }
  if (frames.labels.defined() && !words.empty()) {
    hear_labels(frames.labels, label_words, words);
  }
  return words;
}

std::vector<decoding::TokenTime> token_times(
    const std::vector<TokenSpan>& spans, const datasets::Tokenizer& tokenizer) {
  return decoding::token_times(pieces_of(spans, tokenizer), spans);
}

void add_readings(const std::vector<Reading>& readings, std::vector<HeardWord>& words) {
  const std::vector<double> weights = weights_of(readings);
  if (weights.size() < 2) {
    return;
  }
  std::vector<double> shares(words.size(), 0.0);
  const std::vector<std::string> texts = texts_of(words);
  for (size_t i = 0; i < weights.size(); ++i) {
    size_t place = 0;
    for (const AlignedUnit& unit : align_edits(texts, word_units(readings[i].text))) {
      if (!unit.reference.empty()) {
        shares[place++] += unit.reference == unit.hypothesis ? weights[i] : 0;
      }
    }
  }
  for (size_t i = 0; i < words.size(); ++i) {
    words[i].evidence.readings = std::min(1.0, shares[i]);
  }
}

double share_with_more(const std::vector<Reading>& readings, const std::vector<HeardWord>& words) {
  const std::vector<double> weights = weights_of(readings);
  const std::vector<std::string> texts = texts_of(words);
  double share = 0;
  for (size_t i = 0; i < weights.size() && weights.size() > 1; ++i) {
    const auto units = align_edits(texts, word_units(readings[i].text));
    const bool more = std::any_of(
        units.begin(), units.end(), [](const AlignedUnit& unit) { return unit.reference.empty(); });
    share += more ? weights[i] : 0;
  }
  return share;
}

std::vector<decoding::Word> calibrated_words(
    const std::vector<HeardWord>& words,
    const ModalityCalibration& calibration,
    double duration_s) {
  std::vector<decoding::Word> calibrated;
  calibrated.reserve(words.size());
  for (const HeardWord& word : words) {
    calibrated.push_back(word.word);
    calibrated.back().confidence = confidence_of(word.evidence, calibration);
  }
  shift_times(calibrated, calibration, duration_s);
  return calibrated;
}

}  // namespace sotto::experiments
