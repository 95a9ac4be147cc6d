#!/usr/bin/env bash
# experiment_test.sh SOTTO SOURCE: the shipped experiment tiny.yaml learns its sentences by heart; steps are done
# once, refused when they were changed, checked before the first, stopped and continued.
sotto=$1 source=$(readlink -f "$2")
. "$(dirname "$0")/expect.sh"
cd "$folder" || exit 1
tiny=$source/experiments/recipes/tiny.yaml

# rates FILE: the error rates of a table of sotto evaluate, one a line
rates() { awk '$1 == "v" || $1 == "a" || $1 == "av" {print $5}' "$1"; }

# Stopped while it trains, it goes on.
"$sotto" train "$tiny" --out run >out.txt 2>err.txt </dev/null &
job=$!
for ((i = 0; i < 1200; ++i)); do
  [ -e run/heart/log.jsonl ] && break
  sleep 0.1
done
sleep 1
kill -TERM $job
wait $job
code=$?
[ $code -eq 75 ] || fault "stopped by SIGTERM: exit code $code: $(tail -n 3 err.txt)"
[ -e run/read.txt ] && fault "a step was done behind the one that was stopped"
expect 2 '' '^sotto: run: exists already; add --resume' train "$tiny" --out run
expect 0 '*' 'step 3 of 5: heart' train "$tiny" --out run --resume
grep -q 'step 1 of' "$folder/.err" && fault "a step that was done is done again"
[ "$(wc -l <run/store/manifest.jsonl)" -eq 10 ] || fault "the store has not 10 clips"
[ "$(grep -o '"text":"[^"]*"' run/store/manifest.jsonl | sort -u | wc -l)" -ge 8 ] || fault "not 8 different sentences"
[ "$(rates run/read.txt | wc -l)" -eq 3 ] || fault "not three rows: $(cat run/read.txt)"
for rate in $(rates run/read.txt); do
  [ "$rate" = 0.00 ] || fault "the sentences are not known by heart: $(cat run/read.txt)"
done
for rate in $(rates run/swapped.txt); do
  awk -v rate="$rate" 'BEGIN {exit !(rate > 50)}' || fault "read without looking: $(cat run/swapped.txt)"
done

# Done steps are left alone; changed ones are refused.
before=$(sha256sum run/heart/best.safetensors)
expect 0 '' '' train "$tiny" --out run --resume
[ "$before" = "$(sha256sum run/heart/best.safetensors)" ] || fault "trained again"
expect 2 '' '^sotto: run: the step heart was done as the experiment said before; --redo heart' \
  train "$tiny" --out run --resume recipe.seed=2

# A step is done again with what needs it.
expect 2 '' 'expected one of clips, store, heart, read, swapped' train "$tiny" --out run --redo hart
rm run/swapped.txt
expect 0 '*' 'step 5 of 5: swapped' train "$tiny" --out run --redo swapped
grep -q 'step 4 of' "$folder/.err" && fault "a step that needs nothing of it is done again"
[ -s run/swapped.txt ] || fault "--redo did nothing"
list=$(sha256sum run/experiment.json)
expect 2 '' 'model.x: unknown key' train "$tiny" --out run --redo heart recipe.model.x=1
[ "$list" = "$(sha256sum run/experiment.json)" ] || fault "a --redo that cannot be done forgets what was done"
[ -s run/heart/best.safetensors ] || fault "a --redo that cannot be done removes a model"

# What cannot be used is told before anything is done.
cat >late.yaml <<END
kind: experiment
base: $source/tests/tools/tiny.yaml
steps:
  - {name: first, run: "synth --clips 1 --out {run}/clips"}
  - {name: last, recipe: {modell: {}}}
END
expect 2 '' 'modell: unknown key; did you mean model' train late.yaml --out late
[ -e late/clips ] && fault "the first step was begun"
cat >fails.yaml <<END
kind: experiment
steps:
  - {name: first, run: "score {run}/none.txt {run}/none.txt"}
  - {name: second, run: "info x"}
END
expect 1 '' 'step first ended with exit code 1; train with --resume goes on with it' train fails.yaml --out fails
sed -i 's/info x/infos x/' fails.yaml
expect 2 '' 'infos: unknown command' train fails.yaml --out mistyped
[ -e mistyped ] && fault "a folder is left that the next try would stumble over"
printf 'kind: experiment\nsteps: [{name: a, run: "info {b}"}]\n' >unknown.yaml
expect 2 '' '^sotto: unknown.yaml: a: \{b\} is neither run' train unknown.yaml --out unknown
finish
