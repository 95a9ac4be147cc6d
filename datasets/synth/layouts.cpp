#include <array>
#include <utility>

#include "common/error.h"
#include "datasets/synth/layout.h"

namespace sotto::datasets::synth {
namespace {

using Maker = std::unique_ptr<Layout> (*)();

constexpr std::array<std::pair<const char*, Maker>, 5> kLayouts = {
    {{"folder", make_folder_layout},
     {"grid", make_grid_layout},
     {"lrs3", make_lrs3_layout},
     {"lrs2", make_lrs2_layout},
     {"cnvsrc", make_cnvsrc_layout}}};

}  // namespace

std::vector<std::string> layout_names() {
  std::vector<std::string> names;
  for (const auto& layout : kLayouts) {
    names.emplace_back(layout.first);
  }
  return names;
}

std::unique_ptr<Layout> make_layout(const std::string& name) {
  std::string known;
  for (const auto& layout : kLayouts) {
    if (name == layout.first) {
      return layout.second();
    }
    known += std::string(known.empty() ? "" : ", ") + layout.first;
  }
  throw ConfigError("layout: expected one of " + known + ", got '" + name + "'");
}

}  // namespace sotto::datasets::synth
