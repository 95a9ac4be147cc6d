#include "decoding/transcript_cues.h"

#include <algorithm>
#include <limits>

#include "datasets/text/utf8.h"
#include "decoding/transcript_breaks.h"
#include "decoding/transcript_text.h"

namespace sotto::decoding {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Widths in units of which a Latin character takes 8 and a Han character 21: 42 or 16 fill a line.
constexpr int64_t kLatinWidth = 8;
constexpr int64_t kWideWidth = 21;
constexpr int64_t kLineWidth = 336;
constexpr double kLatinReading = 1.0 / 17;  // seconds a character
constexpr double kWideReading = 1.0 / 9;
constexpr double kLongestCue = 7.0;  // seconds
constexpr double kShortestCue = 5.0 / 6;
constexpr double kGap = 0.08;   // between cues: two frames
constexpr double kPause = 1.0;  // of silence: ends a cue
constexpr double kFrame = 0.04;

// What a cue costs beside the faults of its breaks.
constexpr double kCostOfCue = 1.0;       // fewer are better
constexpr double kCostOfEndFault = 1.5;  // a new cue interrupts more than a new line
constexpr double kCostOfLineFault = 0.5;
constexpr double kCostOfHaste = 4.0;     // for each share of the reading time that is missing
constexpr double kCostOfFlash = 4.0;     // for each share of the shortest time that is missing
constexpr double kCostOfFullness = 0.2;  // evens out cues that are otherwise as good
constexpr double kCostOfImbalance = 0.6;

/// A word, or a part of one that is longer than a line.
struct Piece {
  std::string text;
  double start = 0;
  double end = 0;
  bool inside_word = false;  // the word goes on from the piece before
  int64_t width = 0;
  double reading = 0;  // seconds
  int64_t blank = 0;   // width of the blank before it, if it does not begin a line
  double fault = 0;    // of a break before it
};

bool is_wide(const std::string& character) {
  return is_unspaced(character);
}

/// A word without what would end its line in a file, cut into pieces that fit a line.
std::vector<Piece> pieces_of(const Word& word, double earliest) {
  std::vector<Piece> pieces(1);
  size_t count = 0;
  for (const std::string& character : datasets::utf8_characters(word.word)) {
    if (static_cast<unsigned char>(character[0]) < ' ' || character == "\x7F") {
      continue;
    }
    const int64_t width = is_wide(character) ? kWideWidth : kLatinWidth;
    if (pieces.back().width + width > kLineWidth) {
      pieces.emplace_back().inside_word = true;
    }
    pieces.back().text += character;
    pieces.back().width += width;
    pieces.back().reading += is_wide(character) ? kWideReading : kLatinReading;
    ++count;
  }
  if (count == 0) {
    return {};
  }
  const double start = std::max(earliest, word.start);
  const double share = std::max(0.0, word.end - start) / static_cast<double>(pieces.size());
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].start = start + share * static_cast<double>(i);
    pieces[i].end = pieces[i].start + share;
  }
  return pieces;
}

std::vector<Piece> pieces_of(const std::vector<Word>& words) {
  std::vector<Piece> all;
  for (const Word& word : words) {
    for (Piece& piece : pieces_of(word, all.empty() ? 0 : all.back().start)) {
      if (!all.empty()) {
        const Piece& before = all.back();
        const bool glued = piece.inside_word || join_words({before.text, piece.text}).size() ==
                                                    before.text.size() + piece.text.size();
        piece.blank = glued ? 0 : kLatinWidth;
        piece.fault =
            piece.inside_word ? 3 : break_fault(before.text, piece.text, piece.start - before.end);
      }
      all.push_back(std::move(piece));
    }
  }
  return all;
}

/// Where a cue's second line begins (its end: there is none) and how bad that is.
struct Layout {
  size_t second = 0;
  double fault = kInfinity;
};

/// Chooses the breaks of the pieces from `begin` to before `end`, between two silences.
class Segment {
 public:
  Segment(const std::vector<Piece>& pieces, size_t begin, size_t end)
      : pieces_(pieces), begin_(begin), end_(end) {}

  /// Adds the cues of the segment.
  void add_to(std::vector<Cue>& cues) const {
    std::vector<double> cost(end_ - begin_ + 1, kInfinity);  // of everything before a place
    std::vector<size_t> from(cost.size(), begin_);
    cost[0] = 0;
    for (size_t i = begin_; i < end_; ++i) {
      for (size_t j = i + 1; j <= end_; ++j) {
        const double next = cost[i - begin_] + cue_cost(i, j);
        if (next < cost[j - begin_]) {
          cost[j - begin_] = next;
          from[j - begin_] = i;
        }
        if (width(i, j) > 2 * kLineWidth || pieces_[j - 1].end - pieces_[i].start > kLongestCue) {
          break;
        }
      }
    }
    std::vector<Cue> backwards;
    for (size_t j = end_; j > begin_; j = from[j - begin_]) {
      backwards.push_back(cue(from[j - begin_], j));
    }
    cues.insert(cues.end(), backwards.rbegin(), backwards.rend());
  }

 private:
  int64_t width(size_t i, size_t j) const {
    int64_t sum = 0;
    for (size_t k = i; k < j; ++k) {
      sum += pieces_[k].width + (k > i ? pieces_[k].blank : 0);
    }
    return sum;
  }

  double reading(size_t i, size_t j) const {
    double sum = 0;
    for (size_t k = i; k < j; ++k) {
      sum += pieces_[k].reading + (k > i && pieces_[k].blank > 0 ? kLatinReading : 0);
    }
    return sum;
  }

  Layout layout(size_t i, size_t j) const {
    const int64_t whole = width(i, j);
    if (whole <= kLineWidth) {
      return {j, 0};
    }
    Layout best;
    int64_t first = 0;
    for (size_t k = i + 1; k < j; ++k) {
      first += pieces_[k - 1].width + (k - 1 > i ? pieces_[k - 1].blank : 0);
      const int64_t second = whole - first - pieces_[k].blank;
      if (first > kLineWidth || second > kLineWidth) {
        continue;
      }
      const double fault = pieces_[k].fault + kCostOfImbalance *
                                                  static_cast<double>(std::abs(first - second)) /
                                                  static_cast<double>(kLineWidth);
      if (fault < best.fault) {
        best = {k, fault};
      }
    }
    return best;
  }

  /// When the cue has to be gone: before the next one, and after the longest time.
  double latest_end(size_t i, size_t j) const {
    const double longest = pieces_[i].start + kLongestCue;
    return j < pieces_.size() ? std::min(longest, pieces_[j].start - kGap) : longest;
  }

  double cue_cost(size_t i, size_t j) const {
    const Layout lines = layout(i, j);
    const bool too_long = pieces_[j - 1].end - pieces_[i].start > kLongestCue && j > i + 1;
    if (too_long || lines.fault == kInfinity) {
      return kInfinity;
    }
    const double room = std::max(kFrame, latest_end(i, j) - pieces_[i].start);
    const double haste = std::max(0.0, reading(i, j) / room - 1);
    const double flash = std::max(0.0, 1 - room / kShortestCue);
    const double full = static_cast<double>(width(i, j)) / static_cast<double>(2 * kLineWidth);
    return kCostOfCue + kCostOfLineFault * lines.fault +
           (j < end_ ? kCostOfEndFault * pieces_[j].fault : 0) + kCostOfHaste * haste +
           kCostOfFlash * flash + kCostOfFullness * full * full;
  }

  Cue cue(size_t i, size_t j) const {
    Cue cue;
    cue.start = pieces_[i].start;
    const double wanted = cue.start + std::max(kShortestCue, reading(i, j));
    cue.end = std::min(latest_end(i, j), std::max(pieces_[j - 1].end, wanted));
    const size_t second = layout(i, j).second;
    cue.lines.push_back(line(i, second));
    if (second < j) {
      cue.lines.push_back(line(second, j));
    }
    return cue;
  }

  std::string line(size_t i, size_t j) const {
    std::string text;
    for (size_t k = i; k < j; ++k) {
      text += (k > i && pieces_[k].blank > 0 ? " " : "") + pieces_[k].text;
    }
    return text;
  }

  const std::vector<Piece>& pieces_;
  size_t begin_;
  size_t end_;
};

}  // namespace

std::vector<Cue> subtitle_cues(const std::vector<Word>& words) {
  const std::vector<Piece> pieces = pieces_of(words);
  std::vector<Cue> cues;
  for (size_t begin = 0, end = 0; begin < pieces.size(); begin = end) {
    end = begin + 1;
    while (end < pieces.size() && pieces[end].start - pieces[end - 1].end < kPause) {
      ++end;
    }
    Segment(pieces, begin, end).add_to(cues);
  }
  // Words of no length or at the same time leave no room: their cues follow one another all the
  // same.
  double earliest = 0;
  for (Cue& cue : cues) {
    cue.start = std::max(cue.start, earliest);
    cue.end = std::max(cue.end, cue.start + kFrame);
    earliest = cue.end + kGap;
  }
  return cues;
}

}  // namespace sotto::decoding
