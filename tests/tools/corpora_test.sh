#!/usr/bin/env bash
# corpora_test.sh SOTTO SOURCE: synthetic talkers in the layouts of LRS3, LRS2 and CNVSRC, odd rows included, go
# through prepare, train and evaluate by their recipes (of toy width); texts are those put in.
sotto=$1 source=$(readlink -f "$2")
. "$(dirname "$0")/expect.sh"
cd "$folder" || exit 1

narrow="model.input.window=64 model.input.size=32 stages.0.epochs=1 data.loader.frames=300
  data.loader.workers=1 model.decoder.layers=1 model.decoder.heads=2 model.decoder.feed_forward=32 decode.beam=2"
of_stream() {  # the keys that make a stream's networks small
  echo "model.$1.encoder.dim=16 model.$1.encoder.heads=2 model.$1.encoder.layers=1
    model.$1.encoder.feed_forward=32 model.$1.encoder.kernel=7"
}
lips="$(of_stream video) model.video.frontend.stem_channels=4 model.video.frontend.widths=[4,8]
  model.video.frontend.blocks=1"
sound="$(of_stream audio) model.audio.frontend.stem_channels=4 model.audio.frontend.widths=[4,4,8,8]
  model.audio.frontend.blocks=1 model.fusion.hidden=32"

# corpus LAYOUT KEPT SKIPPED [OPTIONS]: what comes out of 12 clips and the odd ones
corpus() {
  local name=$1 kept=$2 skipped=$3
  shift 3
  expect 0 '*' '*' synth --out "$name" --layout "$name" --clips 12 --talkers 6 --seed 7 --odd
  expect 0 "$kept of $((kept + skipped)) clips prepared" '*' \
    prepare "$name" --root "$name" --out "store-$name" --least-kept 0.5 "$@"
  [ "$(wc -l <"store-$name/manifest.jsonl")" -eq "$kept" ] || fault "$name: not $kept lines in the manifest"
  [ "$(wc -l <"store-$name/skipped.jsonl")" -eq "$skipped" ] || fault "$name: not $skipped skipped"
}

# What odd.json says was meant is the text in the store.
meant() {
  local text
  while read -r text; do
    text=$(sed -E 's/^"expected": "(.*)",?$/\1/' <<<"$text" | tr '[:upper:]' '[:lower:]')
    if [ ${#text} -lt 200 ]; then
      grep -qF "\"text\":\"$text\"" "store-$1/manifest.jsonl" || fault "$1: '$text' is not in the store"
    else  # cut in two
      grep -qF "\"text\":\"${text:0:60}" "store-$1/manifest.jsonl" || fault "$1: '$text' does not begin"
      grep -qF "${text: -60}\",\"words\"" "store-$1/manifest.jsonl" || fault "$1: '$text' does not end"
    fi
  done < <(grep -oE '"expected": ".*"' "$1/odd.json")
}

corpus lrs3 22 5 valid_talkers=0.3
corpus lrs2 24 6
corpus cnvsrc 15 3 valid_share=0.3
meant lrs3
meant lrs2
meant cnvsrc
grep -q '[0-9]*.txt:[0-9]*: expected' store-lrs3/skipped.jsonl || fault "a bad row has no file and line"
grep -q 'lrs2/test.txt:[0-9]*: ' store-lrs2/skipped.jsonl || fault "a list's row has no file and line"

expect 0 '*' '*' tokenizer train store-cnvsrc/manifest.jsonl --type characters --out units
expect 0 '*' '*' train "$source/experiments/recipes/lrs3.yaml" --out run-lrs3 data.store=store-lrs3 \
  data.train=split:train+held_out $narrow $lips stages.1.epochs=1
expect 0 '*' '*' train "$source/experiments/recipes/lrs2.yaml" --out run-lrs2 data.store=store-lrs2 $narrow $lips $sound
expect 0 '*' '*' train "$source/experiments/recipes/cnvsrc.yaml" --out run-cnvsrc data.store=store-cnvsrc \
  tokenizer.units=units_units.txt $narrow $lips model.reversed_decoder.layers=0
for run in lrs3:v lrs2:a,v,av cnvsrc:v; do
  name=${run%:*}
  part=$([ "$name" = cnvsrc ] && echo split:valid || echo split:test)
  expect 0 '*' '*' evaluate "run-$name/last.safetensors" "store-$name" --list "$part" --modality "${run#*:}"
done
grep -q '"cer":{"v":' run-cnvsrc/log.jsonl || fault "Mandarin is not validated by characters"
# The rules of the texts are told by model and score file.
expect 0 '^texts +by the rules mandarin-simplified-1' '*' info run-cnvsrc/last.safetensors
expect 0 '*' '*' evaluate run-lrs3/last.safetensors store-lrs3 --list split:test --modality v --json score.json
grep -q '"text_rules": *"english-1"' score.json || fault "the score file does not say its text rules"
expect 1 '' "^sotto: store-lrs3: it has no utterances of the split 'dev'; its splits: " \
  evaluate run-lrs3/last.safetensors store-lrs3 --list split:dev --modality v
# A packed store trains to the same weights.
expect 0 '*' '*' pack store-lrs3 --out shards-lrs3
expect 0 '*' '*' train "$source/experiments/recipes/lrs3.yaml" --out run-packed data.store=shards-lrs3 \
  data.train=split:train+held_out $narrow $lips stages.1.epochs=1
cmp <(tail -c 4096 run-lrs3/last.safetensors) <(tail -c 4096 run-packed/last.safetensors) ||
  fault "training from shards differs"
finish
