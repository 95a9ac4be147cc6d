#pragma once

#include <cstdint>
#include <string>

#include "common/options.h"

namespace sotto::decoding {

/// How a transcript is searched for. Defaults are those of the ESPnet family unless noted.
struct SearchOptions : Options {
  std::string method = "beam";  ///< see search.h
  int64_t beam = 10;            ///< hypotheses kept; the peers take 40 for their large vocabularies
  double ctc_weight = 0.3;      ///< 0: attention only, 1: CTC only; the peers take 0.1
  double lm_weight = 0;         ///< 0: no language model
  double reverse_weight = 0;    ///< rescoring: share of the reversed decoder in attention's score
  double length_bonus = 0;      ///< added for each token; larger is longer
  double max_length_ratio = 0;  ///< tokens a frame; 0: as many as frames, -N: exactly N
  double pre_beam_ratio = 1.5;  ///< CTC scores the decoder's best ratio * beam tokens; 0: all
  int64_t nbest = 1;            ///< hypotheses returned; may exceed beam
  bool end_detect = true;       ///< stop once longer hypotheses rarely win (max_length_ratio 0)
  bool early_stop = true;       ///< stop once no other reading can be among the nbest; loses nothing
  double length_norm = 0;       ///< final scores are divided by tokens to this power

  void visit(OptionVisitor& visitor) override;
};

}  // namespace sotto::decoding
