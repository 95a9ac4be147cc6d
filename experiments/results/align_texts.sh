#!/bin/sh
# How far `sotto align` believes right texts and wrong ones: the 100 test sentences of GRID with the
# corpus' text, with one word of six replaced by another of its slot (the word at place n of sentence n),
# and with the next clip's text. Needs the clips of GRID as `sotto prepare grid` reads them, and jq.
#
#     align_texts.sh SOTTO GRID STORE LIST      e.g. sotto shared/data/grid stores/grid recipes/grid/test.txt
set -eu
sotto=$1 grid=$2 store=$3 list=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -v '^#' "$list" | tr -d '\r' > "$work/ids"
jq -r '"\(.id)\t\(.text)"' "$store/manifest.jsonl" | grep -F -f "$work/ids" | sort > "$work/known"
sort "$work/ids" | while read -r id; do
  grep -P "^$id\t" "$work/known" | sed "s#^[^\t]*#$grid/$id.mp4#"
done > "$work/right"
# The word at place (row modulo 6) becomes the next other one of its slot, in alphabetical order.
awk -F '\t' '
  NR == FNR { n = split($2, w, " "); for (i = 1; i <= n; ++i) if (!seen[i, w[i]]++) slot[i] = slot[i] " " w[i]; next }
  { n = split($2, w, " "); place = FNR % 6 + 1
    k = split(slot[place], all, " ")
    for (i = 1; i <= k; ++i) for (j = i + 1; j <= k; ++j) if (all[j] < all[i]) { t = all[i]; all[i] = all[j]; all[j] = t }
    for (i = 1; i <= k; ++i) if (all[i] == w[place]) break
    w[place] = all[i % k + 1]
    text = w[1]; for (i = 2; i <= n; ++i) text = text " " w[i]
    print $1 "\t" text "\t" place }' "$work/right" "$work/right" > "$work/places"
cut -f 1,2 "$work/places" > "$work/one"
{ tail -n +2 "$work/right"; head -n 1 "$work/right"; } | cut -f 2 | paste "$work/right" - | cut -f 1,3 > "$work/other"
cut -f 1 "$work/right" > "$work/clips"
for modality in v a av; do
  for kind in right one other; do
    xargs "$sotto" align --modality "$modality" --texts "$work/$kind" --format json < "$work/clips" \
      > "$work/$modality-$kind.json" 2> /dev/null
    believed=$(jq '[.clips[] | select(.confidence > 0.5)] | length' "$work/$modality-$kind.json")
    echo "$modality $kind: $believed of $(jq '.clips | length' "$work/$modality-$kind.json") texts believed"
  done
  jq -r '[.clips[].words[].confidence] | "  right words: mean confidence \(add / length)"' "$work/$modality-right.json"
  jq -r --rawfile places "$work/places" '
    ($places | split("\n") | map(select(. != "") | split("\t")) | map({key: .[0], value: (.[2] | tonumber)}) | from_entries) as $place
    | [.clips[] | .words[$place[.path] - 1].confidence] | "  replaced words: mean confidence \(add / length)"' \
    "$work/$modality-one.json"
done
