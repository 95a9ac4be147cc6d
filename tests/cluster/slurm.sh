# Sourced with `folder` set: starts two Slurm nodes that are daemons on this machine, in $folder/daemons. They go when
# the shell ends.

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
