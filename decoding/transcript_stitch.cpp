#include "decoding/transcript_stitch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

constexpr double kSameMoment = 0.5;  // s: how far two windows' times of a word may be apart

double middle(const Word& word) {
  return (word.start + word.end) / 2;
}

bool same(const Word& a, const Word& b) {
  return a.word == b.word && std::abs(middle(a) - middle(b)) <= kSameMoment;
}

/// How many words of the earlier window count, and how many of the later one do not.
struct Seam {
  size_t kept = 0;
  size_t dropped = 0;
};

/// The pairs of a longest common subsequence of earlier[first..] and later[..last), of equals that
/// whose times agree best: a word said twice is paired with its own second time.
std::vector<std::pair<size_t, size_t>> common_words(
    const std::vector<Word>& earlier, size_t first, const std::vector<Word>& later, size_t last) {
  constexpr double kPair = 1000;  // outweighs all differences in time
  const size_t rows = earlier.size() - first;
  const auto gain = [&](size_t i, size_t j) {
    const Word& a = earlier[first + i];
    return same(a, later[j]) ? kPair - std::abs(middle(a) - middle(later[j])) : 0.0;
  };
  std::vector<std::vector<double>> best(rows + 1, std::vector<double>(last + 1, 0));
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = last; j-- > 0;) {
      const double paired = gain(i, j) > 0 ? gain(i, j) + best[i + 1][j + 1] : 0;
      best[i][j] = std::max({paired, best[i + 1][j], best[i][j + 1]});
    }
  }
  std::vector<std::pair<size_t, size_t>> pairs;
  for (size_t i = 0, j = 0; i < rows && j < last;) {
    if (best[i][j] == best[i + 1][j]) {
      ++i;
    } else if (best[i][j] == best[i][j + 1]) {
      ++j;
    } else {
      pairs.emplace_back(first + i++, j++);
    }
  }
  return pairs;
}

Seam find_seam(
    const std::vector<Word>& earlier,
    const std::vector<Word>& later,
    double shared_begin_s,
    double cut_s,
    double shared_end_s,
    bool in_pause) {
  const auto first = static_cast<size_t>(
      std::find_if(
          earlier.begin(),
          earlier.end(),
          [&](const Word& word) { return word.end > shared_begin_s; }) -
      earlier.begin());
  const auto last = static_cast<size_t>(
      std::find_if(
          later.begin(),
          later.end(),
          [&](const Word& word) { return word.start >= shared_end_s; }) -
      later.begin());
  const auto pairs = common_words(earlier, first, later, last);
  const auto distance = [&](const std::pair<size_t, size_t>& pair) {
    return std::abs(middle(earlier[pair.first]) - cut_s);
  };
  const auto nearest =
      std::min_element(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
        return distance(a) < distance(b);
      });
  if (nearest != pairs.end()) {
    return {nearest->first + 1, nearest->second + 1};
  }
  if (in_pause) {
    return {earlier.size(), 0};
  }
  const auto before_cut = [&](const Word& word) { return middle(word) < cut_s; };
  const auto count = [&](const std::vector<Word>& words) {
    return static_cast<size_t>(
        std::find_if_not(words.begin(), words.end(), before_cut) - words.begin());
  };
  return {count(earlier), count(later)};
}

/// Makes the best reading again after words were dropped.
void read_words(Transcript& transcript) {
  if (transcript.nbest.empty()) {
    return;
  }
  Reading& reading = transcript.nbest.front();
  reading.text = words_text(transcript.words);
  reading.tokens.clear();
  for (const TokenTime& token : transcript.tokens) {
    reading.tokens.push_back(token.token);
  }
}

void keep_first(size_t kept, Transcript& transcript) {
  if (kept >= transcript.words.size()) {
    return;
  }
  transcript.words.resize(kept);
  auto& tokens = transcript.tokens;
  const auto count = static_cast<int64_t>(kept);
  tokens.erase(
      std::find_if(
          tokens.begin(),
          tokens.end(),
          [&](const TokenTime& token) { return token.word >= count; }),
      tokens.end());
  read_words(transcript);
}

void drop_first(size_t dropped, Transcript& transcript) {
  if (dropped == 0) {
    return;
  }
  const auto count = static_cast<int64_t>(dropped);
  transcript.words.erase(transcript.words.begin(), transcript.words.begin() + count);
  auto& tokens = transcript.tokens;
  tokens.erase(
      tokens.begin(), std::find_if(tokens.begin(), tokens.end(), [&](const TokenTime& token) {
        return token.word >= count;
      }));
  for (TokenTime& token : tokens) {
    token.word -= token.word >= 0 ? count : 0;
  }
  read_words(transcript);
}

void shift(double offset_s, Transcript& transcript) {
  for (Word& word : transcript.words) {
    word.start += offset_s;
    word.end += offset_s;
  }
  for (TokenTime& token : transcript.tokens) {
    token.start += offset_s;
    token.end += offset_s;
  }
}

}  // namespace

void TranscriptStitcher::add(
    Transcript part, double offset_s, double cut_s, double end_s, bool in_pause) {
  shift(offset_s, part);
  if (!any_) {
    whole_ = std::move(part);
    any_ = true;
  } else {
    if (offset_s < end_s_) {
      const Seam seam = find_seam(whole_.words, part.words, offset_s, cut_s, end_s_, in_pause);
      keep_first(seam.kept, whole_);
      drop_first(seam.dropped, part);
    }
    const auto before = static_cast<int64_t>(whole_.words.size());
    for (TokenTime& token : part.tokens) {
      token.word += token.word >= 0 ? before : 0;
    }
    whole_.words.insert(whole_.words.end(), part.words.begin(), part.words.end());
    whole_.tokens.insert(whole_.tokens.end(), part.tokens.begin(), part.tokens.end());
    if (whole_.nbest.empty()) {
      whole_.nbest = std::move(part.nbest);
    } else if (!part.nbest.empty()) {
      whole_.nbest.resize(1);
      append_reading(whole_.nbest.front(), part.nbest.front());
    }
  }
  if (!whole_.nbest.empty()) {
    whole_.text = whole_.nbest.front().text;
  }
  end_s_ = end_s;
}

}  // namespace sotto::decoding
