# The libraries sotto builds on, found in the system. Each missing one is named with its package.
function(sotto_missing what package)
  message(FATAL_ERROR "${what} was not found: apt-get install ${package} (./quickstart does it)")
endfunction()

set(kineto_LIBRARY c10)  # silences a warning of LibTorch 2.x's configuration
find_package(Torch 1.13 QUIET)
if(NOT Torch_FOUND)
  sotto_missing(LibTorch libtorch-dev)
endif()

# The libtorch.so of PyTorch's wheels exports functions of a C++ library of its own, of which
# std::filesystem::remove_all crashes: the system's is to be asked first.
add_link_options("SHELL:-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state")

# c10d's group for CPUs includes Gloo's own headers, which have to be those of LibTorch. The wheels of
# PyTorch have none: there NCCL alone serves several processes.
find_path(GLOO_INCLUDE_DIR gloo/algorithm.h HINTS ${TORCH_INCLUDE_DIRS})
if(TARGET torch_cuda)
  # PyTorch's wheels keep NCCL beside them: theirs, before another one of the machine.
  find_path(NCCL_INCLUDE_DIR nccl.h
    HINTS "${TORCH_INSTALL_PREFIX}/../nvidia/nccl/include" ${TORCH_INCLUDE_DIRS})
elseif(NOT GLOO_INCLUDE_DIR)
  sotto_missing("the headers of Gloo" libgloo-dev)
endif()

find_package(yaml-cpp QUIET)
if(NOT yaml-cpp_FOUND)
  sotto_missing(yaml-cpp libyaml-cpp-dev)
endif()
if(NOT TARGET yaml-cpp::yaml-cpp)  # yaml-cpp 0.7 has the plain name only
  add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED)
  target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()

find_package(nlohmann_json QUIET)
if(NOT nlohmann_json_FOUND)
  sotto_missing(nlohmann-json nlohmann-json3-dev)
endif()

find_package(CLI11 QUIET)
if(NOT CLI11_FOUND)
  sotto_missing(CLI11 libcli11-dev)
endif()

find_path(XXHASH_INCLUDE_DIR xxhash.h)
if(NOT XXHASH_INCLUDE_DIR)
  sotto_missing(xxHash libxxhash-dev)
endif()

find_package(ZLIB QUIET)
if(NOT ZLIB_FOUND)
  sotto_missing(zlib zlib1g-dev)
endif()

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)

if(SOTTO_MEDIA)
  # oneDNN by its files: the package's own configuration asks for OpenCL headers.
  find_path(DNNL_INCLUDE_DIR oneapi/dnnl/dnnl.hpp)
  find_library(DNNL_LIBRARY dnnl)
  if(NOT DNNL_INCLUDE_DIR OR NOT DNNL_LIBRARY)
    sotto_missing(oneDNN libdnnl-dev)
  endif()

  find_package(PkgConfig REQUIRED)
  pkg_check_modules(SENTENCEPIECE IMPORTED_TARGET sentencepiece)
  if(NOT SENTENCEPIECE_FOUND)
    sotto_missing(SentencePiece libsentencepiece-dev)
  endif()
  pkg_check_modules(FFMPEG IMPORTED_TARGET libavformat libavcodec libavutil libswscale libswresample)
  if(NOT FFMPEG_FOUND)
    sotto_missing(FFmpeg "libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libswresample-dev")
  endif()
  pkg_check_modules(ICU IMPORTED_TARGET icu-uc icu-i18n)
  if(NOT ICU_FOUND)
    sotto_missing(ICU libicu-dev)
  endif()
  find_path(ESPEAK_INCLUDE_DIR espeak-ng/speak_lib.h)  # the library is loaded while running
  if(NOT ESPEAK_INCLUDE_DIR)
    sotto_missing(espeak-ng "libespeak-ng-dev espeak-ng-data")
  endif()
  find_package(OpenCV QUIET COMPONENTS core imgproc imgcodecs calib3d)
  if(NOT OpenCV_FOUND)
    sotto_missing(OpenCV libopencv-dev)
  endif()
  find_package(dlib QUIET)
  if(NOT dlib_FOUND)
    sotto_missing(dlib "libdlib-dev libdlib-data libopenblas-openmp-dev")
  endif()
else()
  # By its files: a machine with little on it has no pkg-config.
  find_path(SENTENCEPIECE_INCLUDE_DIR sentencepiece_processor.h)
  find_library(SENTENCEPIECE_LIBRARY sentencepiece)
  find_library(SENTENCEPIECE_TRAIN_LIBRARY sentencepiece_train)
  if(NOT SENTENCEPIECE_INCLUDE_DIR OR NOT SENTENCEPIECE_LIBRARY OR NOT SENTENCEPIECE_TRAIN_LIBRARY)
    sotto_missing(SentencePiece libsentencepiece-dev)
  endif()
  add_library(PkgConfig::SENTENCEPIECE INTERFACE IMPORTED)
  target_include_directories(PkgConfig::SENTENCEPIECE INTERFACE ${SENTENCEPIECE_INCLUDE_DIR})
  target_link_libraries(PkgConfig::SENTENCEPIECE INTERFACE
    ${SENTENCEPIECE_LIBRARY} ${SENTENCEPIECE_TRAIN_LIBRARY})
endif()

if(SOTTO_BUILD_TESTS)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    sotto_missing(GoogleTest libgtest-dev)
  endif()
endif()
