# Run by `cmake --install` with sotto_source set: installs the headers below, and what they include,
# into include/sotto, each under its own path.
cmake_minimum_required(VERSION 3.21)
set(waiting
  common/error.h
  decoding/transcript.h
  experiments/model_file.h
  experiments/transcriber.h)
set(headers "")
while(waiting)
  list(POP_FRONT waiting header)
  if(header IN_LIST headers OR NOT EXISTS "${sotto_source}/${header}")
    continue()
  endif()
  list(APPEND headers ${header})
  file(STRINGS "${sotto_source}/${header}" lines REGEX "^#include \"")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" included "${line}")
    list(APPEND waiting ${included})
  endforeach()
endwhile()

foreach(header IN LISTS headers)
  get_filename_component(folder ${header} DIRECTORY)
  file(INSTALL "${sotto_source}/${header}"
    DESTINATION "${CMAKE_INSTALL_PREFIX}/include/sotto/${folder}")
endforeach()
