#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/corpora/corpus.h"

namespace sotto::datasets {

/// The option `text` that every corpus has: which of the text rules its transcripts go through.
void visit_text_rules(OptionVisitor& visitor, std::string& name);

/// What the corpora share: texts by their rules, notes that are counted instead of repeated, and a
/// listing that is sorted and names nothing twice.
class ListingBuilder {
 public:
  /// @param root  the corpus' folder. @param text_rules  of text/text_rules.h.
  ListingBuilder(std::string root, std::string text_rules);

  const std::filesystem::path& root() const { return root_; }
  /// The text under the rules.
  std::string normalised(std::string_view text) const;

  /// Gives the item its text, or the reason why it has none. Tags in braces are counted.
  /// @param where  stands before the reason: file, or file:line.
  void set_text(CorpusItem& item, std::string_view text, const std::string& where);
  /// The text of a transcript without its byte order mark; bytes that are not UTF-8 are read as
  /// ISO-8859-1, and that is noted. @throws DataError.
  std::string read_transcript(const std::filesystem::path& path);

  /// A second item of the same id is rejected under the name of its source.
  void add(CorpusItem item);
  bool has(const std::string& id) const { return items_.count(id) > 0; }
  void note(std::string line) { notes_.push_back(std::move(line)); }
  /// Counts what was found; the note says how often and where first: "12 WHAT (WHERE, ...)".
  void count(const std::string& what, const std::string& where);

  /// @throws DataError "ROOT: expected EXPECTED, got a folder without" if nothing was added.
  CorpusListing finish(const std::string& expected);

 private:
  struct Seen {
    int64_t times = 0;
    std::vector<std::string> first;
  };

  std::filesystem::path root_;
  std::string rules_;
  std::map<std::string, CorpusItem> items_;
  std::vector<std::string> notes_;
  std::map<std::string, Seen> seen_;
};

}  // namespace sotto::datasets
