#!/usr/bin/env bash
# run.sh SECONDS [BUILD [FUZZER...]]: runs each fuzzer for so long, one after another, on one core;
# leaves with 1 if one found something, which then lies beside its corpus in BUILD/fuzz.
#
#   cmake --preset fuzz && cmake --build --preset fuzz && tests/fuzz/run.sh 60
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:?usage: run.sh SECONDS [BUILD [FUZZER...]]}
build=${2:-$root/build/fuzz}
shift $(($# < 2 ? $# : 2))
fixtures=$root/../shared/fixtures
programs=$(dirname "$(find "$build" -name checkpoint_fuzz -type f -perm -u+x | head -n 1)")
[ -x "$programs/fuzz_seeds" ] || { echo "$build: no fuzzers; cmake --build --preset fuzz"; exit 2; }

seeds=$build/fuzz/seeds
mkdir -p "$seeds/units"
# Files that torch.save wrote and units files of published recipes, where they are.
shopt -s nullglob
"$programs/fuzz_seeds" "$seeds" "$fixtures"/*/*.pth "$fixtures"/*/*.pt "$fixtures"/*/*.ckpt || exit 2
for units in "$fixtures"/*/units.txt; do
  cp "$units" "$seeds/units/$(basename "$(dirname "$units")")"
done

faults=0
[ $# -gt 0 ] || set -- arpa checkpoint labels safetensors transcripts units yaml
for name in "$@"; do
  corpus=$build/fuzz/$name
  mkdir -p "$corpus"
  nice "$programs/${name}_fuzz" "$corpus" "$seeds/$name" -max_total_time="$seconds" \
    -max_len=$([ "$name" = checkpoint ] && echo 16384 || echo 4096) -timeout=10 \
    -rss_limit_mb=2048 -malloc_limit_mb=256 -print_final_stats=1 \
    -artifact_prefix="$build/fuzz/$name-" >"$build/fuzz/$name.log" 2>&1
  code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz/$name.log")
  echo "$name: ${runs:-?} runs, corpus of $(find "$corpus" -type f | wc -l) files," \
    "$(find "$corpus" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }') bytes"
  if [ "$code" -ne 0 ]; then
    faults=1
    echo "$name: FAILED, see $build/fuzz/$name.log"
    grep -m 3 -E 'ERROR|SUMMARY|Test unit written' "$build/fuzz/$name.log"
  fi
done
exit "$faults"
