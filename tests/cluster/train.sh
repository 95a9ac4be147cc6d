#!/usr/bin/env bash
# tests/cluster/train.sh SOTTO FOLDER: trains the tiny network on synthetic clips in one process, and in two under
# --processes, under mpirun, on two Slurm nodes that are daemons on this machine, and in two network namespaces as two
# hosts; kills one of two and goes on with three. The losses have to be those of one process. By hand, as root; needs the
# packages openmpi-bin, munge, slurmctld, slurmd, slurm-client, iproute2. Ends with 1 if they are not.
set -u
here=$(dirname "$(readlink -f "$0")")
sotto=$(readlink -f "$1") folder=$2
mkdir -p "$folder" && cd "$folder" && folder=$PWD || exit 1
failed=0
rm -rf corpus store one two mpi slurm hosts killed daemons
"$sotto" synth --out corpus --clips 12 --seconds 1 --size 144x144 2>/dev/null || exit 1
"$sotto" prepare folder --root corpus --out store 2>/dev/null || exit 1

# Dropout draws differ from process to process, so that regularisers stay off.
epochs=6
train() {  # RUN ARGUMENTS
  local run=$1
  shift
  "$sotto" train "$here/../tools/tiny.yaml" data.store="$folder/store" stages.0.epochs=$epochs \
    stages.0.regularise_after=1 --out "$folder/$run" --threads 1 "$@"
}
export -f train
export here sotto folder epochs

losses() { grep -o '"total":[-0-9.e+]*' "$1/log.jsonl" | cut -d: -f2; }
compare() {  # RUN
  if paste <(losses one) <(losses "$1") | awk '
      { d = ($1 - $2) / $1; if (d < 0) d = -d; if (d > worst) worst = d; if (NF != 2) bad = 1; ++lines }
      END { printf "largest relative difference of %d losses: %.1e\n", lines, worst; exit bad || !lines || worst > 1e-4 }'; then
    echo "$1: the same as one process"
  else
    echo "$1: NOT the same as one process"
    failed=1
  fi
}

train one 2>one.log || { tail -3 one.log; exit 1; }
train two --processes 2 2>two.log || tail -3 two.log
compare two
mpirun --allow-run-as-root --oversubscribe -np 2 bash -c 'train mpi' 2>mpi.log || tail -3 mpi.log
compare mpi

# Two hosts that know nothing of each other but one cable.
ip netns add sotto1 && ip netns add sotto2 || exit 1
trap 'ip netns del sotto1; ip netns del sotto2' EXIT
ip link add cable1 netns sotto1 type veth peer name cable2 netns sotto2
for i in 1 2; do
  ip -n sotto$i addr add 10.77.0.$i/24 dev cable$i
  ip -n sotto$i link set cable$i up
  ip -n sotto$i link set lo up
done
export WORLD_SIZE=2 MASTER_ADDR=10.77.0.1 MASTER_PORT=29777
RANK=1 ip netns exec sotto2 bash -c 'train hosts' 2>host2.log &
RANK=0 ip netns exec sotto1 bash -c 'train hosts' 2>host1.log || tail -3 host1.log host2.log
wait $!
unset WORLD_SIZE MASTER_ADDR MASTER_PORT
compare hosts

# One is killed in the middle; three go on.
train killed --processes 2 2>killed.log &
for ((i = 0; i < 600; ++i)); do
  grep -qs '"total"' killed/log.jsonl && break
  sleep 0.1
done
children=($(pgrep -P "$(pgrep -P $! -f 'sotto train' || echo $!)"))
kill -9 "${children[1]}"
wait $!
code=$?
echo "killed: exit code $code (75: can go on)"
[ $code -eq 75 ] || failed=1
tail -2 killed.log
train killed --resume --processes 3 2>>killed.log || tail -3 killed.log
compare killed

. "$here/slurm.sh"
trap 'kill $(cat "$folder"/daemons/*.pid 2>/dev/null) 2>/dev/null; ip netns del sotto1; ip netns del sotto2' EXIT
cd "$folder" || exit 1
# The two nodes are one machine whose other names nobody knows.
MASTER_ADDR=127.0.0.1 srun -N 2 -n 2 bash -c 'train slurm' 2>slurm.log || tail -3 slurm.log
compare slurm
exit $failed
