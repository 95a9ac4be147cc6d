#include <set>

#include <gtest/gtest.h>

#include "datasets/media/media_reader.h"
#include "datasets/text/normalise.h"
#include "tests/datasets/synth_tree.h"

namespace sotto::datasets {
namespace {

/// A tree with its odd rows and what the corpus of the same name finds in it.
struct Listed {
  Listed(const std::string& layout, int64_t clips, const std::vector<std::string>& choices = {}) {
    SynthOptions options = small_tree(folder.path() + "/out", layout);
    options.clips = clips;
    options.odd = true;
    report = synthesise(options);
    root = options.out;
    odd = odd_rows(root);
    listing = list_corpus(layout, root, choices);
  }

  nlohmann::json row(const std::string& kind) const {
    return odd.contains(kind) ? odd.at(kind) : nlohmann::json::object();
  }
  CorpusItem item(const std::string& kind, const std::string& suffix = "") const {
    return item_of(listing, inner(id_of(row(kind))) + suffix);
  }
  /// Below `mvlrs_v1` or the first of two folders of one name.
  static std::string inner(std::string id) {
    while (id.rfind("mvlrs_v1/", 0) == 0) {
      id.erase(0, 9);
    }
    return id.rfind("trainval/trainval/", 0) == 0 ? id.substr(9) : id;
  }
  std::string expected(const std::string& kind) const {
    return normalise_english(row(kind)["expected"].get<std::string>());
  }
  /// "file:line" of an odd row, as a reason names it.
  std::string place(const std::string& kind) const {
    return root + "/" + row(kind)["written_in"].get<std::string>() + ":" +
           std::to_string(row(kind)["line"].get<int64_t>());
  }

  TemporaryFolder folder;
  SynthReport report;
  std::string root;
  nlohmann::json odd;
  CorpusListing listing;
};

std::string joined(const std::vector<WordTime>& words) {
  std::string text;
  for (const WordTime& word : words) {
    text += (text.empty() ? "" : " ") + word.word;
  }
  return text;
}

/// What LRS2 and LRS3 have in common: their odd rows, and word times that fit the clips.
void expect_odd_rows_of_lrs(const Listed& tree) {
  for (const char* kind : {"tag", "tags", "byte_order_mark", "no_sound", "doubled_folder"}) {
    EXPECT_EQ(tree.item(kind).skip_reason, "") << kind;
    EXPECT_EQ(tree.item(kind).text, tree.expected(kind)) << kind;
    EXPECT_FALSE(tree.item(kind).text.empty()) << kind;
  }
  for (const char* kind : {"tag_in_table", "crlf"}) {
    EXPECT_EQ(tree.item(kind, "_00").text, tree.expected(kind)) << kind;
    EXPECT_EQ(joined(tree.item(kind, "_00").words), tree.expected(kind)) << kind;
  }
  EXPECT_TRUE(holds(tree.item("latin1").text, "the caf\xC3")) << tree.item("latin1").text;
  EXPECT_TRUE(holds(tree.item("missing_text").skip_reason, "missing"));
  EXPECT_TRUE(holds(tree.item("empty_text").skip_reason, "empty"))
      << tree.item("empty_text").skip_reason;
  const std::string bad = tree.item("bad_row", "_00").skip_reason;
  EXPECT_TRUE(holds(bad, tree.place("bad_row") + ": expected")) << bad << tree.place("bad_row");
  EXPECT_TRUE(holds(tree.item("no_table", "_00").skip_reason, "WORD START END"));
  // A long clip is cut; its parts hold all of its words.
  std::string text;
  for (int i = 0; i < 9; ++i) {
    const CorpusItem part = tree.item("long", "_0" + std::to_string(i));
    if (part.skip_reason == "not listed") {
      EXPECT_GE(i, 2);
      break;
    }
    EXPECT_LE(part.end - part.begin, 400);
    text += (text.empty() ? "" : " ") + part.text;
  }
  EXPECT_EQ(text, tree.expected("long"));
  MediaReader mute(tree.root + "/" + tree.row("no_sound")["media"].get<std::string>());
  EXPECT_FALSE(mute.info().has_audio);
}

TEST(SynthLayoutTest, Lrs3) {
  const Listed tree("lrs3", 7);
  EXPECT_EQ(tree.report.clips, 7 + 14);
  std::map<std::string, int64_t> splits;
  std::map<std::string, std::set<std::string>> talkers;
  bool with_words = false;
  bool without = false;
  for (const CorpusItem& item : tree.listing.items) {
    ++splits[item.split];
    talkers[item.split].insert(item.talker);
    EXPECT_EQ(item.talker.size(), 11U) << item.id;
    if (item.split == "train" && item.skip_reason.empty()) {
      with_words = with_words || !item.words.empty();
      without = without || item.words.empty();
    }
    if (item.skip_reason.empty() && !item.words.empty()) {
      EXPECT_EQ(joined(item.words), item.text);
    }
  }
  EXPECT_EQ(splits["test"], 1);
  EXPECT_TRUE(with_words);
  EXPECT_TRUE(without);  // as half of trainval is
  for (const std::string& talker : talkers["test"]) {
    EXPECT_EQ(talkers["train"].count(talker) + talkers["pretrain"].count(talker), 0U);
  }
  expect_odd_rows_of_lrs(tree);

  // The three blocks, and a row a frame.
  const auto row = tree.row("bad_row");
  const std::string text = read_file(tree.root + "/" + row["written_in"].get<std::string>());
  EXPECT_EQ(text.rfind("Text:  THE BOY KEPT THE KEY\nConf:  4\nRef:  ", 0), 0U) << text;
  EXPECT_TRUE(holds(text, "\n\nFRAME \tX \tY \tW \tH \n000000 \t0."));
  EXPECT_TRUE(holds(text, "\n000074 \t"));
  EXPECT_FALSE(holds(text, "\n000075 \t"));
  EXPECT_TRUE(holds(text, "\n\nWORD START END ASDSCORE\nTHE "));
}

TEST(SynthLayoutTest, Lrs2) {
  const Listed tree("lrs2", 6);
  EXPECT_EQ(tree.report.clips, 6 + 14 + 3);
  EXPECT_EQ(tree.report.odd, 14 + 4);
  std::map<std::string, int64_t> splits;
  for (const CorpusItem& item : tree.listing.items) {
    splits[item.split] += item.skip_reason.empty() ? 1 : 0;
  }
  EXPECT_EQ(splits["test"], 2);
  EXPECT_EQ(splits["valid"], 2);
  expect_odd_rows_of_lrs(tree);
  for (const char* kind : {"nf_columns", "list_byte_order_mark_crlf"}) {
    EXPECT_EQ(tree.item(kind).text, tree.expected(kind)) << kind;
  }
  EXPECT_TRUE(holds(read_file(tree.root + "/test.txt"), " NF MV\n"));
  const std::string only = tree.item("listed_only").skip_reason;
  EXPECT_TRUE(holds(only, tree.place("listed_only"))) << only << tree.place("listed_only");
  EXPECT_EQ(tree.item("not_listed").skip_reason, "not listed");
  EXPECT_TRUE(has_note(tree.listing, "in no list", Listed::inner(id_of(tree.row("not_listed")))));
}

TEST(SynthLayoutTest, Cnvsrc) {
  const Listed tree("cnvsrc", 5);
  EXPECT_EQ(tree.report.clips, 5 + 6);
  std::map<std::string, int64_t> splits;
  int64_t sounds = 0;
  for (const CorpusItem& item : tree.listing.items) {
    splits[item.split] += item.skip_reason.empty() ? 1 : 0;
    sounds += item.sound.empty() ? 0 : 1;
    if (item.split == "eval") {
      EXPECT_EQ(item.sound, "") << item.id;  // as it is withheld
    }
  }
  EXPECT_EQ(splits["eval"], 1);
  EXPECT_EQ(splits["dev"], 4 + 4);
  EXPECT_EQ(sounds, 4 + 5);
  for (const char* kind : {"punctuation", "json_byte_order_mark_crlf", "no_sound"}) {
    EXPECT_EQ(tree.item(kind).text, tree.row(kind)["expected"].get<std::string>()) << kind;
  }
  EXPECT_EQ(tree.item("no_sound").sound, "");
  EXPECT_NE(tree.item("no_label").skip_reason, "");
  EXPECT_NE(tree.item("empty_text").skip_reason, "");
  EXPECT_FALSE(std::filesystem::exists(
      tree.root + "/" + tree.row("listed_only")["media"].get<std::string>()));

  const CorpusItem spoken = tree.item("punctuation");
  MediaOptions sound;
  sound.video = false;
  MediaReader reader(tree.root + "/" + spoken.sound, sound);
  EXPECT_EQ(reader.info().sample_rate_hz, 16000);
  EXPECT_GT(reader.read_audio(80000).size(), 16000U);
}

}  // namespace
}  // namespace sotto::datasets
