#!/usr/bin/env bash
# tests/cluster/prepare.sh SOTTO FOLDER: prepares a small synthetic corpus under mpirun with two processes, and on two
# Slurm nodes that are daemons on this machine, and compares with one process. By hand, as root; needs the packages
# openmpi-bin, munge, slurmctld, slurmd, slurm-client. Ends with 1 if stores differ.
set -u
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

# A private munge, a controller and two nodes of one name each, without systemd.
mkdir -p daemons/{state,n1,n2,log} && cd daemons || exit 1
head -c 1024 /dev/urandom >key && chmod 400 key
host=$(hostname -s)
cat >slurm.conf <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
AuthType=auth/munge
AuthInfo=socket=$PWD/munge.socket
CredType=cred/munge
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/%n
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.%n.pid
SlurmctldLogFile=$PWD/log/slurmctld
SlurmdLogFile=$PWD/log/slurmd.%n
SlurmUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=16818 CPUs=1
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=16819 CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES State=UP
CONF
export SLURM_CONF=$PWD/slurm.conf
chmod 755 "$folder" "$PWD"
munged --force --key-file="$PWD/key" --socket="$PWD/munge.socket" --pid-file="$PWD/munged.pid" \
  --log-file="$PWD/log/munged" --seed-file="$PWD/seed"
slurmctld
for node in n1 n2; do slurmd -N "$node"; done
trap 'kill $(cat "$folder"/daemons/*.pid 2>/dev/null) 2>/dev/null' EXIT
for ((i = 0; i < 30; ++i)); do
  sinfo -h -o '%T %D' 2>/dev/null | grep -q 'idle 2' && break
  sleep 1
done
sinfo
cd "$folder" || exit 1
srun -N 2 -n 2 "$sotto" prepare folder --root corpus --out slurm --jobs 1 2>/dev/null
compare slurm
exit $failed
