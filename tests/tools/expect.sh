# Helpers of the scripts that run the program: source this with $sotto set.
[ -x "$sotto" ] || { echo "$sotto: no such program"; exit 1; }
sotto=$(readlink -f "$sotto")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
faults=0

fault() {
  printf 'FAILED: %s\n' "$*"
  faults=$((faults + 1))
}

# expect CODE STDOUT STDERR ARGUMENTS...: runs sotto and compares its exit code, and its outputs
# with extended regular expressions ("" = nothing was printed, "*" = anything). Standard input is
# the file $input, nothing if that is not set.
expect() {
  wanted_code=$1 wanted_out=$2 wanted_err=$3
  shift 3
  "$sotto" "$@" >"$folder/.out" 2>"$folder/.err" <"${input:-/dev/null}"
  code=$?
  [ "$code" -eq "$wanted_code" ] || fault "sotto $*: exit code $code, expected $wanted_code"
  matches "$wanted_out" "$folder/.out" || fault "sotto $*: on stdout: $(cat "$folder/.out")"
  matches "$wanted_err" "$folder/.err" || fault "sotto $*: on stderr: $(cat "$folder/.err")"
}

matches() {
  case $1 in
    '*') ;;
    '') [ ! -s "$2" ] ;;
    *) grep -qE -- "$1" "$2" ;;
  esac
}

# lines_on_stderr N: so many lines did the last run print there.
lines_on_stderr() {
  [ "$(wc -l <"$folder/.err")" -eq "$1" ] ||
    fault "expected $1 line(s) on stderr, got: $(cat "$folder/.err")"
}

finish() {
  [ "$faults" -eq 0 ] && echo "all as expected"
  [ "$faults" -eq 0 ]
}
