#!/usr/bin/env bash
# tests/soak/rate_copies.sh COMPARE_RATES FOLDER CLIP...: copies of each clip at 29.97, 30 and 50 frames/s and with
# pictures left out at random (times of the others kept), and how far lips and sound of each are from the original's times
# (the target compare_rates). By hand; needs the program ffmpeg. Ends with 1 if a copy is more than a frame off.
set -u
compare=$(readlink -f "$1") folder=$2
shift 2
mkdir -p "$folder"
code=0
for clip; do
  name=$(basename "$(dirname "$clip")")-$(basename "${clip%.*}")
  copies=()
  # make RATE OPTIONS...
  make() {
    local copy=$folder/$name-$1.mp4
    shift
    ffmpeg -v error -y -i "$clip" "$@" -c:v libx264 -crf 16 -c:a aac -b:a 128k "$copy" </dev/null ||
      { echo "ffmpeg cannot make $copy" && exit 1; }
    copies+=("$copy")
  }
  make 29.97 -r 30000/1001
  make 30 -r 30
  make 50 -r 50
  # A quarter of the pictures is left out, never two in a row: what is shown is a frame old at most.
  make variable -vf "select='st(0,eq(n,0)+ld(1)+gt(random(2),0.3));st(1,eq(ld(0),0));ld(0)'" -vsync vfr
  "$compare" "$clip" "${copies[@]}" || code=1
done
exit $code
