#!/bin/sh
# include_directions.sh finds what it is there to find.
set -eu
check=$(dirname "$0")/include_directions.sh
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/common" "$root/encoders" "$root/decoding" "$root/datasets/text" "$root/tools"

cat > "$root/encoders/good.h" <<'END'
#include <vector>
#include "common/error.h"
#include "datasets/text/utf8.h"
END
printf '#include "encoders/good.h"\n#include "experiments/score.h"\n' > "$root/decoding/good.cpp"
"$check" "$root" || { echo "good includes were refused"; exit 1; }

printf '\n#include "decoding/beam.h"\n' > "$root/encoders/up.h"
printf '#include "beam.h"\n' > "$root/decoding/bare.cpp"
printf '  #  include "datasets/store.h"\n' > "$root/decoding/sideways.cpp"
if found=$("$check" "$root"); then
  echo "bad includes were accepted"
  exit 1
fi
expected='decoding/bare.cpp:1: "beam.h" is not written from the root of the repository
decoding/sideways.cpp:1: decoding may not include datasets/store.h
encoders/up.h:2: encoders may not include decoding/beam.h'
[ "$found" = "$expected" ] || { printf 'got:\n%s\n' "$found"; exit 1; }
