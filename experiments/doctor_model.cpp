#include "experiments/doctor_model.h"

namespace sotto::experiments {

DoctorModel doctor_model(const ModelCard& card) {
  DoctorModel model;
  model.name = card.name;
  model.tokenizer = tokenizer_of(card);
  model.inputs = card.model.input;
  model.lips = card.model.video.chosen();
  model.sound = card.model.audio.chosen();
  model.longest_s = card.longest_s;
  model.method = card.decode.method;
  model.beam = card.decode.beam;
  model.ctc_weight = card.decode.ctc_weight;
  model.lm_weight = card.decode.lm_weight;
  model.length_bonus = card.decode.length_bonus;
  return model;
}

}  // namespace sotto::experiments
