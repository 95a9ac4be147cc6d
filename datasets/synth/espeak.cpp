#include "datasets/synth/espeak.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include <dlfcn.h>
#include <espeak-ng/speak_lib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include "common/error.h"

namespace sotto::datasets::synth {
namespace {

constexpr const char* kLibrary = "libespeak-ng.so.1";

/// espeak-ng, loaded for one text. It keeps state from text to text (of flutter and noise) that
/// nothing resets but loading it anew, which takes 8 ms; and whoever speaks nothing loads nothing.
class Espeak {
 public:
  Espeak() : library_(::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) {
      throw DataError(
          std::string(kLibrary) +
          ": cannot be loaded; apt-get install libespeak-ng1 "
          "espeak-ng-data");
    }
  }
  ~Espeak() {
    if (started_) {
      function(&espeak_Terminate, "espeak_Terminate")();
    }
    ::dlclose(library_);
  }
  Espeak(const Espeak&) = delete;
  Espeak& operator=(const Espeak&) = delete;

  template <class Function>
  Function function(Function /*like*/, const char* name) const {
    const auto found = reinterpret_cast<Function>(::dlsym(library_, name));
    if (found == nullptr) {
      throw DataError(std::string(kLibrary) + ": has no " + name);
    }
    return found;
  }
  void start(EspeakResult& result);
  void set_voice(const Voice& voice) const;
  void speak(const std::string& text, EspeakResult& result) const;

 private:
  void* library_;
  bool started_ = false;
};

// Where the sound goes. One text is spoken at a time, so that there is one.
EspeakResult* target = nullptr;

/// What espeak-ng calls with each piece of sound.
int take(short* samples, int count, espeak_EVENT* event) {
  if (samples != nullptr && count > 0) {
    target->samples.insert(target->samples.end(), samples, samples + count);
  }
  for (; event != nullptr && event->type != espeakEVENT_LIST_TERMINATED; ++event) {
    EspeakResult::Event one;
    one.word = event->type == espeakEVENT_WORD;
    if (!one.word && event->type != espeakEVENT_PHONEME) {
      continue;
    }
    one.position = event->text_position;
    one.sample = event->sample;
    if (!one.word) {
      one.ipa.assign(event->id.string, ::strnlen(event->id.string, sizeof event->id.string));
    }
    target->events.push_back(std::move(one));
  }
  return 0;
}

void Espeak::start(EspeakResult& result) {
  const int rate = function(&espeak_Initialize, "espeak_Initialize")(
      AUDIO_OUTPUT_SYNCHRONOUS,
      0,
      nullptr,
      espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_PHONEME_IPA | espeakINITIALIZE_DONT_EXIT);
  if (rate <= 0) {
    throw DataError("espeak-ng: its data was not found; apt-get install espeak-ng-data");
  }
  started_ = true;
  result.sample_rate_hz = rate;
  function(&espeak_SetSynthCallback, "espeak_SetSynthCallback")(take);
  std::srand(1);  // its noise
}

/// The voice's name in this release: until 1.51 "cmn" reads hanzi by English letters, and the voice
/// for Pinyin reads them well; from 1.52 on "cmn" does.
std::string name_in_release(const std::string& name, const char* release) {
  int major = 0;
  int minor = 0;
  std::sscanf(release, "%d.%d", &major, &minor);
  const bool mandarin = name == "cmn" || name.rfind("cmn+", 0) == 0;
  return mandarin && major == 1 && minor < 52 ? "cmn-latn-pinyin" + name.substr(3) : name;
}

void Espeak::set_voice(const Voice& voice) const {
  const char* data = nullptr;
  const std::string name =
      name_in_release(voice.name, function(&espeak_Info, "espeak_Info")(&data));
  if (function(&espeak_SetVoiceByName, "espeak_SetVoiceByName")(name.c_str()) != EE_OK) {
    throw DataError("espeak-ng: has no voice '" + name + "'; apt-get install espeak-ng-data");
  }
  const auto set = function(&espeak_SetParameter, "espeak_SetParameter");
  set(espeakRATE, static_cast<int>(voice.words_per_minute), 0);
  set(espeakPITCH, static_cast<int>(voice.pitch), 0);
  set(espeakRANGE, static_cast<int>(voice.range), 0);
}

void Espeak::speak(const std::string& text, EspeakResult& result) const {
  target = &result;
  const int done = function(&espeak_Synth, "espeak_Synth")(
      text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, nullptr);
  function(&espeak_Synchronize, "espeak_Synchronize")();
  target = nullptr;
  if (done != EE_OK) {
    throw UnspokenError("espeak-ng: cannot speak '" + text + "'");
  }
}

}  // namespace

EspeakResult run_espeak(const std::string& text, const Voice& voice) {
  static std::mutex one_at_a_time;
  const std::lock_guard<std::mutex> lock(one_at_a_time);
#if defined(__SANITIZE_ADDRESS__)
  const __lsan::ScopedDisabler its_leaks;  // 1.51 leaves about 3 KiB a text: its list of voices
#endif
  EspeakResult result;
  Espeak espeak;
  espeak.start(result);
  espeak.set_voice(voice);
  espeak.speak(text, result);
  return result;
}

}  // namespace sotto::datasets::synth
