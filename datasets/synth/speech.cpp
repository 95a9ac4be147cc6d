#include "datasets/synth/speech.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "datasets/media/ffmpeg.h"
#include "datasets/synth/espeak.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets::synth {
namespace {

constexpr double kShortestPause = 0.03;  // seconds; marks of tone and stress are shorter "pauses"

std::vector<float> resample(const std::vector<int16_t>& samples, int rate_hz) {
  AVChannelLayout mono = {};
  av_channel_layout_default(&mono, 1);
  const int to_hz = static_cast<int>(kSampleRateHz);
  SwrContext* context = nullptr;
  const int made = swr_alloc_set_opts2(
      &context, &mono, AV_SAMPLE_FMT_FLT, to_hz, &mono, AV_SAMPLE_FMT_S16, rate_hz, 0, nullptr);
  const ffmpeg::ResamplerPtr resampler(context);
  if (made < 0 || swr_init(context) < 0) {
    throw DataError("espeak-ng: its sound cannot be resampled");
  }
  const auto count = static_cast<int>(samples.size());
  std::vector<float> out(static_cast<size_t>(count) * to_hz / rate_hz + 4096);
  auto* to = reinterpret_cast<uint8_t*>(out.data());
  const auto* from = reinterpret_cast<const uint8_t*>(samples.data());
  const int room = static_cast<int>(out.size());
  const int first = std::max(0, swr_convert(context, &to, room, &from, count));
  auto* rest = reinterpret_cast<uint8_t*>(out.data() + first);
  const int last = std::max(0, swr_convert(context, &rest, room - first, nullptr, 0));
  out.resize(static_cast<size_t>(first + last));
  return out;
}

std::vector<Phoneme> phonemes_of(const EspeakResult& result) {
  std::vector<Phoneme> phonemes;
  for (const auto& event : result.events) {
    if (!event.word) {
      const double start_s = static_cast<double>(event.sample) / result.sample_rate_hz;
      phonemes.push_back({event.ipa, start_s, start_s});
    }
  }
  const double end_s = static_cast<double>(result.samples.size()) / result.sample_rate_hz;
  for (size_t i = 0; i < phonemes.size(); ++i) {
    phonemes[i].end_s = i + 1 < phonemes.size() ? phonemes[i + 1].start_s : end_s;
  }
  phonemes.erase(
      std::remove_if(
          phonemes.begin(),
          phonemes.end(),
          [](const Phoneme& phoneme) {
            return phoneme.end_s - phoneme.start_s < (phoneme.ipa.empty() ? kShortestPause : 1e-6);
          }),
      phonemes.end());
  return phonemes;
}

/// Where the words that begin at `from` and end before `to` share [start_s, end_s] by letters.
void share(std::vector<WordTime>& words, size_t from, size_t to, double start_s, double end_s) {
  double letters = 0;
  for (size_t i = from; i < to; ++i) {
    letters += static_cast<double>(utf8_characters(words[i].word).size());
  }
  double said = 0;
  for (size_t i = from; i < to; ++i) {
    words[i].start_s = start_s + (end_s - start_s) * said / letters;
    said += static_cast<double>(utf8_characters(words[i].word).size());
    words[i].end_s = start_s + (end_s - start_s) * said / letters;
  }
}

std::vector<WordTime> word_times(
    const std::string& text, const EspeakResult& result, const std::vector<Phoneme>& phonemes) {
  const std::vector<TextWord> wanted = words_of(text);
  std::vector<double> starts(wanted.size(), -1);
  for (const auto& event : result.events) {
    const auto word = std::find_if(wanted.begin(), wanted.end(), [&](const TextWord& one) {
      return one.last >= event.position;
    });
    if (event.word && word != wanted.end() && starts[word - wanted.begin()] < 0) {
      starts[word - wanted.begin()] = static_cast<double>(event.sample) / result.sample_rate_hz;
    }
  }
  std::vector<WordTime> words;
  for (const TextWord& one : wanted) {
    words.push_back({one.word, 0, 0});
  }
  for (size_t i = 0; i < words.size();) {
    size_t next = i + 1;
    while (next < words.size() && starts[next] < 0) {
      ++next;
    }
    const double start_s = std::max(starts[i], 0.0);
    const double limit_s = next < words.size() ? starts[next] : phonemes.back().end_s;
    double end_s = limit_s;
    for (auto phoneme = phonemes.rbegin(); phoneme != phonemes.rend(); ++phoneme) {
      // A pause before the next word belongs to none.
      if (!phoneme->ipa.empty() && phoneme->start_s < limit_s - 1e-6) {
        end_s = std::min(limit_s, phoneme->end_s);
        break;
      }
    }
    share(words, i, next, start_s, std::max(end_s, start_s));
    i = next;
  }
  return words;
}

}  // namespace

Speech speak(const std::string& text, const Voice& voice) {
  const EspeakResult result = run_espeak(text, voice);
  Speech speech;
  speech.phonemes = phonemes_of(result);
  while (!speech.phonemes.empty() && speech.phonemes.back().ipa.empty()) {
    speech.phonemes.pop_back();
  }
  if (speech.phonemes.empty() || words_of(text).empty()) {
    throw UnspokenError("'" + text + "': expected words to speak, got none");
  }
  speech.words = word_times(text, result, speech.phonemes);
  speech.wave = resample(result.samples, result.sample_rate_hz);
  const double end_s = speech.phonemes.back().end_s + 0.02;
  const auto length = static_cast<size_t>(end_s * static_cast<double>(kSampleRateHz));
  speech.wave.resize(std::min(speech.wave.size(), length));
  return speech;
}

}  // namespace sotto::datasets::synth
