#!/usr/bin/env bash
# training_kills.sh SOTTO [KILLS]: a training of 300 steps on synthetic talkers, killed by SIGKILL at random
# moments (30) and resumed each time, ends with the bytes of one that nobody disturbed.
set -euo pipefail
sotto=$(readlink -f "$1") kills=${2:-30}
recipe=$(readlink -f "$(dirname "$0")")/../tools/tiny.yaml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$sotto" synth --out clips --clips 12 --talkers 3 --seed 5 --seconds 2 2>/dev/null
"$sotto" prepare folder --root clips --out store 2>/dev/null
ls store/clips/*/*.mkv | head -n 2 | sed -E 's#store/clips/(.*)\.mkv#\1#' >valid.txt
# 10 clips of 50 frames in batches of 2: 5 steps an epoch.
train() {  # in the background: the program itself is what $! names
  exec "$sotto" train "$recipe" --threads 1 data.store=store data.valid=valid.txt data.loader.frames=110 \
    stages.0.epochs=60 optimiser.ema=0.98 stages.0.average=3 save_minutes=0.01 log_every=10 "$@"
}

start=$(date +%s%N)
(train --out undisturbed 2>/dev/null)
length=$((($(date +%s%N) - start) / 1000000))
echo "undisturbed: $((length / 1000)) s, $(grep -c '"kind":"train"' undisturbed/log.jsonl) lines of ten steps"

done=0
for ((i = 0; i < 20 * kills && done < kills; ++i)); do
  # Mostly early, so that the run is not over before it was killed often enough.
  wait_ms=$((400 + RANDOM % (length / 16 + 1)))
  train --out killed --resume 2>/dev/null &
  job=$!
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  if kill -9 "$job" 2>/dev/null; then
    done=$((done + 1))
  else
    wait "$job" && break
  fi
  wait "$job" 2>/dev/null || true
done
echo "killed $done times"
(train --out killed --resume 2>/dev/null)
for file in last.safetensors best.safetensors checkpoints/last.safetensors; do
  cmp "undisturbed/$file" "killed/$file"
done
strip() { sed -E 's/"(time|frames_per_s|wait_share)":("[^"]*"|[-0-9.e+]+|null),?//g' "$1/log.jsonl"; }
cmp <(strip undisturbed) <(strip killed)
echo "the same bytes"
