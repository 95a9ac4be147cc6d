#!/usr/bin/env bash
# peers_torch_test.sh SOTTO FIXTURES: what `sotto export` writes, torch.load gives back as the
# checkpoint that `sotto import` read, tensor for tensor. Leaves with 77 (skipped) where PyTorch's
# Python module or the fixtures are missing.
. "$(dirname "$0")/with_torch.sh"
[ -d "$2/avsr_video" ] || { echo "skipped: no fixtures"; exit 77; }

"$python" - "$1" "$2" "$folder" <<'EOF'
import collections, os, subprocess, sys
import torch
from torch_checkpoints import checkpoints, compare, state_dict

sotto, fixtures, folder = sys.argv[1:]
compared = 0
for path in checkpoints(fixtures):
    model, copy = os.path.join(folder, "model.safetensors"), os.path.join(folder, "copy.pth")
    command = [sotto, "import", path, "--out", model]
    if "ebranchformer/" in path:
        command += ["--config", os.path.join(os.path.dirname(path), "configs.json")]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    subprocess.run([sotto, "export", model, "--out", copy], check=True, stderr=subprocess.DEVNULL)
    wanted, got = state_dict(path), torch.load(copy)
    assert type(got) is collections.OrderedDict, type(got)
    if "lrw_frontend" in path:  # the word classifier behind it is not taken
        wanted = {n: v for n, v in wanted.items() if n.startswith(("trunk.", "frontend3D."))}
    assert sorted(wanted) == sorted(got), (path, set(wanted) ^ set(got))
    compared += compare(path, wanted, got)
assert compared > 0
print(compared, "tensors compared")
EOF
