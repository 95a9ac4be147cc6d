#include "datasets/text/normalise_mandarin.h"

#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "datasets/text/mandarin_numbers.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

std::string plain(std::string_view text) {
  return normalise_mandarin(text);
}
std::string simplified(std::string_view text) {
  return normalise_mandarin_simplified(text);
}
std::string spoken(std::string_view text) {
  return normalise_mandarin_spoken(text);
}

std::string utf8(const std::u32string& text) {
  std::string bytes;
  for (const char32_t c : text) {
    append_utf8(bytes, c);
  }
  return bytes;
}

/// The number that characters say, by a reader that shares nothing with the writer.
uint64_t value_of(const std::u32string& words) {
  const std::u32string digits = U"零一二三四五六七八九";
  uint64_t eights = 0;   // in 亿
  uint64_t fours = 0;    // in 万
  uint64_t section = 0;  // below 万
  uint64_t digit = 0;
  bool any = false;
  for (const char32_t c : words) {
    const size_t found = c == U'两' ? 2 : digits.find(c);
    if (found != std::u32string::npos) {
      digit = found;
      any = found > 0;
      continue;
    }
    if (c == U'千' || c == U'百' || c == U'十') {
      section += (any ? digit : 1) * (c == U'千' ? 1000 : c == U'百' ? 100 : 10);
    } else if (c == U'万') {
      fours += (section + digit) * 10000;
      section = 0;
    } else if (c == U'亿') {
      eights += (fours + section + digit) * 100000000;
      fours = section = 0;
    } else {
      ADD_FAILURE() << "unexpected character";
    }
    digit = 0;
    any = false;
  }
  return eights + fours + section + digit;
}

TEST(MandarinNumbersTest, SaysWhatTheNumberIs) {
  EXPECT_EQ(utf8(mandarin_cardinal(0)), "零");
  EXPECT_EQ(utf8(mandarin_cardinal(10)), "十");
  EXPECT_EQ(utf8(mandarin_cardinal(12)), "十二");
  EXPECT_EQ(utf8(mandarin_cardinal(123)), "一百二十三");
  EXPECT_EQ(utf8(mandarin_cardinal(110)), "一百一十");
  EXPECT_EQ(utf8(mandarin_cardinal(105)), "一百零五");
  EXPECT_EQ(utf8(mandarin_cardinal(200)), "二百");
  EXPECT_EQ(utf8(mandarin_cardinal(2002)), "两千零二");
  EXPECT_EQ(utf8(mandarin_cardinal(10010)), "一万零一十");
  EXPECT_EQ(utf8(mandarin_cardinal(20000)), "两万");
  EXPECT_EQ(utf8(mandarin_cardinal(100000)), "十万");
  EXPECT_EQ(utf8(mandarin_cardinal(220000)), "二十二万");
  EXPECT_EQ(utf8(mandarin_cardinal(100000001)), "一亿零一");
  EXPECT_EQ(utf8(mandarin_cardinal(1000000000000)), "一万亿");
  for (uint64_t n = 0; n < 12000; ++n) {
    ASSERT_EQ(value_of(mandarin_cardinal(n)), n);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t n = random() % 10000000000000000 >> (random() % 40);
    ASSERT_EQ(value_of(mandarin_cardinal(n)), n);
  }
}

TEST(NormaliseMandarinTest, RemovesPunctuationBlanksAndControls) {
  EXPECT_EQ(plain("你好，世界！（“真的”……）"), "你好世界真的");
  EXPECT_EQ(plain(" 今 天\t天\u3000气\n"), "今天天气");
  EXPECT_EQ(plain("\uFEFF你\u200B好\x01\uFE0F"), "你好");
  EXPECT_EQ(plain("价格￥＋※℃"), "价格c");
  EXPECT_EQ(plain(""), "");
  EXPECT_EQ(plain("。"), "");
}

TEST(NormaliseMandarinTest, NarrowsWidthAndLowersCase) {
  EXPECT_EQ(plain("ＡＢＣ１２３"), "abc123");
  EXPECT_EQ(plain("ﾃｽﾄ①㎏"), "テスト1kg");
  EXPECT_EQ(plain("\uF900"), "\u8C48");  // a compatibility form of 豈
}

TEST(NormaliseMandarinTest, OneBlankBetweenLatinWords) {
  EXPECT_EQ(plain("我 用 iPhone  Pro 手机"), "我用iphone pro手机");
  EXPECT_EQ(plain("hello，world"), "hello world");
  EXPECT_EQ(plain("A-B 3.5"), "a b 3 5");
  EXPECT_EQ(plain("don’t U.S. 'em' it's"), "don't us em it's");
  EXPECT_EQ(plain("好.World"), "好world");
}

TEST(NormaliseMandarinTest, Zero) {
  EXPECT_EQ(plain("二〇〇八年"), "二零零八年");
  EXPECT_EQ(plain("二○○八年"), "二零零八年");
  EXPECT_EQ(plain("○项目"), "项目");
}

TEST(NormaliseMandarinTest, KeepsWhatATokenizerShouldNameInsteadOfLosing) {
  EXPECT_EQ(plain("坏\xFF了"), "坏\uFFFD了");
  EXPECT_EQ(plain("\uE000字\U00032000"), "\uE000字\U00032000");
  EXPECT_EQ(plain("花儿"), "花儿");
}

TEST(NormaliseMandarinTest, SimplifiesOnlyWhereAsked) {
  EXPECT_EQ(plain("臺灣的頭髮"), "臺灣的頭髮");
  EXPECT_EQ(simplified("臺灣的頭髮，發展"), "台湾的头发发展");
  EXPECT_EQ(simplified("乾燥的裡面"), "干燥的里面");
  EXPECT_EQ(simplified("简体 123"), "简体123");
}

TEST(NormaliseMandarinTest, RulesAreSafeInThreads) {
  std::vector<std::string> results(4);
  std::vector<std::thread> threads;
  for (std::string& result : results) {
    threads.emplace_back([&result] {
      for (int i = 0; i < 50; ++i) {
        result = spoken("臺灣有23個");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(results, std::vector<std::string>(4, "台湾有二十三个"));
}

TEST(NormaliseMandarinTest, ApplyingRulesTwiceChangesNothing) {
  for (const char* text : {"臺灣 ＡＢ c，2023年５０％", "don't U.S.A. 二〇", "坏\xFF了 é ß Σ"}) {
    EXPECT_EQ(plain(plain(text)), plain(text));
    EXPECT_EQ(simplified(simplified(text)), simplified(text));
    EXPECT_EQ(spoken(spoken(text)), spoken(text));
  }
}

TEST(MandarinSpokenTest, Counts) {
  EXPECT_EQ(spoken("共123人"), "共一百二十三人");
  EXPECT_EQ(spoken("１２，３４５人"), "十二三百四十五人");  // full-width commas part a list
  EXPECT_EQ(spoken("12,345人"), "一万二千三百四十五人");
  EXPECT_EQ(spoken("编号007"), "编号零零七");
  EXPECT_EQ(spoken("3.5万，5亿"), "三点五万五亿");
  EXPECT_EQ(spoken("1.2.3"), "一点二点三");
  EXPECT_EQ(spoken("12345678901234567"), "一二三四五六七八九零一二三四五六七");
  EXPECT_EQ(spoken("电话13812345678"), "电话幺三八幺二三四五六七八");
  EXPECT_EQ(spoken("气温 -5 度，1-5"), "气温负五度一五");
  EXPECT_EQ(spoken("3~5个"), "三至五个");
}

TEST(MandarinSpokenTest, Two) {
  EXPECT_EQ(spoken("2个2天2万2公里2km"), "两个两天两万两公里两公里");
  EXPECT_EQ(spoken("第2个，2月2日，12个，2.5个"), "第二个二月二日十二个二点五个");
  EXPECT_EQ(spoken("2年级2年"), "二年级两年");
}

TEST(MandarinSpokenTest, SharesAndFractions) {
  EXPECT_EQ(spoken("50%"), "百分之五十");
  EXPECT_EQ(spoken("０．５％"), "百分之零点五");
  EXPECT_EQ(spoken("5‰"), "千分之五");
  EXPECT_EQ(spoken("3%-5%"), "百分之三至百分之五");
  EXPECT_EQ(spoken("-5%"), "负百分之五");
  EXPECT_EQ(spoken("1/2和½和3½"), "二分之一和二分之一和三又二分之一");
  EXPECT_EQ(spoken("24/7"), "二十四七");
  EXPECT_EQ(spoken("1/0"), "一零");
}

TEST(MandarinSpokenTest, YearsAndDates) {
  EXPECT_EQ(spoken("2023年"), "二零二三年");
  EXPECT_EQ(spoken("2000年"), "二零零零年");
  EXPECT_EQ(spoken("1000年，3000年，10年"), "一千年三千年十年");
  EXPECT_EQ(spoken("2008-2010年"), "二零零八至二零一零年");
  EXPECT_EQ(spoken("2008到2010年"), "二零零八到二零一零年");
  EXPECT_EQ(spoken("90年代"), "九十年代");
  EXPECT_EQ(spoken("2023-05-01"), "二零二三年五月一日");
  EXPECT_EQ(spoken("2023/5/12"), "二零二三年五月十二日");
  EXPECT_EQ(spoken("2023.5.1"), "二零二三年五月一日");
  EXPECT_EQ(spoken("2023-13-01"), "两千零二十三十三零一");
}

TEST(MandarinSpokenTest, TimesAndScores) {
  EXPECT_EQ(spoken("12:30"), "十二点三十分");
  EXPECT_EQ(spoken("12：05：09"), "十二点零五分零九秒");
  EXPECT_EQ(spoken("8:00"), "八点");
  EXPECT_EQ(spoken("2:00:00"), "两点零分零秒");
  EXPECT_EQ(spoken("3:2"), "三比二");
  EXPECT_EQ(spoken("1:2:3"), "一比二比三");
  EXPECT_EQ(spoken("1:2.5"), "一比二点五");
}

TEST(MandarinSpokenTest, MoneyAndMeasures) {
  EXPECT_EQ(spoken("￥5，$5万，€2，£5.5"), "五元五万美元两欧元五点五英镑");
  EXPECT_EQ(spoken("5 kg，36.5℃，90°，5㎞"), "五公斤三十六点五摄氏度九十度五公里");
  EXPECT_EQ(spoken("5kgs"), "五kgs");
}

TEST(MandarinSpokenTest, NumbersBesideLatinLetters) {
  EXPECT_EQ(spoken("5G和MP3"), "五g和mp三");
  EXPECT_EQ(spoken("A380 COVID-19 G20"), "a三八零covid十九g二十");
}

}  // namespace
}  // namespace sotto::datasets
