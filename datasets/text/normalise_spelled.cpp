#include "datasets/text/normalise_spelled.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "datasets/text/english_numbers.h"
#include "datasets/text/normalise.h"
#include "datasets/text/number_text.h"

namespace sotto::datasets {
namespace {

struct Currency {
  std::string_view mark, one, many, hundredth, hundredths;
};
constexpr std::array<Currency, 4> kCurrencies = {
    {{"$", "dollar", "dollars", "cent", "cents"},
     {"\xC2\xA3", "pound", "pounds", "penny", "pence"},
     {"\xE2\x82\xAC", "euro", "euros", "cent", "cents"},
     {"\xC2\xA5", "yen", "yen", "", ""}}};

struct Vulgar {
  std::string_view mark, words;
};
constexpr std::array<Vulgar, 3> kVulgars = {
    {{"\xC2\xBD", "one half"}, {"\xC2\xBC", "one quarter"}, {"\xC2\xBE", "three quarters"}}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}
bool starts_with_apostrophe(std::string_view text) {
  return starts_with(text, "'") || starts_with(text, "\xE2\x80\x99") ||
         starts_with(text, "\xCA\xBC");
}
bool ends_with_apostrophe(const std::string& text) {
  const std::string_view all = text;
  return all.size() >= 1 &&
         (all.back() == '\'' || (all.size() >= 3 && all.substr(all.size() - 3) == "\xE2\x80\x99") ||
          (all.size() >= 2 && all.substr(all.size() - 2) == "\xCA\xBC"));
}

std::string integer(const std::string& digits) {
  constexpr uint64_t kLargest = 1000000000000;
  const bool countable = digits.size() == 1 || (digits[0] != '0' && digits.size() <= 13);
  const uint64_t value = countable ? std::stoull(digits) : 0;
  return countable && value <= kLargest ? english_cardinal(value) : english_digits(digits);
}

std::string decimal(const WrittenNumber<char>& number) {
  std::string words = number.whole.empty() ? "" : integer(number.whole);
  for (const std::string& part : number.parts) {
    words += (words.empty() ? "point " : " point ") + english_digits(part);
  }
  return words;
}

class Speller {
 public:
  explicit Speller(std::string_view text) : text_(text) {}

  std::string spell() {
    while (at_ < text_.size()) {
      if (!money() && !minus() && !number() && !vulgar()) {
        spelled_ += text_[at_++];
      }
    }
    return std::move(spelled_);
  }

 private:
  std::string_view rest(size_t from) const { return text_.substr(std::min(from, text_.size())); }
  bool digit(size_t at) const { return at < text_.size() && is_digit(text_[at]); }
  bool letter(size_t at) const { return at < text_.size() && is_letter(text_[at]); }

  /// Appends words of their own and goes on at `end`. An apostrophe stays with its word: "'90s".
  void put(const std::string& words, size_t end) {
    if (!spelled_.empty() && !ends_with_apostrophe(spelled_)) {
      spelled_ += ' ';
    }
    spelled_ += words;
    at_ = end;
    if (!starts_with_apostrophe(rest(at_))) {
      spelled_ += ' ';
    }
  }

  bool money() {
    for (const Currency& currency : kCurrencies) {
      const size_t start = at_ + currency.mark.size();
      if (starts_with(rest(at_), currency.mark) && digit(start)) {
        put_money(currency, read_number(text_, start));
        return true;
      }
    }
    return false;
  }

  void put_money(const Currency& currency, const WrittenNumber<char>& number) {
    static constexpr std::array<std::string_view, 4> kScales = {
        " thousand", " million", " billion", " trillion"};
    for (const std::string_view scale : kScales) {
      const size_t end = number.end + scale.size();
      if (starts_with(rest(number.end), scale) && !letter(end)) {
        put(decimal(number) + std::string(scale) + " " + std::string(currency.many), end);
        return;
      }
    }
    if (number.parts.size() != 1 || number.parts[0].size() != 2 || currency.hundredth.empty()) {
      put(amount(decimal(number), currency.one, currency.many), number.end);
      return;
    }
    const uint64_t hundredths = std::stoull(number.parts[0]);
    std::string words;
    if (number.whole != "0" || hundredths == 0) {
      words = amount(integer(number.whole), currency.one, currency.many);
    }
    if (hundredths > 0) {
      words += words.empty() ? "" : " and ";
      words += amount(english_cardinal(hundredths), currency.hundredth, currency.hundredths);
    }
    put(words, number.end);
  }

  static std::string amount(const std::string& words, std::string_view one, std::string_view many) {
    return words + " " + std::string(words == "one" ? one : many);
  }

  bool minus() {
    const std::string_view before = text_.substr(0, at_);
    if (text_[at_] != '-' || !(before.empty() || before.back() == ' ' || before.back() == '(')) {
      return false;
    }
    if (!digit(at_ + 1) && !(starts_with(rest(at_ + 1), "$") && digit(at_ + 2))) {
      return false;
    }
    put("minus", at_ + 1);
    return true;
  }

  bool number() {
    const bool bare_point = text_[at_] == '.' && digit(at_ + 1) &&
                            (at_ == 0 || text_[at_ - 1] == ' ' || text_[at_ - 1] == '-');
    if (!digit(at_) && !bare_point) {
      return false;
    }
    const WrittenNumber<char> number = read_number(text_, at_);
    if (!number.parts.empty() || (!time(number) && !fraction(number) && !suffixed(number))) {
      put(decimal(number), number.end);
    }
    percent();
    mixed();
    return true;
  }

  bool time(const WrittenNumber<char>& hours) {
    const size_t start = hours.end + 1;
    if (hours.whole.size() > 2 || std::stoi(hours.whole) > 24 ||
        !starts_with(rest(hours.end), ":") || !digit(start) || !digit(start + 1) ||
        digit(start + 2) || text_[start] > '5' ||
        (starts_with(rest(start + 2), ":") && digit(start + 3))) {
      return false;
    }
    const std::string minutes(text_.substr(start, 2));
    std::string words = english_cardinal(std::stoull(hours.whole));
    if (minutes != "00") {
      words += minutes[0] == '0' ? " oh " : " ";
      words += english_cardinal(std::stoull(minutes));
    }
    put(words, start + 2);
    return true;
  }

  bool fraction(const WrittenNumber<char>& above) {
    if (!starts_with(rest(above.end), "/") || !digit(above.end + 1) || above.whole.size() > 1 ||
        (at_ > 0 && text_[at_ - 1] == '/')) {
      return false;
    }
    const WrittenNumber<char> below = read_number(text_, above.end + 1);
    if (!below.parts.empty() || below.whole.size() > 2 || starts_with(rest(below.end), "/") ||
        letter(below.end)) {
      return false;
    }
    const uint64_t count = std::stoull(above.whole);
    const uint64_t parts = std::stoull(below.whole);
    if (count == 0 || count >= parts || parts > 10) {
      return false;
    }
    std::string name = parts == 4 ? "quarter" : english_ordinal(english_cardinal(parts));
    if (parts == 2) {
      name = "half";
    }
    put(english_cardinal(count) + " " + name + (count > 1 ? "s" : ""), below.end);
    return true;
  }

  bool suffixed(const WrittenNumber<char>& number) {
    const size_t end = number.end;
    if (starts_with(rest(end), "s") && !letter(end + 1) && !digit(end + 1)) {
      put(english_plural(integer(number.whole)), end + 1);
      return true;
    }
    for (const std::string_view suffix : {"st", "nd", "rd", "th", "ST", "ND", "RD", "TH"}) {
      if (starts_with(rest(end), suffix) && !letter(end + 2) && !digit(end + 2)) {
        put(english_ordinal(integer(number.whole)), end + 2);
        return true;
      }
    }
    return false;
  }

  void percent() {
    const size_t mark = at_ + (starts_with(rest(at_), " ") ? 1 : 0);
    if (starts_with(rest(mark), "%")) {
      put("percent", mark + 1);
    }
  }

  /// The half of `3½`.
  void mixed() {
    for (const Vulgar& vulgar : kVulgars) {
      if (starts_with(rest(at_), vulgar.mark)) {
        put("and", at_);
      }
    }
  }

  bool vulgar() {
    for (const Vulgar& vulgar : kVulgars) {
      if (starts_with(rest(at_), vulgar.mark)) {
        put(std::string(vulgar.words), at_ + vulgar.mark.size());
        percent();
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string spelled_;
};

}  // namespace

std::string normalise_english_spelled(std::string_view text) {
  return normalise_english(Speller(text).spell());
}

}  // namespace sotto::datasets
