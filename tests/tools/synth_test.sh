#!/usr/bin/env bash
# synth_test.sh SOTTO: makes clips, prepares them, is stopped and goes on.
sotto=$1
. "$(dirname "$0")/expect.sh"
cd "$folder" || exit 1

expect 2 '' '^sotto: synth: --out is required$' synth
expect 2 '' "^sotto: synth: --size: expected WIDTHxHEIGHT" synth --out x --size big
expect 2 '' "^sotto: size: expected even numbers of pixels" synth --out x --size 101x100
expect 2 '' "^sotto: layout: expected one of folder, grid, lrs3, lrs2, cnvsrc, got 'gird'$" \
  synth --out x --layout gird
expect 2 '' "^sotto: language: layout grid is in 'en', got 'zh'$" \
  synth --out x --layout grid --language zh
expect 1 '' '^sotto: none.txt: ' synth --out x --sentences none.txt
[ -e x ] && fault "a wrong command line made a folder"

expect 0 '^3 clips \(0 of them earlier\), ' '*' \
  synth --out clips --clips 3 --talkers 2 --size 160x128 --seconds 2 --jobs 2
expect 0 '^3 clips \(3 of them earlier\), ' '*' \
  synth --out clips --clips 3 --talkers 2 --size 160x128 --seconds 2
expect 2 '' '^sotto: clips: was made with other options: .*seed: 2' \
  synth --out clips --clips 3 --talkers 2 --size 160x128 --seconds 2 --seed 2
expect 0 '^3 of 3 clips prepared' '*' prepare folder --root clips --out store
grep -q '"talker":"talker02"' store/manifest.jsonl || fault "no talker: $(cat store/manifest.jsonl)"
grep -q '"words":\[' store/manifest.jsonl || fault "no word times: $(cat store/manifest.jsonl)"

printf 'One two three four five six seven eight nine ten.\nYes.\n' >lines.txt
expect 1 '^1 clips .*; 1 could not be spoken$' 'clip0001.mp4: .*seconds' \
  synth --out short --clips 2 --talkers 1 --size 96x96 --seconds 0.8 --sentences lines.txt

# Ctrl-C leaves whole clips only, and the same command goes on.
many=(synth --out many --clips 60 --size 256x256 --jobs 1)
"$sotto" "${many[@]}" >out 2>err &
job=$!
for _ in $(seq 200); do
  [ "$(find many -name '*.mp4' 2>/dev/null | wc -l)" -ge 2 ] && break
  sleep 0.05
done
kill -TERM "$job"
wait "$job"
code=$?
[ "$code" -eq 75 ] || fault "stopped by SIGTERM: exit code $code: $(cat err)"
left=$(find many -name '*.mp4' | wc -l)
[ "$left" -ge 2 ] && [ "$left" -lt 60 ] || fault "stopped: $left clips"
find many -name '*.partial*' -o -name '.*-*' | grep . && fault "half a file was left"
"$sotto" info many/talker01/clip0001.mp4 >out 2>err || fault "info: $(cat err)"
expect 0 "^60 clips \($left of them earlier\)" '*' "${many[@]:0:7}" --jobs 2

finish
