#include "decoding/search_options.h"

namespace sotto::decoding {

void SearchOptions::visit(OptionVisitor& visitor) {
  visitor.field(
      "method", method, {"beam", "greedy", "ctc_prefix", "rescoring"},
      "beam: joint search; greedy: CTC's best path; ctc_prefix: CTC alone, summed over paths; "
      "rescoring: ctc_prefix, then the decoders choose");
  visitor.field("beam", beam, between(1, 1000), "hypotheses", "hypotheses kept at each step");
  visitor.field(
      "ctc_weight", ctc_weight, between(0, 1), "", "share of CTC; 0: attention only, 1: CTC only");
  visitor.field("lm_weight", lm_weight, at_least(0), "", "weight of the language model; 0: none");
  visitor.field(
      "reverse_weight", reverse_weight, between(0, 1), "",
      "rescoring: share of the decoder that reads backwards");
  visitor.field("length_bonus", length_bonus, any_value(), "", "added for each token");
  visitor.field(
      "max_length_ratio",
      max_length_ratio,
      between(-100000, 1000),
      "tokens/frame",
      "longest transcript; 0: a token a frame, -N: N tokens");
  visitor.field(
      "pre_beam_ratio",
      pre_beam_ratio,
      between(0, 1000),
      "",
      "CTC scores the decoder's best ratio * beam tokens only; 0: all tokens");
  visitor.field("nbest", nbest, between(1, 1000), "hypotheses", "hypotheses returned");
  visitor.field(
      "end_detect",
      end_detect,
      "stop once longer hypotheses rarely win; works with max_length_ratio 0");
  visitor.field(
      "early_stop", early_stop,
      "stop once no running hypothesis can be among the nbest; the readings stay the same");
  visitor.field(
      "length_norm", length_norm, between(0, 4), "",
      "final scores are divided by the number of tokens, eos included, to this power; 0: not");
}

}  // namespace sotto::decoding
