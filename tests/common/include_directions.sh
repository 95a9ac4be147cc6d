#!/bin/sh
# include_directions.sh ROOT: checks that every `#include "folder/..."` follows the arrows
#
#   tools -> experiments -> decoding -> encoders -> common
#                 |-> fusion, frontends -----------> common
#                 '-> datasets --------------------> common
#
# Prints file:line for each that does not and leaves with 1. The files of sotto_text
# (datasets/text, decoding/transcript*, decoding/rover*, experiments/score* and what they are made
# of) may be included by anyone.
set -eu
cd "$1"
folders="common frontends encoders fusion decoding datasets experiments tools tests"
find $folders -type f \( -name '*.h' -o -name '*.cpp' \) 2>/dev/null | sort | xargs -r awk '
  BEGIN {
    allowed["common"] = " common "
    allowed["frontends"] = " frontends common "
    allowed["encoders"] = " encoders common "
    allowed["fusion"] = " fusion common "
    allowed["decoding"] = " decoding encoders common "
    allowed["datasets"] = " datasets common "
    allowed["experiments"] = \
        " experiments decoding encoders fusion frontends datasets common "
    allowed["tools"] = allowed["experiments"] " tools "
    allowed["tests"] = allowed["tools"] " tests "
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    target = quoted[2]
    from = FILENAME; sub(/\/.*/, "", from)
    to = target; sub(/\/.*/, "", to)
    if (target ~ /^(datasets\/text\/|decoding\/(transcript|rover)|experiments\/(score|edit_alignment|slot_accuracy))/)
      next
    if (to == target || !(to in allowed)) {
      printf "%s:%d: \"%s\" is not written from the root of the repository\n", FILENAME, FNR, target
      faults = 1
    } else if (index(allowed[from], " " to " ") == 0) {
      printf "%s:%d: %s may not include %s\n", FILENAME, FNR, from, target
      faults = 1
    }
  }
  END { exit faults }
'
