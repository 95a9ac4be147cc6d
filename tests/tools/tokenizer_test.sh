#!/usr/bin/env bash
# tokenizer_test.sh SOTTO: `sotto tokenizer`, from texts to vocabularies, ids and back.
sotto=$1
. "$(dirname "$0")/expect.sh"
. "$(dirname "$0")/grid_sentences.sh"
cd "$folder" || exit 1

expect 2 '' '^sotto: tokenizer: ACTION is required$' tokenizer
expect 2 '' "^sotto: tokenizer: expected one of train, encode, decode, got 'x'$" tokenizer x
expect 2 '' '^sotto: tokenizer train: TEXT is required$' tokenizer train
expect 2 '' '^sotto: tokenizer train: --out is required$' tokenizer train text
expect 2 '' "expected one of unigram, bpe, characters, got 'w'" tokenizer train t --out o --type w
expect 2 '' "--size: expected a whole number, 4 or more, got '3'" tokenizer train t --out o --size 3
expect 2 '' '^sotto: tokenizer encode: --units is required$' tokenizer encode
expect 2 '' '--unit: unknown option; did you mean --units\?$' tokenizer decode --unit f
for action in train encode decode; do
  expect 0 "^Usage: sotto tokenizer $action" '' tokenizer "$action" --help
done

grid_sentences >grid.txt
first=$(head -n 1 grid.txt)

# Word pieces of both kinds.
for type in unigram bpe; do
  expect 0 '' "^$type"'_units.txt: [0-9]+ units$' tokenizer train grid.txt --type $type --size 50 \
    --out $type
  [ -s $type.model ] || fault "$type.model is missing"
  head -n 1 ${type}_units.txt | grep -qx '<unk> 1' || fault "$type: <unk> is not the first unit"
  sed 's/ [0-9]*$//' ${type}_units.txt | tail -n +2 | LC_ALL=C sort -cu || fault "$type: order"
  files=(--units ${type}_units.txt --spm $type.model)
  input=grid.txt expect 0 '^[0-9]+( [0-9]+)*$' '' tokenizer encode "${files[@]}"
  cp .out ids
  grep -qwE '0|1' ids && fault "$type: the text it was trained on has unknown pieces"
  input=ids expect 0 "^$first$" '' tokenizer decode --units ${type}_units.txt
  cmp -s .out grid.txt || fault "$type: the text did not come back"
done
expect 1 '' 'the text gives at most 57 pieces, got size 58; take a smaller size or more text$' \
  tokenizer train grid.txt --size 58 --out none
expect 1 '' 'the characters of the text alone are [0-9]+ pieces, got size 9; take a larger size$' \
  tokenizer train grid.txt --size 9 --out none --type bpe
[ -e none.model ] || [ -e none_units.txt ] && fault "a training that failed left files"

# Several texts are one; the same text gives the same bytes.
head -n 800 grid.txt >one.txt && tail -n +801 grid.txt >two.txt
expect 0 '' '*' tokenizer train one.txt two.txt --size 50 --out unigram2
cmp unigram.model unigram2.model || fault "two halves gave another model than the whole"

# Of a store's manifest, the parts that are asked for.
for part in train:ab pretrain:c test:z; do
  printf '{"id":"%s","split":"%s","text":"%s"}\n' "$part" "${part%:*}" "${part#*:}"
done >store.jsonl
expect 0 '' '^m_units.txt: 5 units$' tokenizer train store.jsonl --type characters --out m
expect 0 '' '^m_units.txt: 4 units$' \
  tokenizer train store.jsonl --split train,pretrain --type characters --out m
grep -q '^z ' m_units.txt && fault "the test's characters are in the vocabulary"
expect 1 '' "^sotto: store.jsonl: it has no utterances of the split 'valid'$" \
  tokenizer train store.jsonl --split train,valid --type characters --out m
expect 2 '' 'grid.txt: a text has no splits' tokenizer train grid.txt --split train --out m

# Characters.
printf 'caf\xc3\xa9 b\x13c\r\n\n' >text
expect 0 '' '^c_units.txt: 8 units$' tokenizer train text --type characters --out c
[ -e c.model ] && fault "characters have no model"
printf '<unk> 1\n<space> 3\n' | grep -qvxf c_units.txt && fault "c_units.txt: $(cat -A c_units.txt)"
printf 'b\x13 z\n\nf\n' >lines
input=lines expect 0 '^5 2 3 1$' '' tokenizer encode --units c_units.txt
printf '5 2 3 1\n\n7\n' | cmp - .out || fault "an empty line is an empty line"
expect 2 '' '--size goes with --type unigram or bpe$' tokenizer train text --type characters \
  --size 9 --out c

# What cannot be used is named in one line, and in the line it stands in.
printf 'a 1\na 2\n' >twice.txt
expect 1 '' '^sotto: twice.txt:2: this unit stood in line 1$' tokenizer encode --units twice.txt
expect 1 '' '^sotto: none.txt: cannot read: No such file' tokenizer encode --units none.txt
expect 1 '' '^sotto: none.txt: cannot read: No such file' tokenizer train none.txt --out n
expect 1 '' 'expected lines of text, got none$' tokenizer train /dev/null --out n
printf '\xe3\x80\x80\n \n' >blank.txt
expect 1 '' 'expected lines of text, got none$' tokenizer train blank.txt --out n
expect 0 '' '/new/n_units.txt: 44 units' tokenizer train grid.txt --size 50 --out "$folder/new/n"
printf 'good\nb\xc3d\n' >broken.txt
expect 1 '' '^sotto: broken.txt:2: expected UTF-8$' tokenizer train broken.txt --out n
input=broken.txt expect 1 '*' '^sotto: standard input:2: expected UTF-8$' tokenizer encode \
  --units unigram_units.txt --spm unigram.model
input=grid.txt expect 1 '' "^sotto: standard input:1: text '$first': expected a SentencePiece model" \
  tokenizer encode --units unigram_units.txt
expect 1 '' '^sotto: SentencePiece model: expected the bytes of a .model file, got others$' \
  tokenizer encode --units unigram_units.txt --spm grid.txt
lines_on_stderr 1
printf '1 x\n' >ids
input=ids expect 1 '' "^sotto: standard input:1: expected ids with blanks between, got 'x'$" \
  tokenizer decode --units c_units.txt
printf '1\n10\n' >ids
input=ids expect 1 '*' '^sotto: standard input:2: token id: expected 0 to 9, got 10$' \
  tokenizer decode --units c_units.txt
"$sotto" tokenizer decode --units c_units.txt <lines >/dev/full 2>/dev/null &&
  fault "a full disk went unnoticed"

# Without LibTorch, so in milliseconds.
TIMEFORMAT='%U %S'
took=$({ time for _ in 1 2 3 4 5 6 7 8 9 10; do
  head -n 1 grid.txt | "$sotto" tokenizer encode --units bpe_units.txt --spm bpe.model >/dev/null
done; } 2>&1)
awk -v took="$took" 'BEGIN { split(took, s, " "); exit s[1] + s[2] >= 2 }' ||
  fault "ten times encode took $took seconds of user and system time"
finish
