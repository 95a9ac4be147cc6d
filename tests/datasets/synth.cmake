sotto_test(synth_test LABEL media
  SOURCES
    datasets/synth_speech_test.cpp
    datasets/synth_talker_test.cpp
  LINK sotto_synth sotto_media
  SUITES SynthSpeechTest SynthMouthTest SynthTalkerTest SynthMovieTest)
