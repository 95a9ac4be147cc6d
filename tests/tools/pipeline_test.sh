#!/usr/bin/env bash
# pipeline_test.sh SOTTO SOURCE OUT: prepare, train, evaluate, info, recipe with a model of toy size, whose
# files stay in OUT for the tests after this one; stopping and going on.
sotto=$1 source=$2 out=$3
. "$(dirname "$0")/expect.sh"
rm -rf "$out" && mkdir -p "$out" && cd "$out" || exit 1
tiny=$source/tests/tools/tiny.yaml

# stop_when SIGNAL CONDITION ARGUMENTS...: starts sotto, sends it the signal once the condition
# holds, leaves the exit code in $code.
stop_when() {
  local signal=$1 condition=$2 job tries
  shift 2
  "$sotto" "$@" >"$folder/.out" 2>"$folder/.err" </dev/null &
  job=$!
  for ((tries = 0; tries < 3000; ++tries)); do
    eval "$condition" && break
    sleep 0.02
  done
  kill "-$signal" "$job" 2>/dev/null
  wait "$job"
  code=$?
}

lines_in() { cat "$1" 2>/dev/null | wc -l; }

# Prepare: whole, again, with other options, stopped and continued.
expect 0 '^2 of 2 clips prepared' '*' prepare grid --root "$source/tests/data/grid" --out store --jobs 1
expect 0 '^2 of 2 clips prepared \(2 of them earlier\)' '*' \
  prepare grid --root "$source/tests/data/grid" --out store --jobs 2
expect 2 '' '^sotto: .*store.*face' \
  prepare grid --root "$source/tests/data/grid" --out store --face left
grep -q "data:image/png;base64," store/report.html || fault "no report with mouths"
expect 2 '' '^sotto: prepare: lrs9: unknown corpus; expected one of auto_avsr, .*, voxceleb2$' \
  prepare lrs9 --root . --out never
expect 1 '' '^sotto: .*nowhere' prepare folder --root nowhere --out never

mkdir -p clips/many
for i in 1 2 3 4 5 6 7 8; do
  cp "$source/tests/data/grid/s1/bbaf2n.mp4" clips/many/$i.mp4
  echo "Bin blue, at F two now!" >clips/many/$i.txt
done
for stop in TERM:75 INT:130; do
  rm -rf many
  stop_when "${stop%:*}" 'find many/clips -name "*.mkv" 2>/dev/null | grep -q .' \
    prepare folder --root clips --out many --jobs 1
  [ "$code" -eq "${stop#*:}" ] || fault "prepare stopped by $stop: $code: $(cat "$folder/.err")"
  grep -q '^sotto: stopped before the end; ' "$folder/.err" ||
    fault "prepare stopped by $stop said: $(cat "$folder/.err")"
  [ -e many/manifest.jsonl ] && fault "a store that is not whole has a manifest"
done
expect 0 '^8 of 8 clips prepared \([1-7] of them earlier\)' '*' prepare folder --root clips --out many
[ "$(wc -l <many/manifest.jsonl)" -eq 8 ] || fault "the manifest has not 8 lines"
grep -q '"text":"bin blue at f two now"' many/manifest.jsonl || fault "texts were not normalised"

# Clips that cannot be used are named with the reason.
mkdir -p broken
cp "$source/tests/data/grid/s1/bbaf2n.mp4" broken/good.mp4 && echo "bin" >broken/good.txt
echo "not a video" >broken/words.mp4 && echo "bin" >broken/words.txt
cp broken/good.mp4 broken/untold.mp4
expect 1 '^1 of 3 clips prepared.* 2 skipped' '*' prepare folder --root broken --out some --jobs 1
[ "$(grep -cE '"id":"(words|untold)","reason":".+"' some/skipped.jsonl)" -eq 2 ] ||
  fault "skipped.jsonl: $(cat some/skipped.jsonl)"

# Train: whole, refused, stopped and continued.
expect 0 '*' '*' train "$tiny" data.store=store --out run
for file in recipe.yaml log.jsonl best.safetensors last.safetensors; do
  [ -s run/$file ] || fault "train left no $file"
done
expect 0 '*' '*' train "$tiny" data.store=store --out again
cmp run/last.safetensors again/last.safetensors || fault "two equal runs differ"
OMP_THREAD_LIMIT=1 expect 0 '*' '*' train "$tiny" data.store=store --out limited --threads 2
expect 2 '' '^sotto: .*run.*--resume' train "$tiny" data.store=store --out run
echo "no run" >file
expect 1 '*' '^sotto: .*file' train "$tiny" data.store=store --out file --resume
expect 2 '' '^sotto: command line: sede: unknown key; did you mean seed\?$' train "$tiny" sede=1 --out never
expect 1 '' '^sotto: .*nowhere' train "$tiny" data.store=nowhere --out never
[ -e never ] && fault "a command that failed at once left its output"
long="$tiny data.store=store stages.0.epochs=10000"
stop_when TERM '[ "$(lines_in long/log.jsonl)" -ge 2 ]' train $long --out long
[ "$code" -eq 75 ] || fault "train stopped by TERM: exit code $code: $(tail -n 3 "$folder/.err")"
before=$(wc -l <long/log.jsonl)
stop_when INT '[ "$(lines_in long/log.jsonl)" -ge $((before + 2)) ]' train $long --out long --resume
[ "$code" -eq 130 ] || fault "train stopped by INT: exit code $code: $(tail -n 3 "$folder/.err")"
epochs=$(sed -n '/"kind":"validation"/s/.*"epoch":\([0-9]*\).*/\1/p' long/log.jsonl)
[ "$epochs" = "$(seq "$(grep -c '"kind":"validation"' long/log.jsonl)")" ] || fault "epochs after resuming: $epochs"
[ "$(wc -l <long/log.jsonl)" -gt "$before" ] || fault "resuming did not go on"

# Pack: the packed store takes the store's place; again, of other clips, damaged.
expect 0 '^2 utterances in 1 shard, ' '*' pack store --out packed
expect 0 '^2 utterances in 1 shard, ' '*' pack store --out packed --jobs 1
expect 2 '' '^sotto: packed: .*choose another$' pack store --out packed --shard-mib 7
expect 1 '' '^sotto: nowhere: ' pack nowhere --out never
expect 0 '*' '*' train "$tiny" data.store=packed --out run-packed
cmp run/last.safetensors run-packed/last.safetensors || fault "a packed store trains otherwise"
expect 1 '' "^sotto: .*it has no utterances of the split 'train'; it names no splits$" \
  pack store --list split:train --out part
echo s1/bbaf2n >one
expect 0 '^1 utterances in 1 shard,' '*' pack store --list one --out part
for form in store packed; do
  "$sotto" evaluate run/last.safetensors $form --modality v,av 2>/dev/null >"$form.txt"
done
cmp store.txt packed.txt || fault "a packed store is evaluated otherwise"
expect 0 '^loader of packed \(mapped shards\)' '*' bench --loader packed --json loader.json
[ -s loader.json ] || fault "bench --loader wrote no JSON"

# Doctor.
expect 0 '^good +shards: ' '*' doctor packed --json doctor.json
[ -s doctor.json ] || fault "doctor wrote no JSON"
"$sotto" doctor store --model run/last.safetensors 2>/dev/null | grep -q 'tokens: 30 characters units' ||
  fault "doctor said nothing of the model's tokens"
cp -r packed damaged
printf x | dd of=damaged/shards/00000.safetensors bs=1 seek=100000 conv=notrunc 2>/dev/null
expect 1 '^SERIOUS +shards: ' '*' doctor damaged
expect 1 '' '^sotto: nowhere: ' doctor nowhere

# Evaluate, info, recipe.
expect 0 '^av +clean +2 +12 ' '*' evaluate run/last.safetensors store --json report.json
[ -s report.json ] || fault "evaluate wrote no JSON"
expect 0 '^a +-5' '*' evaluate run/last.safetensors store --modality a,v --snr -5 --method greedy
echo s1/bbaf2n >list
expect 0 '^v +[^ ]+ +1 +6 ' '*' evaluate run/last.safetensors store --modality v --list list
expect 0 'starts: median' '*' evaluate run/last.safetensors store --times
expect 0 'NCE' '*' evaluate run/last.safetensors store --confidence --modality a
grep -q '"confidences"' report.json || fault "the report has no confidences"
expect 1 '' '^sotto: .*nowhere' evaluate run/last.safetensors nowhere
expect 1 '' '^sotto: --modality v: calibration: expected at least 10 right and as many wrong words' \
  calibrate run/last.safetensors store --out calibrated.safetensors
[ -e calibrated.safetensors ] && fault "a calibration that failed left a file"
expect 2 '' '^sotto: calibrate: --out is required$' calibrate run/last.safetensors store
expect 2 '' '--noise needs --snr' calibrate run/last.safetensors store --out x --noise n.flac
expect 1 '' '^sotto: .*nowhere' evaluate nowhere.safetensors store
expect 0 'tiny' '' info run/last.safetensors
expect 0 '2' '' info store
expect 0 '25' '' info "$source/tests/data/grid/s1/bbaf2n.mp4"
expect 1 '' '^sotto: .*nowhere' info nowhere
expect 0 '^name: "tiny"' '' recipe "$tiny"
expect 0 'seed = 42' '' recipe --explain
printf 'name: x\nsede: 1\n' >bad.yaml
expect 2 '' '^sotto: bad.yaml:2: sede: unknown key; did you mean seed\?$' recipe bad.yaml
expect 2 '' '^sotto: bad.yaml:2: sede' train bad.yaml --out never
expect 1 '' '^sotto: nowhere.yaml: ' recipe nowhere.yaml
finish
