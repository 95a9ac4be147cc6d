#!/usr/bin/env bash
# tests/soak/long_recording.sh SOTTO FOLDER PER CLIP...: files of PER clips each and one of all of them, in the order given;
# how the words of the whole differ from those of the files, and time and memory, with lips and by sound alone. By hand;
# needs the programs ffmpeg, ffprobe and /usr/bin/time. Sound is cut and filled to the pictures, so that all lie on one grid,
# files are of whole sixties of pictures: on every sixtieth faces are found anew.
set -eu
sotto=$(readlink -f "$1") folder=$2 per=$3
shift 3
mkdir -p "$folder"
folder=$(readlink -f "$folder")
files=0
: >"$folder/whole.txt"
while [ $# -gt 0 ]; do
  part=$folder/part$files
  : >"$part.txt"
  : >"$part.pcm"
  frames=0
  for clip in "${@:1:$per}"; do
    clip=$(readlink -f "$clip")
    count=$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 "$clip" | tr -d ,)
    ffmpeg -v error -i "$clip" -vn -ac 1 -ar 16000 -af aresample=async=1:first_pts=0,apad -t "$(((count * 40) / 1000)).$(printf %03d $((count * 40 % 1000)))" \
      -f s16le - </dev/null >>"$part.pcm"
    echo "file '$clip'" >>"$part.txt"
    frames=$((frames + count))
  done
  frames=$((frames - frames % 60))
  truncate -s $((frames * 1280)) "$part.pcm"
  ffmpeg -v error -y -f concat -safe 0 -i "$part.txt" -f s16le -ar 16000 -ac 1 -i "$part.pcm" -map 0:v -map 1:a \
    -vf setpts=N/25/TB -frames:v "$frames" -r 25 -c:v libx264 -preset superfast -bf 0 -crf 16 -c:a pcm_s16le "$part.mkv" </dev/null
  echo "file '$part.mkv'" >>"$folder/whole.txt"
  files=$((files + 1))
  shift "$((per < $# ? per : $#))"
done
ffmpeg -v error -y -f concat -safe 0 -i "$folder/whole.txt" -c copy "$folder/whole.mkv" </dev/null
ffmpeg -v error -y -i "$folder/whole.mkv" -t 60 -c copy "$folder/minute.mkv" </dev/null
for modality in av a; do
  for ((k = 0; k < files; ++k)); do "$sotto" transcribe --modality $modality "$folder/part$k.mkv"; done \
    2>/dev/null | tr '\n' ' ' >"$folder/parts.trn"
  /usr/bin/time -f "$modality: %e s, %M kB" -o "$folder/cost" \
    "$sotto" transcribe --modality $modality "$folder/whole.mkv" 2>/dev/null | tr '\n' ' ' >"$folder/whole.trn"
  echo "(whole)" | tee -a "$folder/parts.trn" >>"$folder/whole.trn"
  cat "$folder/cost"
  /usr/bin/time -f "its first minute: %e s, %M kB" "$sotto" transcribe --modality $modality "$folder/minute.mkv" 2>&1 >"$folder/minute.txt" | tail -n 1
  "$sotto" score "$folder/parts.trn" "$folder/whole.trn" | head -n 2
done
