#!/usr/bin/env bash
# evaluate_test.sh SOTTO STORE: the shipped model on a store of two clips: noise that can be repeated, tables, plot,
# report; NIST's sclite counts the same, where it is installed.
sotto=$1 store=$2
. "$(dirname "$0")/expect.sh"
store=$(readlink -f "$store")
cd "$folder" || exit 1
noisy="evaluate grid-av $store --modality v,a,av --snr 0,-15 --repetitions 3 --costs sclite"

# Written, read, drawn anew with other threads: the same noise, the same numbers.
expect 0 '^modality +sound +clips +words +WER % +95 % interval +.- draw ' '*' \
  $noisy --noise-manifest noise.jsonl --json report.json --plot plot.svg --trn texts --by talker,length,confusion
cp "$folder/.out" first.txt
grep -qE '^a +-15 dB +6 +36 ' first.txt || fault "no row for sound at -15 dB: $(cat first.txt)"
grep -q '^a, sound -15 dB, by talker$' first.txt || fault "no table by talker"
grep -qE '^2 to 4 s +6 +36 ' first.txt || fault "no table by length"
[ "$(wc -l <noise.jsonl)" -eq 12 ] || fault "noise.jsonl: $(cat noise.jsonl)"
grep -q '"snr_db":0.0,"repetition":2,"kind":"babble","voices":\[{"id":"s5/bbal3s","start":' noise.jsonl ||
  fault "noise.jsonl: $(cat noise.jsonl)"
expect 0 '*' '*' $noisy --noise-manifest noise.jsonl --json again.json
cmp report.json again.json || fault "the same noise gave another report"
printf 's5/bbal3s\ns1/bbaf2n\n' >turned
expect 0 '*' '*' $noisy --list turned --threads 1 --trn turned-texts
for file in texts/*; do
  cmp <(sort "$file") <(sort "turned-$file") || fault "$file depends on order or threads"
done
sed '/"repetition":2/d' noise.jsonl >short.jsonl
expect 1 '' '^sotto: short.jsonl: expected a noise of s1/bbaf2n at -?[0-9]+ dB, repetition 2, found none' \
  $noisy --noise-manifest short.jsonl
expect 1 '' '^sotto: noise.jsonl: its noise is babble, not none.wav; ' evaluate grid-av "$store" --modality a --snr -15 \
  --noise none.wav --noise-manifest noise.jsonl
cp -r "$store" nameless
sed -i 's/"talker": *"[^"]*",//' nameless/manifest.jsonl
expect 2 '' '--resample talker: the talker of s1/[a-z0-9]* is not known' evaluate grid-av nameless --resample talker
for option in '--plot p.svg' '--noise-manifest n.jsonl' '--repetitions 2'; do
  expect 2 '' "^sotto: evaluate: ${option% *} needs --snr\$" evaluate grid-av "$store" $option
done
expect 2 '' '^sotto: evaluate: --plot needs a --modality with sound$' evaluate grid-av "$store" --modality v --snr 0 --plot p.svg
for word in lips sound both clean 'signal-to-noise ratio in dB' 'word error rate in %'; do
  grep -q ">$word<" plot.svg || fault "the plot does not say $word"
done

# By characters, against another model, with talkers drawn.
expect 0 'chars +CER %' '*' evaluate grid-av "$store" --unit characters --modality a
expect 0 'z 0\.000, p 1$' '*' evaluate grid-av "$store" --modality v --against grid-av --resample talker

# Reports can be scored and compared.
expect 0 '^s1 +3 +18 ' '' score 'report.json#a:-15' --costs sclite --by talker --interval
expect 0 '^matched pairs +[0-9]+ segments' '' score 'report.json#a:-15' 'report.json#av:-15' --compare
expect 1 '' 'choose a result by report.json#RESULT; there are: v:clean, a:clean' score report.json
expect 2 '' 'only a report of sotto evaluate is both' score turned

# sclite.
if command -v sctk >/dev/null; then
  for result in v-none a-clean av-clean a-0dB av-0dB a--15dB av--15dB; do
    counts=$(sctk sclite -i rm -r "texts/$result.ref.trn" trn -h "texts/$result.hyp.trn" trn -o rsum stdout 2>/dev/null |
      tr '|' ' ' | awk '$1 == "Sum" {print $2, $3, $5, $6, $7, $9}')
    name=${result#*-}
    name=${name%dB}
    [ "$name" = none ] && name=clean
    "$sotto" score "report.json#${result%%-*}:$name" --costs sclite --json counts.json >/dev/null
    ours=$(tr -d ' ,"' <counts.json | awk -F: '
      /^words/ {words = 1} /^characters/ {words = 0}
      words && !($1 in value) {value[$1] = $2}
      END {print value["sentences"], value["reference"], value["substitutions"], value["deletions"],
                 value["insertions"], value["wrong_sentences"]}')
    [ "$counts" = "$ours" ] || fault "$result: sclite counts $counts, sotto $ours"
  done
fi
finish
