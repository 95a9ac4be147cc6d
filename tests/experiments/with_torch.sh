# To be sourced: leaves with 77 (skipped) where PyTorch's Python module is missing. Sets $python, which
# finds torch_checkpoints.py, and $folder, which goes when the script ends.
for python in python3 /usr/bin/python3; do
  "$python" -c 'import torch' 2>/dev/null && break
  python=
done
[ -n "$python" ] || { echo "skipped: no python3-torch"; exit 77; }
export PYTHONPATH=${BASH_SOURCE[0]%/*} PYTHONDONTWRITEBYTECODE=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
