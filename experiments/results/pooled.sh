#!/bin/sh
# Two trainings of an experiment compared over all their seeds: `sotto score --compare` on the reports of
# sotto evaluate, where a sentence's readings by all seeds are drawn together.
#
#     pooled.sh SOTTO RUN MODALITY PREFIX ONE OTHER SEED...     e.g. sotto runs/grid-relaxed v test- none both 1 2 3
set -eu
sotto=$1 run=$2 modality=$3 prefix=$4 one=$5 other=$6
shift 6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
texts() {  # SYSTEM FIELD SEEDS...
  system=$1 field=$2
  shift 2
  for seed in "$@"; do
    jq -r --arg m "$modality" --arg f "$field" --arg s "$seed" \
      '.results[] | select(.modality == $m and .snr_db == null) | .clips[] | "\(.id)@\($s)\t\(.[$f])"' \
      "$run/$prefix$system-$seed.json"
  done
}
texts "$one" reference "$@" > "$work/reference"
texts "$one" hypothesis "$@" > "$work/$one"
texts "$other" hypothesis "$@" > "$work/$other"
awk -F'[@\t]' '{ print $1 "@" $2 "\t" $1 }' "$work/reference" > "$work/sentences"
cd "$work"
"$sotto" score reference "$one" "$other" --compare --talkers sentences --resample talker
