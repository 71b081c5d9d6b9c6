#!/usr/bin/python3
"""Holds chatsniff against tshark on TCP traffic that no sane host sends: test_random_tcp.py CHATSNIFF [SEED SEEDS]

Real captures hold the usual in great number; here is the rest. Each seed makes some conversations of segments whose
flags, numbers, windows and times are drawn so that every rule meets every other: retransmissions around a wrap of the
sequence numbers, SYNs in the middle, numbers as far apart as can be, time that runs backwards, segments that only an
ICMP error quotes.
"""
import random
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from packets import chatsniff_packets, differences, tshark_packets  # noqa: E402
from tap import Failed, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FIRST_SEED, SEEDS = (int(argument) for argument in (sys.argv[2:4] or ("0", "2000")))
BATCH = 400    # seeds in one capture
PAUSE = 100.0  # seconds between the traffic of two seeds


def segment(source, destination, flags, seq, ack, payload, window, options):
    bits = sum(1 << craft.FLAGS.index(letter) for letter in flags)
    options += b"\1" * (-len(options) % 4)
    header = struct.pack("!HHIIBBHHH", source[1], destination[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                         (20 + len(options)) // 4 << 4, bits, window, 0, 0)
    return craft.ip4(source[0], destination[0], 6, header + options + payload)


class Conversation:
    def __init__(self, rng, client_port):
        self.ends = ((craft.ALPINE, client_port), (craft.SERVER, 9999))
        self.initial = [rng.choice([0, 1, 1000, 0xFFFFFFF0, rng.getrandbits(32)]) for _ in "ab"]
        self.next = list(self.initial)

    def draw(self, rng):
        side = rng.randint(0, 1)
        flags, seq, ack, options = self._flags(rng, side)
        length = rng.choice([1, 1, 2, 10, 100, 500, 1000]) if "S" not in flags and rng.random() < .55 else 0
        if "S" in flags:
            length = 5 if rng.random() < .1 else 0
        else:
            shift = rng.random()
            if shift < .15:
                seq -= rng.choice([1, 1, length, 10, 100])
            elif shift < .25:
                seq += rng.choice([1, 10, 100, length])
            elif shift < .27:
                seq += 0x80000000 - rng.choice([0, 0, 1, -1, length])  # as far away as can be: before it and behind
        if rng.random() < .15:
            ack += rng.choice([-1, 1, -10, 10, 100, -100, 1000])
        elif rng.random() < .02:
            ack += 0x80000000
        if "A" not in flags and rng.random() < .7:
            ack = 0
        end = seq + length + ("S" in flags or "F" in flags)
        if rng.random() < .9:
            self.next[side] = end if "S" in flags else max(self.next[side], end)
        return segment(self.ends[side], self.ends[1 - side], flags, seq, ack, b"x" * length,
                       rng.choice([1000, 1000, 1000, 0, 500]), options)

    def _flags(self, rng, side):
        kind = rng.random()
        if kind < .12:
            seq = self.initial[side] if rng.random() < .8 else rng.getrandbits(32)
            return ("S" if side == 0 or rng.random() < .3 else "SA", seq, self.initial[1 - side] + 1,
                    rng.choice([b"", b"\3\3\7", b"\2\4\5\xb4"]))
        flags = "A"
        if kind < .18:
            flags = rng.choice(["FA", "F", "FPA"])
        elif kind < .22:
            flags = rng.choice(["R", "RA"])
        elif kind < .25:
            flags = rng.choice(["", "P", "SF", "SFA", "U"])
        return flags, self.next[side], self.next[1 - side], b""


def quoted(rng, frame):
    """An ICMP error of a router about the packet, of which it quotes all, or as much as RFC 792 asks for."""
    quote = frame[14:14 + rng.choice([28, 36, 40, 1500])]
    return craft.ip4("192.0.2.1", craft.ALPINE, 1, b"\3\1\0\0\0\0\0\0" + quote)


def traffic(seed, start):
    """(frames, seconds) of one seed."""
    rng = random.Random(seed)
    port = 20000 + 2 * (seed % BATCH)
    conversations = [Conversation(rng, port + number) for number in range(rng.choice([1, 1, 2]))]
    frames, seconds, time = [], [], start
    for _ in range(rng.randint(3, 40)):
        frame = rng.choice(conversations).draw(rng)
        frames.append(quoted(rng, frame) if rng.random() < .05 else frame)
        time = max(start, time + rng.choice([0.0001, 0.001, 0.01, 0.05, 0.3, 0, -0.001]))
        seconds.append(time)
    return frames, seconds


def compare_cut(seed):
    """Frames cut off anywhere, headers included: those that can still be told are numbered and analysed alike."""
    rng = random.Random(seed)
    frames = []
    for number in range(400):
        source, destination = (craft.ALPINE, 2000 + number // 4), (craft.SERVER, 9999)
        if number % 4 == 3:
            source, destination = destination, source
        if rng.random() < .3:
            frames.append(craft.udp(source, destination, b"x" * rng.choice([0, 1, 30])))
        else:
            flags = rng.choice(["S", "A", "A", "PA", "FA"])
            # tshark takes a window scale wherever it stands; without SYN it means nothing (RFC 7323 section 2.2).
            frames.append(segment(source, destination, flags, 1000 + number, 5000, b"x" * rng.choice([0, 1, 30]), 1000,
                                  rng.choice([b"", b"\3\3\7" if flags == "S" else b"\4\2\1"])))
        # A TCP data offset or a UDP length that contradicts the rest. (tshark then still reads a window scale.)
        if rng.random() < .1 and b"\3\3\7" not in frames[-1]:
            frame = bytearray(frames[-1])
            frame[46 if frame[23] == 6 else 38] = rng.choice([0x00, 0x40, 0xF0])
            frames[-1] = bytes(frame)
    cuts = [rng.choice([len(frame), len(frame), rng.randint(30, len(frame))]) for frame in frames]
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "cut.pcapng"
        capture.write_bytes(craft.pcapng(frames, snapshot=cuts))
        ours = chatsniff_packets(CHATSNIFF, capture)
        theirs = tshark_packets(capture)
    different = []
    for frame, packet in ours.items():
        theirs_here = theirs.get(frame)
        # Where the options are cut off, tshark has no room for the analysis that it made before it came to them.
        if packet[0] == "tcp" and theirs_here and cuts[frame - 1] < 34 + (frames[frame - 1][46] >> 2):
            packet, theirs_here = packet[:-1], theirs_here[:-1]
        if packet != theirs_here:
            different.append(f"frame {frame}: tshark {theirs_here}, chatsniff {packet}")
    if different or len(ours) < 200:
        raise Failed("\n".join(different[:20] + [f"{len(different)} of {len(ours)} differ"]))


def compare_batch(first, last):
    frames, seconds, seeds = [], [], []
    for seed in range(first, last):
        made, times = traffic(seed, (seed - first) * PAUSE)
        frames += made
        seconds += times
        seeds += [seed] * len(made)
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "random.pcapng"
        capture.write_bytes(craft.pcapng(frames, seconds=seconds))
        different = differences(CHATSNIFF, capture)
    if different:
        first_of = {}
        for line in different:
            seed = seeds[int(line.split()[1].rstrip(":")) - 1]
            first_of.setdefault(seed, f"seed {seed}, {line} (the seed's frames begin with {seeds.index(seed) + 1})")
        raise Failed("\n".join(list(first_of.values())[:20] + [f"{len(first_of)} seeds differ"]))


if __name__ == "__main__":
    sys.exit(run_cases([
        (f"seeds {first} to {min(first + BATCH, FIRST_SEED + SEEDS) - 1}",
         lambda first=first: compare_batch(first, min(first + BATCH, FIRST_SEED + SEEDS)))
        for first in range(FIRST_SEED, FIRST_SEED + SEEDS, BATCH)] + [
            (f"cut off, seed {seed}", lambda seed=seed: compare_cut(seed)) for seed in range(5)]))
