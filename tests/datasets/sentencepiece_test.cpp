#include "datasets/text/sentencepiece.h"

#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/text/sentencepiece_trainer.h"
#include "tests/datasets/grid_sentences.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

using tests::message_of;

using Strings = std::vector<std::string>;

const std::string kMark = "\xE2\x96\x81";

SentencePieceTraining grid_training(const std::string& type, int64_t size) {
  SentencePieceTraining training;
  training.type = type;
  training.size = size;
  training.sentences = grid_sentences();
  return training;
}

std::string joined(const Strings& pieces) {
  std::string text;
  for (const std::string& piece : pieces) {
    text += piece;
  }
  return text;
}

TEST(SentencePieceTest, CutsTextIntoThePiecesItLearned) {
  for (const char* type : {"unigram", "bpe"}) {
    const SentencePiece pieces(train_sentencepiece(grid_training(type, 50)));
    const Strings sentence = pieces.encode("lay red at k nine soon");
    EXPECT_EQ(
        joined(sentence),
        kMark + "lay" + kMark + "red" + kMark + "at" + kMark + "k" + kMark + "nine" + kMark +
            "soon");
    EXPECT_LT(sentence.size(), 22u) << type;
    EXPECT_EQ(pieces.encode("  lay  red at k nine soon "), sentence);
    EXPECT_EQ(pieces.encode(""), Strings{});
    EXPECT_EQ(pieces.encode(" "), Strings{});
  }
}

TEST(SentencePieceTest, JoinsNeighboursThatItDoesNotKnow) {
  const SentencePiece pieces(train_sentencepiece(grid_training("unigram", 50)));
  const Strings found = pieces.encode("QW\xE4\xBD\xA0 a");
  ASSERT_EQ(found.size(), 3u + (found.back() == "a" ? 1 : 0));
  EXPECT_EQ(found[0], kMark);
  EXPECT_EQ(found[1], "QW\xE4\xBD\xA0");
}

TEST(SentencePieceTest, KeepsItsBytesAndLearnsTheSameTwice) {
  const std::string model = train_sentencepiece(grid_training("unigram", 50));
  EXPECT_EQ(SentencePiece(model).model(), model);
  EXPECT_EQ(train_sentencepiece(grid_training("unigram", 50)), model);
}

TEST(SentencePieceTest, EncodesFromSeveralThreads) {
  const SentencePiece pieces(train_sentencepiece(grid_training("unigram", 50)));
  const Strings sentences = grid_sentences();
  std::vector<Strings> expected;
  for (const std::string& sentence : sentences) {
    expected.push_back(pieces.encode(sentence));
  }
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      const SentencePiece own(pieces.model());
      for (size_t i = 0; i < sentences.size(); ++i) {
        count += pieces.encode(sentences[i]) != expected[i];
        count += own.encode(sentences[i]) != expected[i];
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(SentencePieceTest, LinesLongerThanUsualAreLearnedToo) {
  SentencePieceTraining training = grid_training("unigram", 20);
  std::string line;
  for (const std::string& sentence : training.sentences) {
    line += sentence + " ";
  }
  ASSERT_GT(line.size(), 4192u);
  training.sentences = {line};
  training.size = 40;
  EXPECT_EQ(joined(SentencePiece(train_sentencepiece(training)).encode("bin")), kMark + "bin");
}

TEST(SentencePieceTest, SaysWhichSizeIsPossible) {
  const auto train = [](const char* type, int64_t size) {
    return message_of([&] { train_sentencepiece(grid_training(type, size)); });
  };
  for (const char* type : {"unigram", "bpe"}) {
    const std::string high = train(type, 5000);
    const std::string start = "SentencePiece training: the text gives at most ";
    ASSERT_EQ(high.rfind(start, 0), 0u) << high;
    const int64_t most = std::stoll(high.substr(start.size()));
    EXPECT_EQ(train(type, most), "");
    EXPECT_NE(train(type, most + 1), "");
    const std::string low = train(type, 5);
    EXPECT_NE(low.find("take a larger size"), std::string::npos) << low;
  }
  EXPECT_EQ(train("word", 50), "SentencePiece training: expected one of unigram, bpe, got 'word'");
  EXPECT_EQ(train("bpe", 3), "SentencePiece training: expected a size from 4 to 1000000, got 3");
}

TEST(SentencePieceTest, RefusesToLearnFromNothing) {
  SentencePieceTraining training;
  for (const Strings& sentences :
       {Strings{}, Strings{""}, Strings{"", "  \t", "\xE3\x80\x80\xC2\xA0\x01", kMark}}) {
    training.sentences = sentences;
    EXPECT_EQ(
        message_of([&] { train_sentencepiece(training); }),
        "SentencePiece training: expected lines of text, got none");
  }
}

TEST(SentencePieceTest, RefusesALineThatTheLibraryWouldSkip) {
  SentencePieceTraining training = grid_training("bpe", 50);
  training.sentences.push_back("a\xE2\x96\x85");
  const std::string message = message_of([&] { train_sentencepiece(training); });
  EXPECT_NE(message.find("expected text without U+2585"), std::string::npos) << message;
}

TEST(SentencePieceTest, RefusesBytesThatAreNoModel) {
  EXPECT_THROW(SentencePiece(""), DataError);
  EXPECT_THROW(SentencePiece("<unk> 1\n"), DataError);
  EXPECT_THROW(SentencePiece(std::string(1000, '\0')), DataError);
  EXPECT_THROW(SentencePiece(std::string(1000, '\xFF')), DataError);
}

TEST(SentencePieceTest, DamagedModelsAreRefusedOrWork) {
  const std::string model = train_sentencepiece(grid_training("unigram", 50));
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += static_cast<char>(random());
  }
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    std::string damaged = model;
    if (i % 4 == 0) {
      damaged.resize(random() % model.size());
    } else {  // mostly in front, where the pieces lie
      damaged[random() % (i % 2 == 0 ? model.size() : 1500)] = static_cast<char>(random());
    }
    try {
      const SentencePiece pieces(damaged);
      pieces.encode("bin blue at f two now");
      pieces.encode(text);
    } catch (const DataError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace sotto::datasets
