#!/usr/bin/env bash
# tests/cluster/prepare.sh SOTTO FOLDER: prepares a small synthetic corpus under mpirun with two processes, and on two
# Slurm nodes that are daemons on this machine, and compares with one process. By hand, as root; needs the packages
# openmpi-bin, munge, slurmctld, slurmd, slurm-client. Ends with 1 if stores differ.
set -u
here=$(dirname "$(readlink -f "$0")")
sotto=$(readlink -f "$1") folder=$2
mkdir -p "$folder" && cd "$folder" && folder=$PWD || exit 1
failed=0
rm -rf corpus one mpi slurm daemons
"$sotto" synth --out corpus --clips 12 --seconds 1 --size 144x144 2>/dev/null || exit 1
"$sotto" prepare folder --root corpus --out one 2>/dev/null

compare() {  # STORE
  "$sotto" prepare --merge --out "$1" || failed=1
  if diff -r --exclude '.lock*' one "$1"; then
    echo "$1: the same as one process"
  else
    failed=1
  fi
}

mpirun --allow-run-as-root --oversubscribe -np 2 "$sotto" prepare folder --root corpus --out mpi --jobs 1 2>/dev/null
compare mpi

. "$here/slurm.sh"
cd "$folder" || exit 1
srun -N 2 -n 2 "$sotto" prepare folder --root corpus --out slurm --jobs 1 2>/dev/null
compare slurm
exit $failed
