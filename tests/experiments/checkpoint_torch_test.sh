#!/usr/bin/env bash
# checkpoint_torch_test.sh COPY_CHECKPOINT FIXTURES: what we write, torch.load reads; what torch.save
# writes, we read. Leaves with 77 (skipped) where PyTorch's Python module is missing.
program=$1
fixtures=$2
for python in python3 /usr/bin/python3; do
  "$python" -c 'import torch' 2>/dev/null && break
  python=
done
[ -n "$python" ] || { echo "skipped: no python3-torch"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" - "$program" "$fixtures" "$folder" <<'EOF'
import collections, glob, os, subprocess, sys, warnings
import torch

warnings.filterwarnings("ignore")
program, fixtures, folder = sys.argv[1:]
compared = 0


def state_dict(path):
    loaded = torch.load(path, map_location="cpu")
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if any(name.startswith("model.") for name in loaded):
        loaded = {name[6:]: value for name, value in loaded.items() if name.startswith("model.")}
    return {name: value for name, value in loaded.items() if torch.is_tensor(value)}


def check(path):
    global compared
    copy = os.path.join(folder, "copy.pth")
    subprocess.run([program, path, copy], check=True)
    wanted, got = state_dict(path), torch.load(copy)
    assert type(got) is collections.OrderedDict, type(got)
    assert list(wanted) == list(got), path
    for name, tensor in wanted.items():
        assert got[name].dtype == tensor.dtype, (path, name)
        assert got[name].shape == tensor.shape, (path, name)
        assert got[name].is_contiguous(), (path, name)
        assert torch.equal(got[name], tensor), (path, name)
        compared += 1


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

for path in sorted(glob.glob(fixtures + "/*/*")):
    if path.endswith((".pth", ".pt", ".tar", ".ckpt", ".best")) or "snapshot" in path:
        try:
            state_dict(path)
        except ModuleNotFoundError:  # a file that Python can read with the peer's modules only
            continue
        check(path)
print(compared, "tensors compared")
EOF
