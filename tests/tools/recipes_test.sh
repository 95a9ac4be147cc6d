#!/usr/bin/env bash
# recipes_test.sh SOTTO SOURCE: every shipped recipe does its steps, at toy width and for an epoch or two, on
# synthetic talkers in the layout of its corpus. What they recognise afterwards does not matter.
sotto=$1 source=$(readlink -f "$2")
. "$(dirname "$0")/expect.sh"
cd "$folder" || exit 1
set -f  # [4,8] is a list of numbers, no pattern
recipes=$source/experiments/recipes
export OMP_NUM_THREADS=1

corpus() {  # LAYOUT STORE [OPTIONS]
  local layout=$1 store=$2
  shift 2
  [ -d "$layout" ] || expect 0 '*' '*' synth --out "$layout" --layout "$layout" --clips 12 --talkers 4 --seed 7 --seconds 2
  expect 0 '*' '*' prepare "$layout" --root "$layout" --out "$store" "$@"
}

corpus lrs3 store-lrs3 valid_talkers=0.3
corpus lrs2 store-lrs2
corpus cnvsrc store-cnvsrc valid_share=0.3 --crop lower:128:112,face:224:112
corpus grid store-grid --crop lower:128:96,face:224:96
expect 0 '*' '*' tokenizer train store-cnvsrc/manifest.jsonl --type characters --out units
mandarin=tokenizer.units=units_units.txt

# Keys that make the parts of a network small, behind a prefix.
lips() {
  echo "$1model.input.size=32 $1model.video.frontend.stem_channels=4 $1model.video.frontend.widths=[4,8]
    $1model.video.frontend.blocks=1"
}
conformer() { echo "$1.dim=16 $1.heads=2 $1.layers=2 $1.feed_forward=32 $1.kernel=7"; }
decoder() { echo "$1model.decoder.layers=1 $1model.decoder.heads=2 $1model.decoder.feed_forward=32"; }
reversed() {
  echo "$1model.reversed_decoder.layers=1 $1model.reversed_decoder.heads=2 $1model.reversed_decoder.feed_forward=32"
}
sound() {  # of the 1-D ResNet
  echo "$1model.audio.frontend.stem_channels=4 $1model.audio.frontend.widths=[4,4,8,8] $1model.audio.frontend.blocks=1"
}
data() { echo "$1data.loader.frames=200 $1data.loader.pass_frames=120 $1data.loader.workers=1 $1decode.beam=2"; }
lm() {
  echo "$1language_model.embedding=8 $1language_model.dim=16 $1language_model.heads=2 $1language_model.layers=1
    $1language_model.feed_forward=32 $1stages.0.epochs=1"
}

# does RECIPE CHANGES...: all its steps
does() {
  local name=$1
  shift
  expect 0 '*' '*' train "$recipes/$name.yaml" --out "run-$name" "$@"
  echo "$name: $(find "run-$name" -name best.safetensors | wc -l) models, $(find "run-$name" -name '*.txt' | wc -l) outputs"
}

# Single trainings.
does grid data.store=store-grid data.train= data.valid= data.noise= $(lips) model.video.encoder.dim=16 \
  model.video.encoder.heads=2 model.audio.encoder.dim=16 model.audio.encoder.heads=2 model.fusion.hidden=32 \
  model.decoder.heads=2 data.loader.frames=200 stages.{0,1,2}.epochs=1
does lrs3 data.store=store-lrs3 $(lips) $(conformer model.video.encoder) $(decoder) $(data) stages.{0,1}.epochs=1
does lrs2 data.store=store-lrs2 $(lips) $(conformer model.video.encoder) $(conformer model.audio.encoder) $(sound) \
  model.fusion.hidden=32 $(decoder) $(data) stages.0.epochs=1
does cnvsrc data.store=store-cnvsrc "$mandarin" $(lips) $(conformer model.video.encoder) $(decoder) $(reversed) $(data) \
  stages.0.epochs=2
does lm data.store=store-lrs3 tokenizer.units=run-lrs3/best.safetensors $(lm)
does grid-lm data.store=store-grid data.train=[] data.valid=[] tokenizer.units=run-grid/best.safetensors stages.0.epochs=2

# Experiments on LRS.
r=recipe.
common="$(data $r) $(lips $r) $(decoder $r)"
does auto-avsr data.store=store-lrs3 $common $(conformer recipe.model.video.encoder) \
  $(conformer steps.1.recipe.model.audio.encoder) $(conformer steps.2.recipe.model.audio.encoder) $(sound steps.1.$r) \
  $(sound steps.2.$r) steps.2.recipe.model.fusion.hidden=32 steps.2.recipe.stages.0.epochs=2 \
  steps.0.set=[stages.0.epochs=1,stages.1.epochs=2] \
  steps.1.set=[stages.0.streams=a,stages.1.streams=a,stages.0.epochs=1,stages.1.epochs=2]
does ma2021 recipe.data.store=store-lrs3 $common $(conformer recipe.model.video.encoder) \
  $(conformer recipe.model.audio.encoder) $(sound $r) recipe.model.fusion.hidden=32 \
  steps.0.recipe.data.store=store-lrs3 steps.1.recipe.data.store=store-lrs3 \
  $(conformer steps.0.recipe.model.video.encoder) $(conformer steps.1.recipe.model.audio.encoder) \
  set=[stages.0.epochs=1] $(lm steps.5.$r | sed -E 's/[^ ]*stages[^ ]*//') steps.5.set=[stages.0.epochs=1]
does relaxed recipe.data.store=store-lrs3 $common $(conformer recipe.model.video.encoder) \
  set=[stages.0.epochs=1,stages.1.epochs=1] $(lm steps.5.$r | sed -E 's/[^ ]*stages[^ ]*//') \
  steps.5.set=[stages.0.epochs=1]

# Experiments on Mandarin and GRID.
does cnvsrc-baseline "recipe.$mandarin" steps.{0,1,2,3}.recipe.data.store=store-cnvsrc $common $(reversed $r) \
  $(conformer recipe.model.video.encoder) set=[stages.0.epochs=2] \
  'steps.4.run="evaluate {single} store-cnvsrc --list split:valid --modality v"' \
  'steps.5.run="evaluate {multi} store-cnvsrc --list split:valid --modality v"'
does cnvsrc-npu "recipe.$mandarin" recipe.data.store=store-cnvsrc $common $(reversed $r) recipe.model.video.encoder.dim=16 \
  recipe.model.video.encoder.heads=2 recipe.model.video.encoder.layers=2 recipe.model.video.encoder.feed_forward=32 \
  recipe.model.video.encoder.cgmlp.hidden=32 set=[stages.0.epochs=2] $(conformer steps.3.recipe.model.video.encoder)
small="recipe.data.train= recipe.data.valid= recipe.data.noise= recipe.data.loader.frames=200 $(lips $r)"
does grid-encoders data.store=store-grid $small set=[stages.0.epochs=1] steps.{0,1}.seeds=[1] \
  'steps.2.run="evaluate {model} {data.store} --modality v --json {run}/test-{each}.json"'
does grid-av data.store=store-grid $small steps.0.set=[stages.0.epochs=1,stages.1.epochs=1,stages.2.epochs=1] \
  steps.1.recipe.stages.0.epochs=2 \
  'steps.3.run="export {run}/half.safetensors --out {run}/grid-av.safetensors"' \
  'steps.4.run="evaluate {run}/grid-av.safetensors {data.store} --modality v,a,av --snr 0 --plot {run}/curve.svg"' \
  'steps.5.run="evaluate {run}/grid-av.safetensors {data.store} --modality v"'
does grid-scales recipe.data.store=store-grid $small set=[stages.0.epochs=1] \
  'steps.3.run="evaluate {model} {data.store} --modality v --json {run}/test-{each}.json"'
does grid-relaxed recipe.data.store=store-grid recipe.data.train= recipe.data.valid= recipe.data.noise= \
  recipe.data.loader.frames=200 "recipe.start.parts=[frontend, encoder, ctc]" set=[stages.0.epochs=1] steps.{0,1,2,3,4}.seeds=[1] steps.5.set=[stages.0.epochs=1] \
  steps.5.recipe.data.train=[] steps.5.recipe.data.valid=[] \
  'steps.6.run="evaluate {model} {data.store} --modality v,a --json {run}/test-{each}.json"' \
  'steps.7.run="evaluate {model} {data.store} --modality v,a --lm {lm} --lm-weight 0.3 --json {run}/test-lm-{each}.json"'

# None is left out.
set +f
for recipe in "$recipes"/*.yaml; do
  name=$(basename "$recipe" .yaml)
  [ "$name" = tiny ] || [ -d "run-$name" ] || fault "$name was never started"
done
finish
