#!/usr/bin/env bash
# transcribe_test.sh SOTTO SOURCE MODEL: transcribing, above all what cannot be transcribed: each clip has
# its line and its exit code, and the others of the same call are done.
sotto=$1 source=$2 model=$3
. "$(dirname "$0")/expect.sh"
[ -s "$model" ] || { echo "$model is missing"; exit 1; }
cd "$folder" || exit 1
good=$source/tests/data/grid/s1/bbaf2n.mp4
cp "$good" good.mp4

transcribe() {
  local wanted_code=$1 wanted_out=$2 wanted_err=$3
  shift 3
  expect "$wanted_code" "$wanted_out" "$wanted_err" transcribe --model "$model" "$@"
}

# y4m FRAMES: grey pictures without a face and without sound.
y4m() {
  echo "YUV4MPEG2 W64 H64 F25:1 Ip C420"
  for ((i = 0; i < $1; ++i)); do
    echo FRAME
    head -c 6144 /dev/zero | tr '\0' '\200'
  done
}

# What is right. A text of a toy model may be anything, also nothing.
for modality in auto a v av; do
  transcribe 0 '*' '^tiny: ' good.mp4 --modality $modality
  [ "$(wc -l <.out)" -eq 1 ] || fault "expected one line, got: $(cat .out)"
done
transcribe 0 $'^good\.mp4\t' '*' good.mp4 "$source/tests/data/grid/s5/bbal3s.mp4"
transcribe 0 '"version": ?1' '*' good.mp4 --format json --nbest 3
transcribe 0 '^WEBVTT' '*' good.mp4 --format vtt
transcribe 0 '*' '*' good.mp4 --method greedy --format ctm
transcribe 2 '' '--beam: the method greedy does not look at it; expected --method beam ctc_prefix rescoring$' \
  good.mp4 --method greedy --beam 3
transcribe 2 '' '--reverse-weight: the method beam does not look at it' good.mp4 --method beam --reverse-weight 0.3
transcribe 0 '*' '*' good.mp4 --format srt --out subtitles
transcribe 0 '^Object class = "TextGrid"$' '*' good.mp4 --format textgrid
transcribe 2 '' '--format textgrid of several clips needs --out DIR' good.mp4 cut.mp4 --format textgrid
[ -e subtitles/good.srt ] || fault "no subtitles/good.srt"
transcribe 0 '*' '*' good.mp4 --noise "$good" --snr -5 --modality a

# Long clips go window by window; a bar stands beside transcripts that go elsewhere.
transcribe 0 '"duration": 3.0' '*' good.mp4 --format json --window 1
grep -q '"piece"' .out || fault "no tokens in $(cat .out)"
transcribe 2 '' '--window' good.mp4 --window 0
mkdir other
cp good.mp4 other/
cp good.mp4 third.mp4
transcribe 1 '' 'other/good.mp4: named/good.txt holds the transcript of good.mp4' \
  good.mp4 other/good.mp4 third.mp4 --out named
grep -q '3/3' .err || fault "no progress in $(cat .err)"
[ -e named/third.txt ] || fault "the clip behind one of the same name was not done"

# Tensors: several clips in a file, under names of their own.
tensors() {
  local header='' name offset=0
  for name; do
    header+="${header:+,}\"$name\":{\"dtype\":\"F32\",\"shape\":[6400],\"data_offsets\":[$offset,$((offset + 25600))]}"
    offset=$((offset + 25600))
  done
  header="{$header}"
  printf "\\x$(printf %02x $((${#header} % 256)))\\x$(printf %02x $((${#header} / 256)))\0\0\0\0\0\0"
  printf %s "$header"
  head -c "$offset" /dev/zero
}
tensors one/input_wave two/input_wave >two.safetensors
transcribe 0 '"id": ?"two"' '*' two.safetensors --format json
transcribe 0 '*' '*' two.safetensors --format srt --out waves
[ -e waves/two.srt ] || fault "no subtitles of the second clip"
transcribe 2 '' '--format srt of several clips needs --out DIR' two.safetensors --format srt
transcribe 2 '' 'two.safetensors: --noise is for recordings' two.safetensors --noise "$good" --snr 0
tensors input_wave >nameless.safetensors
transcribe 0 '"id": ?"nameless"' '*' nameless.safetensors --format json
for name in ../out "$folder/out" x/..; do
  tensors "$name/input_wave" >evil.safetensors
  transcribe 1 '' "evil.safetensors: the clip's name '$name' cannot be that of a file under --out" evil.safetensors --out named/in
  [ -e named/out.txt ] || [ -e out.txt ] && fault "a file was written outside of --out"
done
transcribe 1 '*' 'other/good.mp4: good holds the transcript of good.mp4' good.mp4 other/good.mp4 --format ctm

# What is wrong.
echo "only words" >text.mp4
: >empty.mp4
head -c 50000 /dev/urandom >random.mp4
head -c 3000 good.mp4 >stub.mp4
y4m 30 >blank.y4m
for bad in text.mp4 empty.mp4 random.mp4 stub.mp4 blank.y4m missing.mp4; do
  transcribe 1 '' "(^|: )$bad: " $bad
  [ "$(grep -c "$bad" .err)" -eq 1 ] || fault "$bad: expected one line: $(cat .err)"
done
transcribe 1 '' 'blank.y4m: .*face' blank.y4m --modality v
transcribe 1 '' 'blank.y4m: .*(sound|audio)' blank.y4m --modality a
transcribe 1 $'^good.mp4\t' '*' text.mp4 empty.mp4 random.mp4 good.mp4 blank.y4m missing.mp4
for bad in text.mp4 empty.mp4 random.mp4 blank.y4m missing.mp4; do
  grep -q "$bad: " .err || fault "$bad was not named: $(cat .err)"
  grep -q "$bad" .out && fault "$bad failed and stands on stdout"
done

# A clip that breaks off: what decodes is transcribed, with a warning.
head -c $(($(wc -c <good.mp4) * 2 / 3)) good.mp4 >cut.mp4
transcribe 0 '*' 'cut.mp4: ' cut.mp4

# Models.
expect 1 '' '^sotto: missing.safetensors: ' transcribe good.mp4 --model missing.safetensors
head -c 30000 "$model" >damaged.safetensors
expect 1 '' '^sotto: damaged.safetensors: ' transcribe good.mp4 --model damaged.safetensors
lines_on_stderr 1
cp "$model" flipped.safetensors
printf '\377\377\377\377' | dd of=flipped.safetensors bs=1 seek=$(($(wc -c <"$model") - 400)) conv=notrunc 2>/dev/null
expect 1 '' '^sotto: flipped.safetensors: ' transcribe good.mp4 --model flipped.safetensors
expect 1 '' '^sotto: text.mp4: ' transcribe good.mp4 --model text.mp4
finish
