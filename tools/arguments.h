#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"

namespace sotto::tools {

/// Thrown by Arguments::parse when `--help` was asked for; `what()` is the text to print.
class HelpWanted : public Error {
 public:
  using Error::Error;
};

/// The command line of one command. Only arguments.cpp sees the library that does the work.
///
///     Arguments arguments("info", "Describe a model, a store or a clip.", "sotto info clip.mp4");
///     arguments.positional("PATH", request.path, "what to describe");
///     arguments.parse(argc, argv);
///
/// The variables keep their value, the default, where the command line says nothing.
class Arguments {
 public:
  /// @param examples  lines of the help text, each a command a person could type.
  Arguments(const std::string& command, const std::string& summary, const std::string& examples);
  ~Arguments();

  void positional(const std::string& name, std::string& value, const std::string& help);
  void optional_positional(const std::string& name, std::string& value, const std::string& help);
  /// Everything that is left; at least `least` of them.
  void rest(
      const std::string& name,
      std::vector<std::string>& values,
      size_t least,
      const std::string& help);

  /// @param name    such as "--out".
  /// @param holder  what stands for the value in the help text, such as "DIR".
  void option(
      const std::string& name,
      std::string& value,
      const std::string& holder,
      const std::string& help,
      bool required = false);
  /// One of `choices`.
  void choice(
      const std::string& name,
      std::string& value,
      const std::vector<std::string>& choices,
      const std::string& help);
  void integer(
      const std::string& name,
      int64_t& value,
      const std::string& holder,
      int64_t low,
      const std::string& help,
      double high = std::numeric_limits<double>::infinity());
  void integer(
      const std::string& name,
      std::optional<int64_t>& value,
      const std::string& holder,
      int64_t low,
      const std::string& help,
      double high = std::numeric_limits<double>::infinity());
  void number(
      const std::string& name,
      std::optional<double>& value,
      const std::string& holder,
      double low,
      double high,
      const std::string& help);
  /// Numbers with commas between them, such as `0,-5,-10`.
  void numbers(
      const std::string& name,
      std::vector<double>& values,
      const std::string& holder,
      const std::string& help);
  /// Words with commas between them, each one of `choices`.
  void words(
      const std::string& name,
      std::vector<std::string>& values,
      const std::vector<std::string>& choices,
      const std::string& help);
  /// Words with commas between them.
  void names(
      const std::string& name,
      std::vector<std::string>& values,
      const std::string& holder,
      const std::string& help);
  void flag(const std::string& name, bool& value, const std::string& help);

  /// @param argc, argv  the command's own, argv[0] is the command's name.
  /// @throws HelpWanted, or ConfigError with one line that says what is wrong.
  void parse(int argc, char** argv);
  /// What an action does not look at is not asked of it.
  /// @throws ConfigError "COMMAND: ACTION goes without NAME" if the parsed command line had one of them.
  void refuse(const std::string& action, const std::vector<std::string>& names) const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sotto::tools
