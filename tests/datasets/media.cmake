sotto_test(store_test LABEL unit
  SOURCES
    datasets/crop_list_test.cpp
    datasets/faces_test.cpp
    datasets/lip_crop_golden_test.cpp
    datasets/lip_crop_test.cpp
    datasets/orientation_test.cpp
    datasets/pauses_test.cpp
    datasets/prepare_part_test.cpp
    datasets/shards_test.cpp
    datasets/store_test.cpp
  LINK sotto_media)

sotto_test(media_test LABEL media
  SOURCES
    datasets/landmark_archive_test.cpp
    datasets/media_reader_test.cpp
    datasets/media_utterance_test.cpp
    datasets/prepare_test.cpp
  LINK sotto_media
  SUITES LandmarkArchiveTest MediaReaderTest Clips/MediaReaderRateTest MediaUtteranceTest Clips/SharedClipTest PrepareTest)

# Not a test: reads damaged media for tests/soak/damaged_media.sh.
add_executable(read_media EXCLUDE_FROM_ALL soak/read_media.cpp)
target_link_libraries(read_media PRIVATE sotto_media)
