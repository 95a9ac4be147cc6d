#!/usr/bin/env bash
# language_model_test.sh SOTTO SOURCE MODEL: language models of texts, from training to transcribing
# beside a recogniser; n-grams; what does not fit.
sotto=$1 source=$2 model=$3
. "$(dirname "$0")/expect.sh"
[ -s "$model" ] || { echo "$model is missing"; exit 1; }
cd "$folder" || exit 1
good=$source/tests/data/grid/s1/bbaf2n.mp4

# A network, trained on texts.
for i in {1..20}; do
  printf 'bin blue at f two now\nset red by a one soon\n'
done >train.txt
head -n 2 train.txt >valid.txt
cat >lm.yaml <<'END'
kind: language_model
name: words
data: {train: [train.txt], valid: [valid.txt], batch_tokens: 200}
language_model: {embedding: 8, dim: 16, heads: 2, layers: 1, feed_forward: 16, positions: absolute}
stages: [{epochs: 2, learning_rate: 0.02}]
END
expect 0 '' 'perplexity [0-9.]+ a token' train lm.yaml --out run
[ "$(grep -c '"kind":"validation"' run/log.jsonl)" -eq 2 ] || fault "expected two validations in the log: $(cat run/log.jsonl)"
expect 0 '' '^run: has ended; nothing is left to do$' train lm.yaml --out run --resume
expect 0 '^perplexity  [0-9.]+ a token, [0-9.]+ a word' '*' perplexity run/best.safetensors valid.txt
expect 0 '^kind      language model' '' info run/best.safetensors
expect 0 '^kind: "language_model"' '' recipe run/best.safetensors
printf 'OH NO\n' >capital.txt
expect 1 '' "^sotto: capital.txt:1: text 'OH NO'" perplexity run/best.safetensors capital.txt
expect 2 '' '^sotto: perplexity: ' perplexity run/best.safetensors
expect 2 '' '--model goes with n-grams' perplexity run/best.safetensors valid.txt --model "$model"
sed 's/name: words/noise: {}/' lm.yaml >mixed.yaml
expect 2 '' 'mixed.yaml:2: noise: unknown key' train mixed.yaml --out x
expect 2 '' 'unknown key' recipe lm.yaml augment.shift=2

# N-grams: 0.1 for each word and end of a sentence.
cat >words.arpa <<'END'
\data\
ngram 1=6

\1-grams:
-99	<s>
-1	</s>
-1	bin
-1	blue
-1	at
-1	f

\end\
END
printf 'bin at f\nblue oh\n' >text.txt
expect 0 '^perplexity  10.0000 a token, 10.0000 a word' '' perplexity words.arpa text.txt
expect 0 '^unknown     1$' '' perplexity words.arpa text.txt
gzip -k words.arpa
expect 0 '^words     7, without <unk>' '' info words.arpa.gz
sed 's/ngram 1=6/ngram 1=7/' words.arpa >damaged.arpa
expect 1 '' '^sotto: damaged.arpa:12: expected 7 1-grams' perplexity damaged.arpa text.txt

# Beside a recogniser.
transcribe() {
  local wanted_code=$1 wanted_out=$2 wanted_err=$3
  shift 3
  expect "$wanted_code" "$wanted_out" "$wanted_err" transcribe --model "$model" "$good" --format json "$@"
}
transcribe 0 '*' '*'
cp .out alone.json
transcribe 0 '*' 'words.arpa.gz: 1-grams of words; of 4, 4 can be spelled' --lm words.arpa.gz --lm-weight 0
cmp -s .out alone.json || fault "a language model of weight 0 changed something"
# The toy model's readings are one long word that is cut off at the limit, so no word is scored.
transcribe 0 '"lm": ?[-0]' '*' --lm words.arpa.gz --lm-weight 0.5
transcribe 0 '"lm": ?-' 'best.safetensors: words' --lm run/best.safetensors --lm-weight 0.5
sed 's/bin/BIN/;s/blue/Blue/;s/-1	at/-1	AT/;s/-1	f/-1	F/' words.arpa >capital.arpa
transcribe 2 '' '^sotto: capital.arpa: .*of 4 words 0 can be spelled' --lm capital.arpa --lm-weight 0.5
transcribe 2 '' '--lm-weight' --lm words.arpa
transcribe 2 '' 'method greedy reads no language model' --lm words.arpa --lm-weight 1 --method greedy
transcribe 2 '' '--lm-weight needs --lm' --lm-weight 1
transcribe 1 '' 'missing.arpa' --lm missing.arpa --lm-weight 1
printf 'a 1\nb 2\n' >units.txt
printf 'ab\n' >ab.txt
expect 0 '' '*' train lm.yaml --out other tokenizer.units=units.txt \
  "data.train=[ab.txt]" "data.valid=[]"
transcribe 2 '' 'other/best.safetensors: expected a vocabulary of 30 tokens as the model' \
  --lm other/best.safetensors --lm-weight 1
finish
