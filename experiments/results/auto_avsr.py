#!/usr/bin/env python3
"""auto_avsr beside sotto, as in docs/performance.md and in "Speed of a step" in RESULTS.md.

By hand, with Debian's python3-torch and a copy of https://github.com/mpc001/auto_avsr (its `espnet` folder is imported,
nothing of it is kept here). The same model and clip for both sides:

    make_base_checkpoint base.pth && sotto import base.pth --out base.safetensors
    auto_avsr.py clip clip.safetensors                          # 75 frames of noise, the same every time
    auto_avsr.py features PEER base.pth clip.safetensors        # front end and encoder
    auto_avsr.py search PEER base.pth clip.safetensors --out ten.json   # beam 40, CTC weight 0.1
    sotto bench base.safetensors --threads 2 --tokens 75 --repeats 5
    sotto transcribe --model base.safetensors --beam 40 --ctc-weight 0.1 --nbest 10 --format json clip.safetensors > sotto.json
    auto_avsr.py compare ten.json sotto.json                    # tokens and scores of the ten best
    auto_avsr.py train PEER --precision fp32                    # 2 clips of 100 frames with 25 tokens
    sotto bench --train --clips 2 --frames 100 --tokens 25 --repeats 3 --threads 2 --precision fp32
"""
import argparse
import json
import statistics
import struct
import sys
import time

import numpy as np
import torch

UNITS = 5049


def write_clip(options):
    pixels = np.random.default_rng(1).integers(0, 256, (75, 1, 88, 88), dtype=np.uint8)
    header = {"noise/input_u8": {"dtype": "U8", "shape": list(pixels.shape), "data_offsets": [0, pixels.size]}}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(options.clip, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + pixels.tobytes())


def read_clip(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        (entry,) = json.loads(file.read(length)).values()
        pixels = np.frombuffer(file.read(), dtype=np.uint8).reshape(entry["shape"])
    return (torch.from_numpy(pixels.astype(np.float32)) / 255 - 0.421) / 0.165  # (T, 1, H, W)


def module_of(options):
    sys.path.insert(0, options.peer)
    from espnet.nets.pytorch_backend.e2e_asr_conformer import E2E

    model = E2E(UNITS, "video")
    if getattr(options, "checkpoint", None):
        model.load_state_dict(torch.load(options.checkpoint))
    return model


def encode(model, pictures):
    features = model.proj_encoder(model.frontend(pictures.unsqueeze(0)))
    return model.encoder(features, None)[0].squeeze(0)


def timed(what, repeats, run):
    run()  # caches and pages
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    print(
        f"{what}: median of {repeats} {1000 * statistics.median(seconds):.0f} ms"
        f" ({1000 * min(seconds):.0f} to {1000 * max(seconds):.0f}), {torch.get_num_threads()} threads"
    )
    return result


def features(options):
    model = module_of(options).eval()
    pictures = read_clip(options.clip)
    with torch.no_grad():
        timed("front end and encoder", options.repeats, lambda: encode(model, pictures))


def search(options):
    model = module_of(options).eval()
    from espnet.nets.batch_beam_search import BatchBeamSearch
    from espnet.nets.scorers.length_bonus import LengthBonus

    beam = BatchBeamSearch(
        beam_size=40,
        vocab_size=UNITS,
        weights={"decoder": 0.9, "ctc": 0.1, "lm": 0.0, "length_bonus": 0.0},
        scorers={**model.scorers(), "lm": None, "length_bonus": LengthBonus(UNITS)},
        sos=model.sos,
        eos=model.eos,
        token_list=[str(unit) for unit in range(UNITS)],
        pre_beam_score_key="decoder",
    )
    with torch.no_grad():
        memory = encode(model, read_clip(options.clip))
        # A ratio below 0 is a limit of that many tokens (BeamSearch.forward).
        timed("ten tokens of the search", options.repeats, lambda: beam(memory, maxlenratio=-10))
        best = timed("whole search", options.repeats, lambda: beam(memory))[:10]
    readings = []
    for hypothesis in best:
        tokens = hypothesis.yseq.tolist()[1:]
        while tokens and tokens[-1] == model.eos:  # twice at the limit of the length
            tokens.pop()
        readings.append({"tokens": tokens, "score": float(hypothesis.score)})
    with open(options.out, "w") as file:
        json.dump(readings, file)


def compare(options):
    with open(options.peer_readings) as file:
        peers = json.load(file)
    with open(options.sotto_readings) as file:
        ours = json.load(file)["clips"][0]["nbest"]
    far = max(abs(a["score"] - b["score"]) for a, b in zip(peers, ours))
    same = sum(a["tokens"] == b["tokens"] for a, b in zip(peers, ours))
    print(f"{same} of {len(peers)} readings have the same tokens; scores differ by {far:.1e} at most")
    return 0 if same == len(peers) == len(ours) and far < 1e-3 else 1


def train(options):
    model = module_of(options).train()
    if options.precision == "bf16":
        # LibTorch 1.13 crashes in layer norms under autocast; they compute in float32.
        from espnet.nets.pytorch_backend.transformer.layer_norm import LayerNorm

        def forward(self, x):
            with torch.autocast("cpu", enabled=False):
                return torch.nn.functional.layer_norm(
                    x.float(), self.normalized_shape, self.weight, self.bias, self.eps
                )

        LayerNorm.forward = forward
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.03, betas=(0.9, 0.98))
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randn(options.clips, options.frames, 1, 88, 88, generator=generator)
    lengths = torch.full((options.clips,), options.frames)
    labels = torch.randint(1, UNITS - 1, (options.clips, options.tokens), generator=generator)

    def step():
        optimiser.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bf16"):
            loss = model(pictures, lengths, labels)[0]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimiser.step()

    timed(f"a step in {options.precision}", options.repeats, step)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def command(run, *names, repeats=None):
        sub = commands.add_parser(run.__name__.replace("write_", ""))
        for name in names:
            sub.add_argument(name)
        if repeats:
            sub.add_argument("--repeats", type=int, default=repeats)
            sub.add_argument("--threads", type=int, default=2)
        sub.set_defaults(run=run)
        return sub

    command(write_clip, "clip")
    command(features, "peer", "checkpoint", "clip", repeats=5)
    command(search, "peer", "checkpoint", "clip", repeats=5).add_argument("--out", required=True)
    command(compare, "peer_readings", "sotto_readings")
    sub = command(train, "peer", repeats=3)
    sub.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    for name, default in (("--clips", 2), ("--frames", 100), ("--tokens", 25)):
        sub.add_argument(name, type=int, default=default)

    options = parser.parse_args()
    if "threads" in options:
        torch.set_num_threads(options.threads)
    return options.run(options) or 0


if __name__ == "__main__":
    sys.exit(main())
