#pragma once

#include <string>

namespace sotto::tools {

/// Runs `sotto_run_<command>(request)` of libsotto_core.so, which holds everything that needs
/// LibTorch and is loaded here, so that the rest of the program starts in milliseconds.
///
/// @param request  the command's struct of requests.h.
/// @param faces    the command will look for faces: their models are loaded beside LibTorch.
/// @return the command's exit code; kInternal, with a line on stderr, if the core cannot be loaded.
int run_in_core(const std::string& command, const void* request, bool faces = false);

/// The folder of the running program, from /proc/self/exe.
std::string program_folder();

}  // namespace sotto::tools
