#!/usr/bin/env bash
# tokenizer_parity_test.sh SOTTO SOURCE: `sotto tokenizer train` against the spm_train and
# spm_encode of Debian's package sentencepiece: the same pieces, scores, units and ids. Skipped (77)
# where they are missing.
sotto=$1 source=$2
. "$(dirname "$0")/expect.sh"
. "$(dirname "$0")/grid_sentences.sh"
for program in spm_train spm_encode spm_export_vocab; do
  command -v $program >/dev/null || { echo "skipped: no $program; apt-get install sentencepiece"; exit 77; }
done
cd "$folder" || exit 1
export LC_ALL=C

grid_sentences >grid.txt
{
  grep . "$source/LICENSE"
  printf 'CAF\xc3\x89 \xef\xbc\xa1\xef\xbc\xa2 \xe4\xbd\xa0\xe5\xa5\xbd  two   blanks \nI'"'"'M 46664\n'
} >mixed.txt
# Text that no model has seen: other characters, marks, blanks at the ends, nothing at all.
printf 'HELLO, W\xc3\xb6rld!\n\n  bin  blue \n\xe4\xb8\x96\xe7\x95\x8c@\x13#now\n' >unseen.txt

# units_of MODEL TEXT: a units file as the peers make theirs.
units_of() {
  echo '<unk> 1'
  spm_encode --model="$1" --output_format=piece <"$2" | tr ' ' '\n' | grep . | sort -u |
    awk '{ print $0, NR + 1 }'
}

# ids_of MODEL UNITS: standard input as the peers number it.
ids_of() {
  spm_encode --model="$1" --output_format=piece |
    awk 'NR == FNR { ids[$1] = $2; next }
      { line = ""; for (i = 1; i <= NF; ++i) line = line (i > 1 ? " " : "") (($i in ids) ? ids[$i] : 1)
        print line }' "$2" -
}

compare() {
  local text=$1 type=$2 size=$3
  spm_train --input="$text" --model_type="$type" --vocab_size="$size" --character_coverage=1.0 \
    --model_prefix=theirs >/dev/null 2>&1 || fault "spm_train $*"
  expect 0 '' '*' tokenizer train "$text" --type "$type" --size "$size" --out ours
  spm_export_vocab --model=theirs.model >theirs.vocab
  spm_export_vocab --model=ours.model >ours.vocab
  cmp theirs.vocab ours.vocab || fault "$*: pieces or scores differ"
  units_of theirs.model "$text" | cmp - ours_units.txt || fault "$*: units differ"
  cat "$text" unseen.txt >lines
  ids_of theirs.model ours_units.txt <lines >ids
  input=lines expect 0 '*' '' tokenizer encode --units ours_units.txt --spm ours.model
  cmp ids .out || fault "$*: ids differ"
}

for type in unigram bpe; do
  compare grid.txt $type 40
  compare grid.txt $type 57
  compare mixed.txt $type 150
  compare mixed.txt $type 400
done
finish
