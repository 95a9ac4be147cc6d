#pragma once

#include <string>

namespace sotto {

/// A whole HTML page that needs nothing else: sotto's look, on a light or a dark screen, on a
/// phone, on paper. Plots of `svg_plot` take its colours.
///
/// @param title  plain text
/// @param body   HTML; sections are `<section>`, rows of pictures `<div class="row">`, what is
/// wider
///               than a phone stands in `<div class="wide">`, cells of numbers have class `n`.
std::string html_page(const std::string& title, const std::string& body);

}  // namespace sotto
