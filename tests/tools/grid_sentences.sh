# grid_sentences: sentences of the GRID corpus' grammar, one a line; source this.
grid_sentences() {
  awk 'BEGIN {
    split("bin lay place set", commands); split("blue green red white", colours)
    split("at by in with", prepositions); split("again now please soon", adverbs)
    split("zero one two three four five six seven eight nine", digits)
    letters = "abcdefghijklmnopqrstuvxyz"
    for (a = 1; a <= 4; ++a) for (b = 1; b <= 4; ++b) for (c = 1; c <= 4; ++c)
      for (d = 1; d <= 25; ++d)
        print commands[a], colours[b], prepositions[c], substr(letters, d, 1),
          digits[(7 * n) % 10 + 1], adverbs[(3 * n++) % 4 + 1]
  }'
}
