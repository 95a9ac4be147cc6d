#include "datasets/synth/sentences.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "datasets/text/utf8.h"

namespace sotto::datasets::synth {
namespace {

template <size_t N>
std::string pick(const std::array<const char*, N>& choices, Random& random) {
  return choices[static_cast<size_t>(random.below(static_cast<int64_t>(N)))];
}

constexpr std::array<const char*, 16> kShort = {
    "Good morning",
    "Thank you",
    "Very well",
    "Of course",
    "Maybe later",
    "Not today",
    "Come back",
    "Look there",
    "Wait here",
    "Well done",
    "Five apples",
    "Blue paper",
    "My mother",
    "Warm water",
    "Keep going",
    "Open windows"};
constexpr std::array<const char*, 24> kPeople = {
    "the farmer",      "my brother",  "a young woman",  "the teacher",    "our neighbour",
    "the old captain", "every child", "her father",     "the whole team", "a famous writer",
    "the doctor",      "nobody",      "my best friend", "the pilot",      "another visitor",
    "the king",        "a boy",       "everyone",       "the mayor",      "a quiet man",
    "the girl",        "your sister", "someone",        "the first guest"};
constexpr std::array<const char*, 24> kDeeds = {
    "bought",  "found",    "carried", "painted", "forgot",  "remembered", "moved",   "opened",
    "watched", "finished", "wanted",  "sold",    "brought", "described",  "noticed", "saved",
    "kept",    "washed",   "fixed",   "drew",    "dropped", "borrowed",   "hid",     "shared"};
constexpr std::array<const char*, 28> kThings = {
    "the paper boxes",   "a map of the valley", "five green apples", "the broken window",
    "a very long story", "some fresh bread",    "the blue umbrella", "two heavy books",
    "a basket of plums", "the missing key",     "an enormous fish",  "warm clothes",
    "the wooden bridge", "a cup of coffee",     "his new bicycle",   "the whole evening",
    "another question",  "seven small birds",   "the front door",    "a beautiful picture",
    "my favourite song", "the last train",      "a bottle of milk",  "both answers",
    "the old piano",     "everything",          "a piece of cheese", "three letters"};
constexpr std::array<const char*, 20> kPlaces = {
    "near the river",    "behind the house",   "in the village",
    "at the station",    "above the shop",     "on the beach",
    "across the street", "beside the fire",    "under the apple tree",
    "in front of us",    "by the sea",         "between the hills",
    "at home",           "in a small boat",    "before the meeting",
    "after the storm",   "without a word",     "with great care",
    "for his family",    "because of the rain"};
constexpr std::array<const char*, 14> kTimes = {
    "yesterday",
    "last winter",
    "this morning",
    "every Monday",
    "long ago",
    "in the summer",
    "before breakfast",
    "a week later",
    "sometimes",
    "at midnight",
    "early today",
    "after work",
    "during the night",
    "once more"};
constexpr std::array<const char*, 7> kJoints = {
    "and", "but", "while", "because", "before", "although", "so"};

constexpr std::array<const char*, 48> kMandarin = {
    "你好",
    "谢谢你",
    "没关系",
    "明天见",
    "我们走吧",
    "请坐下来",
    "欢迎你们",
    "早上好，老师",
    "今天天气很好",
    "我想喝一杯水",
    "他住在学校旁边",
    "妈妈正在做晚饭",
    "请把窗户打开一点",
    "孩子们在公园里玩",
    "我每天坐地铁上班",
    "这本书我还没有看完",
    "昨天晚上下了一场大雨",
    "他们已经到火车站了",
    "你能告诉我现在几点吗？",
    "我最喜欢的季节是秋天",
    "爷爷早上常常去散步",
    "这家饭店的菜很好吃",
    "下个月我要去北京旅行",
    "她的声音听起来很温柔",
    "弟弟把作业忘在家里了",
    "我们应该保护自然环境",
    "请问，图书馆在什么地方？",
    "飞机马上就要起飞了",
    "他用两个小时写完了报告",
    "桌子上放着一个红苹果",
    "春天来了，花都开了。",
    "医生说他需要多休息几天",
    "老师给我们讲了一个故事",
    "这条路一直通到海边",
    "大家都同意他的意见",
    "我把钥匙放在门口的箱子里",
    "今年的冬天比去年冷得多",
    "小猫在沙发下面睡着了",
    "他打算学习中文和历史",
    "星期天我们一起去爬山吧",
    "电视里正在播放新闻节目",
    "因为堵车，所以他迟到了。",
    "这个问题比我想的要复杂",
    "请您说慢一点，我听不清楚。",
    "爸爸从外地寄来了一封信",
    "科学家发现了一种新的植物",
    "经济发展给人民生活带来了很大变化",
    "无论遇到什么困难，我们都不会放弃。"};

int64_t count_words(const std::string& text) {
  return 1 + std::count(text.begin(), text.end(), ' ');
}

}  // namespace

std::string english_sentence(Random& random, int64_t words) {
  std::string text;
  if (words <= 2) {
    text = pick(kShort, random);
    return (words == 1 ? text.substr(text.find(' ') + 1) : text) + ".";
  }
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
  const auto left = [&] { return words - (text.empty() ? 0 : count_words(text)); };
  if (words >= 7 && random.chance(0.3)) {
    add(pick(kTimes, random));
  }
  while (true) {
    add(pick(kPeople, random));
    add(pick(kDeeds, random));
    if (left() > 0) {
      add(pick(kThings, random));
    }
    if (left() >= 3 && random.chance(0.7)) {
      add(pick(kPlaces, random));
    }
    if (left() < 6) {
      break;
    }
    add(pick(kJoints, random));
  }
  if (left() >= 2) {
    add(pick(kTimes, random));
  }
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + ".";
}

std::string mandarin_sentence(Random& random, int64_t characters) {
  std::vector<const char*> fitting;
  for (const char* sentence : kMandarin) {
    if (static_cast<int64_t>(utf8_characters(sentence).size()) <= characters) {
      fitting.push_back(sentence);
    }
  }
  return fitting.empty()
             ? kMandarin[0]
             : fitting[static_cast<size_t>(random.below(static_cast<int64_t>(fitting.size())))];
}

GridSentence grid_sentence(Random& random) {
  static constexpr std::array<const char*, 4> kCommands = {"bin", "lay", "place", "set"};
  static constexpr std::array<const char*, 4> kColours = {"blue", "green", "red", "white"};
  static constexpr std::array<const char*, 4> kPrepositions = {"at", "by", "in", "with"};
  static constexpr std::array<const char*, 10> kDigits = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
  static constexpr std::array<const char*, 4> kAdverbs = {"again", "now", "please", "soon"};
  const std::string letters = "abcdefghijklmnopqrstuvxyz";  // all but w
  const std::string words[6] = {
      pick(kCommands, random),
      pick(kColours, random),
      pick(kPrepositions, random),
      std::string(1, letters[static_cast<size_t>(random.below(25))]),
      "",
      ""};
  const auto digit = random.below(10);
  const std::string adverb = pick(kAdverbs, random);
  GridSentence sentence;
  for (int i = 0; i < 4; ++i) {
    sentence.name += words[i][0];
    sentence.text += words[i] + " ";
  }
  sentence.name += digit == 0 ? 'z' : static_cast<char>('0' + digit);
  sentence.name += adverb[0];
  sentence.text += std::string(kDigits[static_cast<size_t>(digit)]) + " " + adverb;
  return sentence;
}

}  // namespace sotto::datasets::synth
