#include "tools/arguments.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <sstream>

#include <CLI/CLI.hpp>

#include "common/options.h"

namespace sotto::tools {
namespace {

using Strings = std::vector<std::string>;

constexpr size_t kHelpColumn = 34;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The word of the command line that the parser did not know, with the nearest one it does.
std::string unknown_word(const CLI::App& app) {
  for (const std::string& word : app.remaining(false)) {
    if (word == "--") {
      continue;
    }
    const size_t start = word.find_first_not_of('-');
    if (start == 0 || start == std::string::npos) {
      return word + ": not expected here";
    }
    Strings known;
    for (const CLI::Option* option : app.get_options()) {
      if (option->nonpositional()) {
        known.push_back(option->get_name().substr(2));
      }
    }
    const std::string name = word.substr(0, word.find('='));
    const std::string near = nearest(name.substr(start), known);
    return name + ": unknown option" + (near.empty() ? "" : "; did you mean --" + near + "?");
  }
  return "";
}

/// Why `value` is none of `choices`; empty if it is one.
std::string choice_complaint(const std::string& value, const Strings& choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
    return "";
  }
  return "expected one of " + CLI::detail::join(choices, ", ") + ", got '" + value + "'";
}

std::string range_words(double low, double high) {
  std::ostringstream text;
  if (std::isfinite(low) && std::isfinite(high)) {
    text << " from " << low << " to " << high;
  } else if (std::isfinite(low)) {
    text << ", " << low << " or more";
  }
  return text.str();
}

/// Why `text` is not a number in this range; empty if it is one.
std::string number_complaint(const std::string& text, bool whole, double low, double high) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  constexpr double kLargest = 9007199254740992;  // whole numbers are exact up to there
  const bool number = !text.empty() && *end == 0 && std::isfinite(value);
  const bool fits = !whole || (value == std::floor(value) && value < kLargest);
  if (number && fits && value >= low && value <= high) {
    return "";
  }
  const std::string kind = whole ? "a whole number" : "a number";
  return "expected " + kind + range_words(low, high) + ", got '" + text + "'";
}

/// Finds mistakes in a number before the library does, in our words.
void check_number(CLI::Option* option, bool whole, double low, double high) {
  option->check(
      [=](const std::string& text) { return number_complaint(text, whole, low, high); }, "");
}

Strings split(const std::string& text) {
  Strings parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    parts.push_back(part);
  }
  return parts;
}

/// Breaks help at 80 columns. Lines of examples, which are to be typed, stay whole.
std::string wrapped(const std::string& help) {
  constexpr size_t kColumns = 80;
  const size_t usage = help.find("Usage:");
  std::string summary = help.substr(0, usage);
  while (!summary.empty() && summary.back() == '\n') {
    summary.pop_back();
  }
  std::replace(summary.begin(), summary.end(), '\n', ' ');
  std::istringstream lines(summary + "\n" + (usage == std::string::npos ? "" : help.substr(usage)));
  std::string text;
  bool examples = false;
  for (std::string line; std::getline(lines, line);) {
    examples = examples || line == "Examples:";
    // What an option means begins in a column of its own.
    const size_t indent = line.rfind("  ", 0) == 0 ? kHelpColumn : 0;
    while (!examples && line.size() > kColumns) {
      size_t end = line.rfind(' ', kColumns);
      if (end == std::string::npos || end <= indent + 1) {
        end = line.find(' ', kColumns);  // a word that is longer than the line
      }
      if (end == std::string::npos) {
        break;
      }
      text += line.substr(0, end) + "\n";
      line = std::string(indent, ' ') + line.substr(end + 1);
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace

struct Arguments::Parser {
  std::string command;
  CLI::App app;
};

Arguments::Arguments(
    const std::string& command, const std::string& summary, const std::string& examples)
    : parser_(std::make_unique<Parser>()) {
  parser_->command = command;
  CLI::App& app = parser_->app;
  app.name("sotto " + command);
  app.description(summary);
  app.footer("Examples:\n  " + examples);
  app.allow_extras();  // reported by parse() with the nearest known option
  app.get_formatter()->column_width(kHelpColumn);
  app.set_help_flag("-h,--help", "print this and leave");
}

Arguments::~Arguments() = default;

void Arguments::positional(const std::string& name, std::string& value, const std::string& help) {
  parser_->app.add_option(name, value, help)->required()->type_name("");
}

void Arguments::optional_positional(
    const std::string& name, std::string& value, const std::string& help) {
  parser_->app.add_option(name, value, help)->type_name("");
}

void Arguments::rest(
    const std::string& name, Strings& values, size_t least, const std::string& help) {
  CLI::Option* option = parser_->app.add_option(name, values, help)->type_name("");
  option->required(least > 0);
}

void Arguments::option(
    const std::string& name,
    std::string& value,
    const std::string& holder,
    const std::string& help,
    bool required) {
  parser_->app.add_option(name, value, help)
      ->type_name(holder)
      ->required(required)
      ->check(
          [holder](const std::string& text) {
            return text.empty() ? "expected " + holder + ", got ''" : std::string();
          },
          "");
}

void Arguments::choice(
    const std::string& name, std::string& value, const Strings& choices, const std::string& help) {
  parser_->app.add_option(name, value, value.empty() ? help : help + " (" + value + ")")
      ->type_name(CLI::detail::join(choices, "|"))
      ->check([choices](const std::string& value) { return choice_complaint(value, choices); }, "");
}

void Arguments::integer(
    const std::string& name,
    int64_t& value,
    const std::string& holder,
    int64_t low,
    const std::string& help,
    double high) {
  const auto option = parser_->app.add_option(name, value, help)->type_name(holder);
  check_number(option, true, static_cast<double>(low), high);
}

void Arguments::integer(
    const std::string& name,
    std::optional<int64_t>& value,
    const std::string& holder,
    int64_t low,
    const std::string& help,
    double high) {
  const auto option = parser_->app.add_option_function<int64_t>(
      name, [&value](int64_t v) { value = v; }, help);
  option->type_name(holder);
  check_number(option, true, static_cast<double>(low), high);
}

void Arguments::number(
    const std::string& name,
    std::optional<double>& value,
    const std::string& holder,
    double low,
    double high,
    const std::string& help) {
  const auto option = parser_->app.add_option_function<double>(
      name, [&value](double v) { value = v; }, help);
  option->type_name(holder);
  check_number(option, false, low, high);
}

void Arguments::numbers(
    const std::string& name,
    std::vector<double>& values,
    const std::string& holder,
    const std::string& help) {
  const auto read = [name, &values](const std::string& text) {
    values.clear();
    for (const std::string& part : split(text)) {
      const std::string wrong = number_complaint(part, false, -kInfinity, kInfinity);
      if (!wrong.empty()) {
        throw CLI::ValidationError(name, wrong);
      }
      values.push_back(std::strtod(part.c_str(), nullptr));
    }
  };
  parser_->app.add_option_function<std::string>(name, read, help)->type_name(holder);
}

void Arguments::words(
    const std::string& name, Strings& values, const Strings& choices, const std::string& help) {
  const auto read = [name, &values, choices](const std::string& text) {
    values = split(text);
    if (values.empty()) {
      throw CLI::ValidationError(name, choice_complaint("", choices));
    }
    for (const std::string& value : values) {
      const std::string wrong = choice_complaint(value, choices);
      if (!wrong.empty()) {
        throw CLI::ValidationError(name, wrong);
      }
    }
  };
  parser_->app.add_option_function<std::string>(name, read, help)
      ->type_name(CLI::detail::join(choices, ",") + ",...");
}

void Arguments::names(
    const std::string& name, Strings& values, const std::string& holder, const std::string& help) {
  parser_->app
      .add_option_function<std::string>(
          name, [&values](const std::string& text) { values = split(text); }, help)
      ->type_name(holder);
}

void Arguments::flag(const std::string& name, bool& value, const std::string& help) {
  parser_->app.add_flag(name, value, help);
}

void Arguments::parse(int argc, char** argv) {
  CLI::App& app = parser_->app;
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw HelpWanted(wrapped(app.help()));
  } catch (const CLI::ArgumentMismatch& fault) {
    const std::string what = fault.what();
    throw ConfigError(
        parser_->command + ": " + what.substr(0, what.find(':')) + ": expected one value");
  } catch (const CLI::ParseError& fault) {
    const std::string unknown = unknown_word(app);
    throw ConfigError(parser_->command + ": " + (unknown.empty() ? fault.what() : unknown));
  }
  const std::string unknown = unknown_word(app);
  if (!unknown.empty()) {
    throw ConfigError(parser_->command + ": " + unknown);
  }
  // An experiment has its command lines looked at before it begins.
  if (std::getenv("SOTTO_ONLY_PARSE") != nullptr) {
    throw HelpWanted("");
  }
}

void Arguments::refuse(const std::string& action, const std::vector<std::string>& names) const {
  for (const std::string& name : names) {
    if (parser_->app.count(name) > 0) {
      throw ConfigError(parser_->command + ": " + action + " goes without " + name);
    }
  }
}

}  // namespace sotto::tools
