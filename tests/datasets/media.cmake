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
    datasets/face_tracker_test.cpp
    datasets/landmark_archive_test.cpp
    datasets/media_reader_test.cpp
    datasets/media_utterance_test.cpp
    datasets/prepare_test.cpp
  LINK sotto_media
  SUITES FaceTrackerTest LandmarkArchiveTest MediaReaderTest Clips/MediaReaderRateTest MediaUtteranceTest Clips/SharedClipTest PrepareTest)

# Against dlib's own class: header code that takes a while.
sotto_test(landmark_forest_test LABEL media
  SOURCES datasets/landmark_forest_test.cpp
  LINK sotto_media dlib::dlib)

# Crops of a followed face against detecting it on every picture.
add_executable(crop_centres soak/crop_centres.cpp)
target_link_libraries(crop_centres PRIVATE sotto_media)
file(GLOB clips "${SOTTO_SHARED_DIR}/data/grid/s[1-9]/bbaf[12]n.mp4" "${SOTTO_SHARED_DIR}/data/clips/address-vp9-25fps.webm")
add_test(NAME crop_centres COMMAND crop_centres "${PROJECT_SOURCE_DIR}/share/sample.mp4" ${clips})
set_tests_properties(crop_centres PROPERTIES LABELS media TIMEOUT 300)

# Not tests: they read damaged media and compare copies of clips for tests/soak/.
foreach(program read_media compare_rates)
  add_executable(${program} EXCLUDE_FROM_ALL soak/${program}.cpp)
  target_link_libraries(${program} PRIVATE sotto_media)
endforeach()
