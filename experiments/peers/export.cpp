#include <utility>

#include "experiments/model_file.h"
#include "experiments/peers/checkpoint_writer.h"
#include "experiments/peers/family.h"
#include "experiments/peers/import.h"

namespace sotto::experiments {

void export_checkpoint(const std::string& model, const std::string& out) {
  const ModelContents contents = read_contents(model);
  const bool sound_alone = !contents.card.model.video.chosen();
  Family family = family_named(
      contents.card.family, sound_alone && contents.card.kind == "recogniser");
  if (contents.card.model.reversed_decoder.layers == 0) {
    family = of_one_decoder(std::move(family));
  }
  std::vector<std::pair<std::string, SafetensorsEntry>> entries;
  for (const auto& [name, tensor] : contents.tensors) {
    entries.emplace_back(family.theirs(name), entry_of(tensor));
  }
  for (const auto& [name, tensor] : contents.computed) {
    entries.emplace_back(name, entry_of(tensor));
  }
  if (contents.card.kind == "language_model" && contents.card.language_model.tie_weights) {
    entries.emplace_back("decoder.weight", entry_of(contents.tensors.at("embed.weight")));
  }
  write_checkpoint_file(out, entries);
}

}  // namespace sotto::experiments
