#!/usr/bin/env bash
# tests/soak/damaged_media.sh READ_MEDIA CLIP FOLDER [COPIES]: a clip in ten containers and codecs, each COPIES (50)
# times damaged (half cut off somewhere, half with bytes changed), is read by the target read_media, best built
# with the preset asan. By hand; needs the program ffmpeg. Ends with 1 if reading crashed or hung.
set -u
reader=$(readlink -f "$1") clip=$(readlink -f "$2") folder=$3 copies=${4:-50}
mkdir -p "$folder" && cd "$folder" || exit 1
rm -f whole.* bad-* part-* read-*

# make FILE OPTIONS...
make() {
  local file=$1
  shift
  ffmpeg -v error -y -i "$clip" -t 2 "$@" "$file" || { echo "ffmpeg cannot make $file"; rm -f "$file"; }
}
make whole.mp4 -c:v libx264 -c:a aac
make whole.mkv -c:v ffv1 -c:a flac
make whole.mpg -c:v mpeg1video -c:a mp2
make whole.avi -c:v mpeg4 -c:a libmp3lame
make whole.webm -c:v libvpx-vp9 -deadline realtime -c:a libopus
make whole.mov -c:v libx265 -x265-params log-level=error -c:a pcm_s16le
make whole.ts -c:v mpeg2video -c:a ac3
make whole.flv -c:v flv1 -ar 22050 -c:a libmp3lame
make whole.3gp -c:v h263 -s 352x288 -c:a aac
make whole.ogv -c:v libtheora -c:a libvorbis

RANDOM=1
number() { echo $(((RANDOM * 32768 + RANDOM) % $1)); }
for file in whole.*; do
  size=$(stat -c %s "$file")
  for ((i = 0; i < copies; ++i)); do
    copy=bad-$i-${file#whole.}.${file##*.}
    if ((i % 2 == 0)); then
      head -c "$(number "$size")" "$file" >"$copy"
    else
      cp "$file" "$copy"
      for ((k = 0; k < 1 + i; ++k)); do
        # Every third byte in the first kilobyte, where headers are.
        at=$(((k % 3 == 0) ? $(number 1024) : $(number "$size")))
        printf "\\x$(printf %02x $((RANDOM % 256)))" | dd of="$copy" bs=1 seek="$at" conv=notrunc status=none
      done
    fi
  done
done
echo "$(ls bad-* | wc -l) damaged files of $(ls whole.* | wc -l) kinds"
# A reader for each core, every one with its share of each kind.
readers=$(nproc)
code=0
pids=()
for ((k = 0; k < readers; ++k)); do
  ls whole.* bad-* | awk -v n="$readers" -v k="$k" 'NR % n == k' >part-$k.txt
  xargs timeout 7200 "$reader" <part-$k.txt >read-$k.log 2>read-$k.err &
  pids+=($!)
done
for pid in "${pids[@]}"; do
  wait "$pid" || code=$?
done
tail -qn 1 read-*.log
cat read-*.log | grep -v ' frames\| gave an utterance' | sed -E 's/^[^:]*: //; s/[0-9.]+/N/g' | sort | uniq -c | sort -rn | head -12
if [ $code -ne 0 ] || grep -q 'ERROR: AddressSanitizer\|runtime error' read-*.err; then
  echo "FAILED: exit code $code; see $PWD/read-*.err"
  exit 1
fi
echo "no crash, no hang, nothing from the sanitizers"
