#!/usr/bin/env bash
# peers_torch_test.sh SOTTO FIXTURES: what `sotto export` writes, torch.load gives back as the
# checkpoint that `sotto import` read, tensor for tensor. Leaves with 77 (skipped) where PyTorch's
# Python module or the fixtures are missing.
sotto=$1
fixtures=$2
for python in python3 /usr/bin/python3; do
  "$python" -c 'import torch' 2>/dev/null && break
  python=
done
[ -n "$python" ] || { echo "skipped: no python3-torch"; exit 77; }
[ -d "$fixtures/avsr_video" ] || { echo "skipped: no fixtures"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" - "$sotto" "$fixtures" "$folder" <<'EOF'
import collections, glob, os, subprocess, sys, types, warnings
import torch

warnings.filterwarnings("ignore")
sotto, fixtures, folder = sys.argv[1:]
compared = 0


class Anything:
    """Stands for the classes of modules that are not installed here."""

    def __init__(self, *arguments, **named):
        pass

    def __setstate__(self, state):
        pass

    def __call__(self, *arguments):
        return self


class StandIn(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything


def load(path):
    while True:
        try:
            return torch.load(path, map_location="cpu")
        except ModuleNotFoundError as missing:
            sys.modules[missing.name] = StandIn(missing.name)


def state_dict(path):
    loaded = load(path)
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if any(name.startswith("model.") for name in loaded):
        loaded = {name[6:]: value for name, value in loaded.items() if name.startswith("model.")}
    return {name: value for name, value in loaded.items() if torch.is_tensor(value)}


for path in sorted(glob.glob(fixtures + "/*/*")):
    if not (path.endswith((".pth", ".pt", ".tar", ".ckpt", ".best")) or "snapshot" in path):
        continue
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
    for name, tensor in wanted.items():
        assert got[name].dtype == tensor.dtype, (path, name)
        assert got[name].shape == tensor.shape, (path, name)
        assert torch.equal(got[name], tensor), (path, name)
        compared += 1
assert compared > 0
print(compared, "tensors compared")
EOF
