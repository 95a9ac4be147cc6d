#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "datasets/synth/synth.h"
#include "tests/datasets/corpus_trees.h"

namespace sotto::datasets {

/// A small tree of a layout, one second a clip unless said otherwise.
inline SynthOptions small_tree(const std::string& out, const std::string& layout) {
  SynthOptions options;
  options.out = out;
  options.layout = layout;
  options.clips = 4;
  options.talkers = 2;
  options.width = 96;
  options.height = 80;
  options.jobs = 2;
  return options;
}

/// The rows of a tree's odd.json, by their kind.
inline nlohmann::json odd_rows(const std::string& root) {
  const nlohmann::json all = nlohmann::json::parse(read_file(root + "/odd.json"));
  nlohmann::json rows;
  for (const auto& row : all["rows"]) {
    rows[row["kind"].get<std::string>()] = row;
  }
  return rows;
}

inline std::string id_of(const nlohmann::json& row) {
  const auto media = row["media"].get<std::string>();
  return media.substr(0, media.rfind('.'));
}

}  // namespace sotto::datasets
