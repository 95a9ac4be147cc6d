#!/usr/bin/env bash
# tests/soak/prepare.sh SOTTO FOLDER [DISTINCT [LINKS [KILLS]]]: a long run of sotto prepare, by hand.
#
# DISTINCT (500) clips of one second by synthetic talkers, each linked LINKS (20) times, are prepared four times: in
# one go, whose memory is watched; killed KILLS (20) times at random moments and continued; on a disk that
# fills up at a random moment, is made larger, and goes on (as root, who may mount one); and in three parts that are
# merged. The stores have to be the same byte for byte. Prints what it saw; ends with 1 if stores differ.
set -u
sotto=$(readlink -f "$1") folder=$2 distinct=${3:-500} links=${4:-20} kills=${5:-20}
mkdir -p "$folder" && cd "$folder" || exit 1
clips=$((distinct * links))
failed=0

say() { echo "$(date +%T) $*"; }

if [ ! -d corpus/1 ]; then
  "$sotto" synth --out made --layout folder --clips "$distinct" --talkers 25 --seconds 1 --size 144x144 2>/dev/null ||
    exit 1
  for ((i = 1; i <= links; ++i)); do
    mkdir -p corpus && cp -al made "corpus/$i"
  done
fi
say "$(find corpus -name '*.mp4' | wc -l) clips"

prepare() {  # STORE [MORE]: in the foreground
  "$sotto" prepare folder --root corpus --out "$@" 2>>"log-$(basename "$1")"
}

sums() {  # all that a store holds
  (cd "$1" && find . -type f ! -name '.lock*' | LC_ALL=C sort | xargs sha256sum | sha256sum)
}

same() {
  if [ "$(sums "$1")" = "$(sums whole)" ]; then
    say "$1: the same as in one go, byte for byte"
  else
    say "$1: DIFFERS from one go"
    failed=1
  fi
}

rm -rf whole killed parts log-*
begin=$(date +%s)
"$sotto" prepare folder --root corpus --out whole 2>log-whole &
job=$!
: >memory
while kill -0 "$job" 2>/dev/null; do
  sed -nE 's/^VmRSS:\s+([0-9]+) kB/\1/p' "/proc/$job/status" 2>/dev/null >>memory
  sleep 2
done
wait "$job" || say "in one go: exit code $?"
say "in one go: $clips clips in $(($(date +%s) - begin)) s"
awk '{ all[NR] = $1 / 1024 } END { for (k = 1; k <= 8; ++k) printf "%.0f ", all[int((NR - 1) * k / 8) + 1]; print "MiB resident in the course of the run" }' memory

for ((i = 1; i <= kills; ++i)); do
  "$sotto" prepare folder --root corpus --out killed 2>>log-killed >/dev/null &
  job=$!
  sleep "$((RANDOM % (clips / kills / 60 + 1) + 1)).$((RANDOM % 10))"
  kill -9 "$job" 2>/dev/null
  wait "$job" 2>/dev/null
done
say "killed $kills times with $(cat killed/journal.jsonl 2>/dev/null | wc -l) clips done"
prepare killed >/dev/null
same killed

for k in 3 1 2; do
  prepare parts --shard "$k/3" >/dev/null &
done
wait
"$sotto" prepare --merge --out parts
same parts

if [ "$(id -u)" -eq 0 ] && mkdir -p disk && mount -t tmpfs -o size=1m none disk 2>/dev/null; then
  needed=$(du -sm whole | cut -f1)
  size=$((needed * (20 + RANDOM % 60) / 100 + 1))
  mount -o remount,size=${size}m disk
  prepare disk/store >/dev/null
  say "a disk of $size of $needed MB: exit code $?, $(tail -1 log-store)"
  mount -o remount,size=$((needed * 2))m disk
  prepare disk/store >/dev/null
  say "made larger and continued: exit code $?"
  same disk/store
  umount disk
else
  say "no full disk tried: it needs root and mount"
fi
exit $failed
