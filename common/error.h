#pragma once

#include <stdexcept>
#include <string>

namespace sotto {

/// A fault of the input or of the way sotto was called. The message is one line:
/// `<where>: expected <what>, got <what>; <what to do>`, where = file, file:line, key or utterance.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A recipe, an option or a command line that cannot be used. The program leaves with exit code 2.
class ConfigError : public Error {
 public:
  using Error::Error;
};

/// A media file, a store or a transcript that cannot be used.
class DataError : public Error {
 public:
  using Error::Error;
};

/// A model file or a checkpoint that cannot be used.
class CheckpointError : public Error {
 public:
  using Error::Error;
};

/// A long job was asked to stop (SIGINT, SIGTERM) and left its outputs so that it can continue.
class Interrupted : public Error {
 public:
  explicit Interrupted(int signal, const std::string& what) : Error(what), signal_(signal) {}
  int signal() const { return signal_; }

 private:
  int signal_;
};

}  // namespace sotto
