#!/usr/bin/env bash
# align_test.sh SOTTO SOURCE TINY STORE: aligning texts with the shipped model (is it right?) and with a
# toy model (everything else). STORE is one that the toy model was trained on.
sotto=$1 source=$2 tiny=$3 store=$4
. "$(dirname "$0")/expect.sh"
[ -s "$tiny" ] && [ -d "$store" ] || { echo "$tiny or $store is missing"; exit 1; }
cd "$folder" || exit 1
cp "$source/tests/data/grid/s1/bbaf2n.mp4" good.mp4
truth=$source/tests/data/grid/align/s1/bbaf2n.align

align() {
  local wanted_code=$1 wanted_out=$2 wanted_err=$3
  shift 3
  expect "$wanted_code" "$wanted_out" "$wanted_err" align --model "$tiny" "$@"
}

# The shipped model finds each word within a tenth of a second of where the corpus has it.
for modality in v a av; do
  expect 0 '^good 1 ' '^grid-av: ' align --model "$source/experiments/pretrained/grid-av.safetensors" \
    good.mp4 --text 'Bin blue, at F two now.' --modality $modality
  grep -v sil "$truth" | paste -d ' ' - .out | awk -v m=$modality '
    { off = $6 - $1 / 25000; end = $6 + $7 - $2 / 25000 }
    $3 != $8 || off > 0.1 || off < -0.1 || end > 0.1 || end < -0.1 { print m ": " $0; bad = 1 }
    END { exit bad || NR != 6 }' || fault "word times of $modality"
done

# It believes the right text and not a wrong one.
believed() {
  expect 0 '"confidence"' '*' align --model "$source/experiments/pretrained/grid-av.safetensors" \
    good.mp4 --format json --text "$1"
  sed -n 's/^ \{6\}"confidence": \([0-9.e-]*\),*$/\1/p' .out
}
right=$(believed 'bin blue at f two now')
wrong=$(believed 'set red by l six soon')
partly=$(believed 'bin blue')
awk -v r="$right" -v w="$wrong" -v p="$partly" 'BEGIN { exit !(r > 0.5 && w < 0.01 && p < 0.1) }' ||
  fault "confidences: right $right, wrong $wrong, partly $partly"

# Where texts come from.
align 0 '^good 1 .* bin' '^tiny: ' good.mp4 --text bin
echo 'Bin, blue!' >good.txt
align 0 '^good 1 .* blue' '*' good.mp4
align 0 '^good 1 .* bin' '*' good.mp4 --text-file good.txt --modality a
cp good.mp4 other.mp4
printf 'good.mp4\tset\nother\tlay\n' >lines
align 0 '^other 1 .* lay' '*' good.mp4 other.mp4 --texts lines
grep -qE '^good 1 .* set ' .out || fault "ctm of two clips: $(cat .out)"
align 0 '' '*' good.mp4 other.mp4 --texts lines --format srt --out aligned
[ -s aligned/good.srt ] && [ -s aligned/other.srt ] || fault "no file a clip: $(ls aligned)"
align 0 '"score": -' '*' good.mp4 --text bin --format json
align 0 '^WEBVTT' '*' good.mp4 --text bin --format vtt
align 0 'IntervalTier' '*' good.mp4 --text bin --format textgrid
align 0 '^s1/bbaf2n 1 .* bin ' '*' "$store"
[ "$(wc -l <.out)" -eq 12 ] || fault "a store of two clips of six words: $(cat .out)"
echo s5/bbal3s >list
align 0 '^s5/bbal3s 1 ' '*' "$store" --list list --modality v
grep -q bbaf2n .out && fault "--list took others too"

# What is wrong: a line each, and the other clips are done.
align 1 '' '^good.mp4: the text is empty$' good.mp4 --text ' '
align 1 '' "^good.mp4: the model's vocabulary cannot write the word '2' of the text$" \
  good.mp4 --text 'bin 2'
align 1 '' '^good.mp4: its 75 frames .1/25 s. are too few for the text, which takes 80 or more$' \
  good.mp4 --text "$(printf 'ab%.0s' $(seq 40))"
align 1 '' '^other.mp4: expected its text in other.txt, which is missing; or give --text$' other.mp4
align 1 '^good 1 ' '^other.mp4: ' good.mp4 other.mp4
[ "$(grep -c "^tiny: \|^other.mp4: " .err)" -eq 2 ] || fault "expected the model and a line: $(cat .err)"
align 1 '' '^missing.mp4: ' missing.mp4 --text bin
align 1 '' 'new.mp4: lines has no line for it or for new$' new.mp4 --texts lines
align 2 '' 'expected one of --text' good.mp4 --text bin --texts lines
align 2 '' 'are for one clip' good.mp4 other.mp4 --text bin
align 2 '' 'a store is aligned alone' "$store" good.mp4
align 2 '' '--list is for a prepared store' good.mp4 --text bin --list list
finish
