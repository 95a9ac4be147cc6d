#!/usr/bin/env bash
# command_line_test.sh SOTTO: help, version, usage errors and what else needs no core; the kernels that info tells of.
sotto=$1
. "$(dirname "$0")/expect.sh"

# Without LibTorch, so in milliseconds.
if ldd "$sotto" | grep -E 'torch|libc10|openblas|avcodec|dlib|libicu'; then
  fault "the program links what only its core may link"
fi
# Processor time: the clock on the wall depends on what else runs.
TIMEFORMAT='%U %S'
took=$({ time for _ in 1 2 3 4 5 6 7 8 9 10; do "$sotto" --help >"$folder/help"; done; } 2>&1)
awk -v took="$took" 'BEGIN { split(took, s, " "); exit s[1] + s[2] >= 1 }' ||
  fault "ten times help took $took seconds of user and system time"

expect 0 '^Usage: sotto COMMAND' '' --help
expect 0 '^sotto [0-9]+\.[0-9]+\.[0-9]+$' '' --version
expect 2 '' 'Usage: sotto COMMAND'
expect 2 '' '^sotto: trian: unknown command; did you mean train\?$' trian
expect 2 '' '^sotto: xyzzy: unknown command; see sotto --help$' xyzzy
for command in $(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$folder/help"); do
  expect 0 "^Usage: sotto $command" '' "$command" --help
  expect 0 "^  sotto $command" '' "$command" -h
  expect 2 '' "^sotto: $command: --xyzzy: unknown option$" "$command" --xyzzy
  lines_on_stderr 1
done

expect 2 '' '^sotto: transcribe: INPUT is required$' transcribe
expect 2 '' '^sotto: align: INPUT is required$' align
expect 2 '' "--format: expected one of ctm, json, srt, vtt, textgrid, got" align x --format text
expect 2 '' '^sotto: train: RECIPE is required$' train
expect 2 '' '^sotto: train: --out is required$' train grid
expect 2 '' '^sotto: train: --out: expected one value$' train grid --out
expect 2 '' '^sotto: recipe: RECIPE or --explain is required$' recipe
expect 2 '' '^sotto: info: b: not expected here$' info a b
if grep -qw avx2 /proc/cpuinfo; then
  (unset OPENBLAS_CORETYPE && "$sotto" info) | grep -q 'kernels Prescott' && fault "info: OpenBLAS's kernels are older than the processor"
  OPENBLAS_CORETYPE=Prescott expect 0 'kernels Prescott' '' info  # the user's word counts
fi
expect 2 '' '--modalty: unknown option; did you mean --modality\?$' transcribe x --modalty v
expect 2 '' "--modality: expected one of auto, a, v, av, got 'x'" transcribe x --modality x
expect 2 '' "--modality: expected one of a, v, av, got 'b'" evaluate m s --modality a,b
expect 2 '' "--format: expected one of text, json, srt, vtt, ctm, textgrid, got" transcribe x --format doc
expect 2 '' "--beam: expected a whole number from 1 to 1000, got '0'" transcribe x --beam 0
expect 2 '' "--beam: expected a whole number from 1 to 1000, got '2.5'" transcribe x --beam 2.5
expect 2 '' "--threads: expected a whole number from 0 to 1024, got '99999999999999999999'" info x --threads 99999999999999999999
expect 2 '' "--text: expected TEXT, got ''" align x --text ''
expect 2 '' '--modality: expected one of a, v, av, got' evaluate m s --modality ''
expect 2 '' "--ctc-weight: expected a number from 0 to 1, got '1.5'" transcribe x --ctc-weight 1.5
expect 2 '' "--snr: expected a number, got 'loud'" evaluate m s --snr 0,loud
expect 2 '' '--noise and --snr go together' transcribe x --snr -5
expect 2 '' '--noise-list needs --snr' evaluate m s --noise-list l
expect 2 '' '--vocabulary goes without MODEL' bench m --vocabulary 100
expect 2 '' 'bench: --train goes without --beam$' bench --train --beam 3
expect 2 '' 'bench: --loader goes without --frames$' bench --loader store --frames 9
expect 2 '' 'bench: a measurement other than --train goes without --clips$' bench --clips 2
expect 2 '' 'prepare: --inspect goes without --colour$' prepare --inspect c.mp4 --out c.png --colour
expect 2 '' 'calibrate: no/where.safetensors: there is no folder no$' calibrate m s --out no/where.safetensors
expect 2 '' 'bench: no/where.json: there is no folder no$' bench m --json no/where.json
expect 2 '' '--compare goes without --interval' score a b c --compare --interval
expect 2 '' '--noise needs --snr' evaluate m s --noise n.flac
expect 2 '' "face: expected speaking, largest, left, right, all or a number from 1 to 9 .*, got 'up'" transcribe x --face up

printf 'a\tbin blue at f two now\nb\tset red by g one soon\n' >"$folder/ref"
printf 'b\tset red by c one soon\na\tBIN blue at f two now\n' >"$folder/hyp"
expect 0 '^words +2 +12 ' '' score "$folder/ref" "$folder/hyp"
expect 0 '^b.1$' '' score "$folder/ref" "$folder/hyp" --clips
printf 'a\tbin blue at f two now\n' >"$folder/short"
expect 1 '' "/short: expected a line for every clip; none for b$" score "$folder/ref" "$folder/short"
expect 1 '' "/short: expected a line for every clip; none for b$" score "$folder/short" "$folder/ref"
printf 'a\tx\na\ty\n' >"$folder/twice"
expect 1 '' '/twice:2: a stood in line 1$' score "$folder/twice" "$folder/hyp"
printf 'no tab\n' >"$folder/bare"
expect 1 '' '/bare:1: expected id<tab>text$' score "$folder/bare" "$folder/hyp"
expect 1 '' '/none: cannot read: No such file or directory$' score "$folder/none" "$folder/hyp"
printf 'bin blue (s1-a)\nset red (s2-b)\n' >"$folder/ref.trn"
printf 'set bed (s2-b)\nbin blue now (s1-a)\n' >"$folder/hyp.trn"
expect 0 '^s1 +1 +2 +100.00 +0.00 +0.00 +50.00 +50.00 +100.00$' '' \
  score "$folder/ref.trn" "$folder/hyp.trn" --by talker
expect 0 '^HYP:  bin blue NOW$' '' score "$folder/ref.trn" "$folder/hyp.trn" --alignments
expect 0 '^characters +2 +13 ' '' score "$folder/ref.trn" "$folder/hyp.trn" --cer
grep -q '^words' "$folder/.out" && fault "--cer counts words"
printf 's1-a\tAnn\ns2-b\tBob\n' >"$folder/talkers"
expect 0 '^Bob +1 ' '' score "$folder/ref.trn" "$folder/hyp.trn" --talkers "$folder/talkers" \
  --costs sclite --json "$folder/score.json"
grep -q '"talker": "Ann"' "$folder/score.json" || fault "--json: no talker Ann"
expect 1 '' ': no talker of s1-a$' score "$folder/ref.trn" "$folder/hyp.trn" --talkers "$folder/short"
expect 1 '' '^sotto: score: a: expected TALKER-UTTERANCE' score "$folder/ref" "$folder/hyp" --by talker
printf 'a 1 0 1 bin\n' >"$folder/hyp.ctm"
expect 0 '^words +2 +12 ' '/hyp.ctm: no words of b; scored as empty$' score "$folder/ref" "$folder/hyp.ctm"
expect 2 '' "--costs: expected one of uniform, sclite, got 'x'" score r h --costs x

# Reports of runs.
for run in one two; do
  mkdir -p "$folder/runs/$run"
  printf '{"stage":"a","epoch":1,"step":5,"loss":{"total":2.5},"wer":{"v":0.5}}\n' \
    >"$folder/runs/$run/log.jsonl"
  printf 'name: %s\nseed: 1\n' $run >"$folder/runs/$run/recipe.yaml"
done
expect 0 '^one +- +1 +5 +50$' '/one/report.html$' report "$folder/runs/one"
[ -s "$folder/runs/one/report.html" ] || fault "report left no page"
expect 0 '^two +- +1 +5 +50$' '/both.html$' report "$folder"/runs/one "$folder/runs/two" --out "$folder/both.html"
grep -q '<td class="mono">name<td>one<td>two' "$folder/both.html" || fault "the page does not say what differs"
expect 1 '' '/none: expected the folder of a run' report "$folder/runs/none"
: >"$folder/runs/two/log.jsonl"
expect 1 '' '/log.jsonl: nothing was logged yet' report "$folder/runs/two"

# None of these opens the core or LibTorch: the loader lists what it opens.
without_core() {
  LD_DEBUG=files LD_DEBUG_OUTPUT="$folder/loader" "$sotto" "$@" >/dev/null 2>&1
  grep -qsE 'file=[^ ]*libc\.so' "$folder"/loader.* || fault "the loader says nothing about $*"
  grep -hE 'file=[^ ]*(libsotto_core|torch|libc10|openblas|avcodec|dlib)' "$folder"/loader.* &&
    fault "sotto $* opens what only its core may open"
  rm -f "$folder"/loader.*
}
without_core --help
without_core --version
without_core transcribe --help
without_core transcribe --xyzzy
without_core xyzzy
without_core score "$folder/ref" "$folder/hyp"
without_core rover "$folder/hyp.ctm" "$folder/hyp.ctm"
without_core report "$folder/runs/one"

"$sotto" --help >/dev/full 2>/dev/null && fault "a full disk under --help went unnoticed"
"$sotto" score "$folder/ref" "$folder/hyp" >/dev/full 2>/dev/null &&
  fault "a full disk under score went unnoticed"
finish
