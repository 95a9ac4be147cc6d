#!/usr/bin/env bash
# rover_test.sh SOTTO: `sotto rover`, from files to files.
sotto=$1
. "$(dirname "$0")/expect.sh"
cd "$folder" || exit 1

printf 'a 1 0 1 bin 0.9\na 1 1 1 blue 0.2\nb 1 0 1 set 0.9\n' >x.ctm
printf 'a 1 0 1 bin 0.9\na 1 1 1 red 0.9\nb 1 0 1 set 0.9\n' >y.ctm
cat >z.json <<'EOF'
{"version": 1, "clips": [{"id": "a", "path": "dir/a.mp4", "text": "bin blue", "words": [
  {"word": "bin", "start": 0, "end": 1, "confidence": 0.6},
  {"word": "blue", "start": 1, "end": 2, "confidence": 0.4}]}]}
EOF
expect 0 '^a 1 1.000 1.000 blue 0.3000$' '^z.json: no clip b; it has no vote there$' \
  rover x.ctm y.ctm z.json
lines_on_stderr 1
expect 0 '^a 1 1.000 1.000 red 0.9000$' '*' rover x.ctm y.ctm z.json --method maximum --alpha 0.3
expect 0 $'^a\tbin blue$' '*' rover x.ctm y.ctm z.json --format text
expect 0 '^dir/a.mp4.bin blue$' '*' rover z.json y.ctm x.ctm --format text
expect 0 '"version": 1' '*' rover x.ctm y.ctm z.json --format json
expect 0 '' '*' rover x.ctm y.ctm z.json --out fused.ctm
expect 0 '' '*' rover x.ctm y.ctm z.json --format json --out fused.json
"$sotto" rover fused.json fused.ctm 2>/dev/null | cmp - fused.ctm || fault "its own output is not read"
printf 'm 1 0 2 你好\n' >p.ctm
printf 'm 1 0 2 你们\n' >q.ctm
printf 'm 1 0 2 他好\n' >r.ctm
expect 0 '^你好$' '' rover p.ctm q.ctm r.ctm --units characters --format text

expect 2 '' '^sotto: rover: SYSTEM is required$' rover
expect 2 '' '^sotto: rover: expected two SYSTEMs or more$' rover x.ctm
expect 2 '' "--alpha: expected a number from 0 to 1, got '2'" rover x.ctm y.ctm --alpha 2
expect 2 '' '--method maximum needs --alpha; without it only votes count' \
  rover x.ctm y.ctm --method maximum
expect 2 '' '--null-confidence needs --alpha below 1' rover x.ctm y.ctm --null-confidence 0.5
expect 1 '' '^sotto: none: cannot read: No such file or directory$' rover x.ctm none
expect 1 '' "^sotto: p.ctm: clip m: no confidence for '你好'; " rover x.ctm p.ctm --alpha 0.5
expect 1 '' '^sotto: x.ctm#av: only a report of sotto evaluate has results to choose$' rover x.ctm#av y.ctm
echo 'only words' >words
expect 1 '' '^sotto: words:1: expected FILE CHANNEL START DURATION WORD' rover x.ctm words
[ -e no.ctm ] && fault "a failure left a file"
expect 1 '' '^sotto: no/where: ' rover x.ctm y.ctm --out no/where
"$sotto" rover x.ctm y.ctm >/dev/full 2>.err && fault "a full disk under rover went unnoticed"
grep -q '^sotto: standard output: cannot write$' .err || fault "a full disk went unsaid: $(cat .err)"
cmp <("$sotto" rover <(cat x.ctm) y.ctm 2>/dev/null) <("$sotto" rover x.ctm y.ctm 2>/dev/null) ||
  fault "a pipe is read as another system"
finish
