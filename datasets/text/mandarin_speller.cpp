#include <algorithm>
#include <array>
#include <utility>

#include "datasets/text/mandarin_numbers.h"
#include "datasets/text/number_text.h"

namespace sotto::datasets {
namespace {

using Text = std::u32string_view;
using Number = WrittenNumber<char32_t>;

struct Name {
  Text mark, spoken;
};
constexpr std::array<Name, 4> kCurrencies = {
    {{U"¥", U"元"}, {U"$", U"美元"}, {U"€", U"欧元"}, {U"£", U"英镑"}}};
constexpr std::array<Name, 8> kMeasures = {
    {{U"km", U"公里"},
     {U"kg", U"公斤"},
     {U"cm", U"厘米"},
     {U"mm", U"毫米"},
     {U"mg", U"毫克"},
     {U"ml", U"毫升"},
     {U"°C", U"摄氏度"},
     {U"°", U"度"}}};
/// Behind a lone 2 these make it 两.
constexpr Text kCounted =
    U"个位只本张条件次天年岁点种家名块万千亿倍公厘毫小分秒周辆部台座棵颗杯瓶句篇元美欧英人起场批项"
    U"份对双套支片间所匹门枚段笔股道遍趟顿步";
constexpr Text kBeforeMinus = U" (,:;!?、。\n\t";

bool contains(Text list, char32_t c) {
  return list.find(c) != Text::npos;
}
bool is_latin(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

class Speller {
 public:
  explicit Speller(Text text) : text_(text) {}

  std::u32string spell() {
    while (at_ < text_.size()) {
      if (is_digit(text_[at_])) {
        const Number number = read_number(text_, at_);
        if (!date(number) && !year(number) && !time(number) && !fraction(number)) {
          quantity(number, {});
        }
      } else if (!money() && !minus()) {
        spoken_ += text_[at_++];
      }
    }
    return std::move(spoken_);
  }

 private:
  char32_t look(size_t at) const { return at < text_.size() ? text_[at] : U'\0'; }
  bool follows(size_t at, Text what) const {
    return text_.substr(std::min(at, text_.size()), what.size()) == what;
  }
  std::string digits(size_t at) const { return read_digits(text_, at); }

  bool money() {
    for (const Name& currency : kCurrencies) {
      const size_t start = at_ + currency.mark.size();
      if (follows(at_, currency.mark) && is_digit(look(start))) {
        at_ = start;
        quantity(read_number(text_, at_), currency.spoken);
        return true;
      }
    }
    return false;
  }

  bool minus() {
    const bool sign = text_[at_] == U'-' || text_[at_] == U'−';
    if (!sign || !is_digit(look(at_ + 1)) || (at_ > 0 && !contains(kBeforeMinus, text_[at_ - 1]))) {
      return false;
    }
    spoken_ += U'负';
    ++at_;
    return true;
  }

  /// 2023-05-01, 2023/5/1, 2023.5.1
  bool date(const Number& number) {
    const std::string year = digits(at_);
    const size_t first = at_ + 4;
    const char32_t mark = look(first);
    if (number.whole != year || year.size() != 4 || !contains(U"-/.", mark)) {
      return false;
    }
    const std::string month = digits(first + 1);
    const size_t second = first + 1 + month.size();
    const std::string day = digits(second + 1);
    const size_t end = second + 1 + day.size();
    if (look(second) != mark || !within(month, 1, 12) || !within(day, 1, 31) ||
        (look(end) == mark && is_digit(look(end + 1)))) {
      return false;
    }
    spoken_ += mandarin_digits(year) + U"年" + mandarin_cardinal(std::stoull(month)) + U"月" +
               mandarin_cardinal(std::stoull(day)) + U"日";
    at_ = end;
    return true;
  }

  static bool within(const std::string& digits, int low, int high) {
    return !digits.empty() && digits.size() <= 2 && std::stoi(digits) >= low &&
           std::stoi(digits) <= high;
  }

  static bool is_year(const std::string& digits) {
    return digits.size() == 4 && (digits[0] == '1' || digits[0] == '2') && digits != "1000";
  }

  /// 2008年, and the first of 2008-2010年.
  bool year(const Number& number) {
    const size_t end = number.end;
    if (end - at_ != 4 || !is_year(number.whole)) {
      return false;
    }
    const bool range =
        contains(U"-~–—至到", look(end)) && is_year(digits(end + 1)) && look(end + 5) == U'年';
    if (!range && look(end) != U'年') {
      return false;
    }
    spoken_ += mandarin_digits(number.whole);
    at_ = end;
    if (range) {
      spoken_ += look(end) == U'到' ? U'到' : U'至';
      ++at_;
    }
    return true;
  }

  /// 12:30, 12:30:05; other numbers are compared: 3:2 is 三比二.
  bool time(const Number& number) {
    if (look(number.end) != U':' || !is_digit(look(number.end + 1)) || !number.parts.empty() ||
        number.whole.size() > 15) {
      return false;
    }
    const std::string minutes = digits(number.end + 1);
    const size_t end = number.end + 3;
    const bool more = look(end) == U':' && is_digit(look(end + 1));
    const std::string seconds = more ? digits(end + 1) : "";
    if (minutes.size() != 2 || !within(number.whole, 0, 24) || !within(minutes, 0, 59) ||
        (more && !within(seconds, 0, 59))) {
      spoken_ += mandarin_cardinal(std::stoull(number.whole)) + U"比";
      at_ = number.end + 1;
      return true;
    }
    const std::u32string hours = mandarin_cardinal(std::stoull(number.whole));
    spoken_ += (hours == U"二" ? U"两" : hours) + U"点";
    if (minutes != "00" || more) {
      spoken_ += two_digits(minutes) + U"分";
    }
    if (more) {
      spoken_ += two_digits(seconds) + U"秒";
    }
    at_ = more ? end + 1 + seconds.size() : end;
    return true;
  }

  static std::u32string two_digits(const std::string& digits) {
    const std::u32string words = mandarin_cardinal(std::stoull(digits));
    return digits.size() > 1 && digits[0] == '0' && digits != "00" ? U"零" + words : words;
  }

  bool fraction(const Number& above) {
    const char32_t mark = look(above.end);
    if ((mark != U'/' && mark != U'⁄') || !above.parts.empty() || above.whole.size() > 15 ||
        (at_ > 0 && text_[at_ - 1] == U'/')) {
      return false;
    }
    const std::string below = digits(above.end + 1);
    const size_t end = above.end + 1 + below.size();
    if (below.empty() || below.size() > 15 || look(end) == U'/' ||
        std::stoull(above.whole) >= std::stoull(below)) {
      return false;
    }
    spoken_ += mandarin_cardinal(std::stoull(below)) + U"分之" +
               mandarin_cardinal(std::stoull(above.whole));
    at_ = end;
    return true;
  }

  /// A count with what it counts, up to the mark of a range.
  void quantity(const Number& number, Text currency) {
    size_t end = number.end;
    const size_t mark = look(end) == U' ' ? end + 1 : end;
    bool share = false;
    if (look(mark) == U'%' || look(mark) == U'‰') {
      spoken_ += look(mark) == U'%' ? U"百分之" : U"千分之";
      end = mark + 1;
      share = true;
    }
    Text measure = currency;
    for (const Name& name : kMeasures) {
      if (measure.empty() && !share && follows(mark, name.mark) &&
          !is_latin(look(mark + name.mark.size()))) {
        measure = name.spoken;
        end = mark + name.mark.size();
      }
    }
    spoken_ += spoken(number, share ? U'\0' : measure.empty() ? look(end) : measure[0]);
    while (!currency.empty() && contains(U"百千万亿", look(end))) {
      spoken_ += text_[end++];
    }
    spoken_ += measure;
    if (is_digit(look(end + 1)) && (look(end) == U'~' || (share && look(end) == U'-'))) {
      spoken_ += U'至';
      ++end;
    }
    at_ = end;
  }

  /// @param next  the character that will be spoken behind it.
  std::u32string spoken(const Number& number, char32_t next) const {
    const std::string& whole = number.whole;
    const char32_t before = at_ == 0 ? U'\0' : text_[at_ - 1];
    const bool mobile = whole.size() == 11 && whole[0] == '1' && whole[1] >= '3';
    if (number.parts.empty() && mobile) {
      std::u32string words = mandarin_digits(whole);
      std::replace(words.begin(), words.end(), U'一', U'幺');
      return words;
    }
    if (whole == "2" && number.parts.empty() && contains(kCounted, next) && before != U'第' &&
        before != U'初' && !is_latin(before) && !follows(number.end, U"年级") &&
        !follows(number.end, U"分之")) {
      return U"两";
    }
    const bool one_by_one = (whole.size() > 1 && whole[0] == '0') || whole.size() > 16 ||
                            (whole.size() > 2 && is_latin(before));
    std::u32string words =
        one_by_one ? mandarin_digits(whole) : mandarin_cardinal(std::stoull(whole));
    for (const std::string& part : number.parts) {
      words += U"点" + mandarin_digits(part);
    }
    return words;
  }

  Text text_;
  size_t at_ = 0;
  std::u32string spoken_;
};

}  // namespace

std::u32string spell_mandarin_numbers(std::u32string_view text) {
  return Speller(text).spell();
}

}  // namespace sotto::datasets
