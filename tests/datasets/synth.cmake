sotto_test(synth_test LABEL media
  SOURCES
    datasets/synth_layouts_test.cpp
    datasets/synth_speech_test.cpp
    datasets/synth_talker_test.cpp
    datasets/synth_test.cpp
  LINK sotto_synth sotto_corpora sotto_media nlohmann_json::nlohmann_json
  SUITES
    SynthSpeechTest SynthMouthTest SynthTalkerTest SynthMovieTest SynthSentencesTest SynthTest
    SynthLayoutTest)
