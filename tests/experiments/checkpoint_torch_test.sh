#!/usr/bin/env bash
# checkpoint_torch_test.sh COPY_CHECKPOINT FIXTURES: what we write, torch.load reads; what torch.save
# writes, we read. Leaves with 77 (skipped) where PyTorch's Python module is missing.
. "$(dirname "$0")/with_torch.sh"

"$python" - "$1" "$2" "$folder" <<'EOF'
import collections, os, subprocess, sys
import torch
from torch_checkpoints import checkpoints, compare, state_dict

program, fixtures, folder = sys.argv[1:]
compared = 0


def check(path):
    global compared
    copy = os.path.join(folder, "copy.pth")
    subprocess.run([program, path, copy], check=True)
    wanted, got = state_dict(path), torch.load(copy)
    assert type(got) is collections.OrderedDict, type(got)
    assert list(wanted) == list(got), path
    compared += compare(path, wanted, got)


torch.manual_seed(0)
dtypes = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32,
          torch.int16, torch.int8, torch.uint8, torch.bool]
tensors = {}
for dtype in dtypes:
    name = str(dtype).split(".")[1]
    base = (torch.randn(6, 5, 4) * 50).to(dtype)
    tensors.update({
        name: base,
        name + ".scalar": base[0, 0, 0].clone(),
        name + ".empty": base[:0].clone(),
        name + ".transposed": base.transpose(0, 2),
        name + ".slice": base[1::2, :, 1:3],
        name + ".expanded": base[:, :1].expand(6, 7, 4),
        name + ".diagonal": base.diagonal(),
        name + ".overlapping": torch.as_strided(base, (9, 3), (2, 1), 5),
    })
tensors["parameter"] = torch.nn.Parameter(torch.randn(3))
tensors["epoch"] = 3
for legacy in (False, True):
    path = os.path.join(folder, f"made-{legacy}.pth")
    torch.save(tensors, path, _use_new_zipfile_serialization=not legacy)
    check(path)

module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
path = os.path.join(folder, "module.pth")
torch.save(module.state_dict(), path)
check(path)
module.load_state_dict(torch.load(os.path.join(folder, "copy.pth")))

for path in checkpoints(fixtures):
    check(path)
print(compared, "tensors compared")
EOF
