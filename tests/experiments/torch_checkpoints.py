"""Checkpoints as torch.load gives them, for the tests that compare ours with them."""
import glob
import sys
import types
import warnings

import torch

warnings.filterwarnings("ignore")


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
    """Names and tensors, wrappers seen through."""
    loaded = load(path)
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if any(name.startswith("model.") for name in loaded):
        loaded = {name[6:]: value for name, value in loaded.items() if name.startswith("model.")}
    return {name: value for name, value in loaded.items() if torch.is_tensor(value)}


def checkpoints(fixtures):
    """Paths of the published code's checkpoints."""
    return [
        path for path in sorted(glob.glob(fixtures + "/*/*"))
        if path.endswith((".pth", ".pt", ".tar", ".ckpt", ".best")) or "snapshot" in path]


def compare(path, wanted, got):
    """Asserts that both hold the same tensors, and returns how many."""
    for name, tensor in wanted.items():
        assert got[name].dtype == tensor.dtype, (path, name)
        assert got[name].shape == tensor.shape, (path, name)
        assert got[name].is_contiguous(), (path, name)
        assert torch.equal(got[name], tensor), (path, name)
    return len(wanted)
