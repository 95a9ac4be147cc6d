#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// A picture, or a table of shares, in grey: row by row, 0 to 255.
struct GreyPicture {
  int64_t rows = 0;
  int64_t columns = 0;
  std::vector<uint8_t> pixels;
};

/// A token of the reference where CTC would hear it, and how surely.
struct SampleToken {
  std::string text;   ///< "␣" for a blank between words
  int64_t begin = 0;  ///< frames [begin, end)
  int64_t end = 0;
  double probability = 0;  ///< at its surest frame
};

/// A frame of the lips as the network saw it, and where it looked.
struct SampleFrame {
  int64_t frame = 0;
  GreyPicture lips;
  GreyPicture heat;  ///< same size; 255 where the clip's strongest evidence lies
};

/// What is drawn of a clip of a validation. Parts that a model lacks are empty.
struct SampleClip {
  std::string id;
  std::string modality;
  std::string reference;
  std::string hypothesis;
  int64_t frames = 0;          ///< 25 a second
  std::vector<double> speech;  ///< 1 - p(blank) of each frame
  std::vector<SampleToken> tokens;
  std::vector<std::vector<double>> tracks;  ///< of each token: its probability at each frame
  /// What the decoder's last layer attends to (mean over heads): a row a token, the end's last; 255
  /// is `attention_peak`.
  GreyPicture attention;
  double attention_peak = 0;
  std::vector<std::string> attention_tokens;
  std::vector<SampleFrame> lips;
};

/// Writes RUN/samples.json in place of the last validation's.
void write_samples(const std::string& run, const std::vector<SampleClip>& clips);
/// Empty where none were written. @throws DataError for a file that holds something else.
std::vector<SampleClip> read_samples(const std::string& run);

}  // namespace sotto::experiments
