#!/usr/bin/python3
"""Holds chatsniff against tshark on datagrams in fragments: test_fragments.py CHATSNIFF [SEED SEEDS]

The transport, the stream and the numbers of a datagram appear at the frame that completes it. Where the two differ on
purpose (a datagram that a receiver discards, and tshark puts together all the same) the test says what ours says.
"""
import random
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
import fragments  # noqa: E402
from fragments import cut, piece4, piece6  # noqa: E402
from packets import chatsniff_packets, differences, tshark_packets  # noqa: E402
from tap import Failed, equal, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FIRST_SEED, SEEDS = (int(argument) for argument in (sys.argv[2:4] or ("0", "1000")))
BATCH = 250
PEERS = (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
LONG = b"msg alpine> " + b"abcdefgh" * 10 + b"\n"
TEXT = craft.udp(*PEERS, LONG)
WHOLE = craft.udp(*PEERS, b"msg alpine> short\n")


def with_capture(function, frames, **options):
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "fragments.pcapng"
        capture.write_bytes(craft.pcapng(frames, **options))
        return function(capture)


def agree(frames, **options):
    different = with_capture(lambda capture: differences(CHATSNIFF, capture), frames, **options)
    if different:
        raise Failed("\n".join(different))


def told(frames, **options):
    """The frames in which ours finds a segment or datagram, and those in which tshark does."""
    ours = with_capture(lambda capture: chatsniff_packets(CHATSNIFF, capture), frames, **options)
    theirs = with_capture(tshark_packets, frames, **options)
    return sorted(ours), sorted(theirs)


def both(function):
    """A case for IPv4 and for IPv6."""
    return [(f"{function.__name__.replace('_', ' ')}, IPv{version}", lambda piece=piece: function(piece))
            for version, piece in ((4, piece4), (6, piece6))]


def in_order(piece):
    agree(cut(TEXT, piece=piece) + [WHOLE])


def reversed_order(piece):
    agree(cut(TEXT, piece=piece)[::-1] + [WHOLE])


def interleaved(piece):
    one, other = cut(TEXT, ident=1, piece=piece), cut(craft.udp(*PEERS[::-1], LONG), ident=1, piece=piece)
    third = cut(TEXT, ident=2, size=40, piece=piece)
    agree([frame for row in zip(one, other, third + third) for frame in row][:12] + one[3:] + other[3:])


def repeated(piece):
    one = cut(TEXT, piece=piece)
    agree([one[0], one[0], one[1], one[2], one[1], one[4], one[3], WHOLE])


def repeated_when_whole(piece):
    """What comes again after the datagram was whole begins another."""
    one = cut(TEXT, piece=piece)
    agree(one + [one[0], WHOLE] + one[1:])


def first_alone(piece):
    agree([cut(TEXT, piece=piece)[0], WHOLE])


def one_missing(piece):
    one = cut(TEXT, piece=piece)
    agree(one[:2] + one[3:] + [WHOLE])


def tcp_segments(piece):
    frames = []
    for number, frame in enumerate(craft.tcp_chat(LONG)):
        if piece is piece4:
            frames += cut(frame, 16, ident=number) if number % 2 else [frame]
        else:
            frames += cut(frame, 16, ident=number, piece=piece) if number % 2 else [fragments.to_six(frame)]
    agree(frames)


def atomic():
    """An IPv6 fragment that is all of its datagram (RFC 6946)."""
    agree([piece6(TEXT, 0, 1000, False), piece6(TEXT, 0, 1000, False), piece6(TEXT, 0, 24, True, ident=9)])


def cut_by_snapshot(piece):
    """A fragment that is captured in part is never joined; the first one then shows its header alone."""
    one = cut(TEXT, 40, piece=piece)
    agree(one + [WHOLE], snapshot=len(one[0]) - 4)
    # Of TCP, tshark gives no length then, and no analysis.
    ours, theirs = told(cut(craft.tcp_chat(LONG)[3], 40, piece=piece) + [WHOLE], snapshot=len(one[0]) - 4)
    equal(ours, theirs, "frames")


def overlapping_the_same(piece):
    frames = [piece(TEXT, 0, 24, True), piece(TEXT, 16, 40, True), piece(TEXT, 40, 1000, False)]
    if piece is piece4:
        agree(frames)
    else:  # RFC 8200 section 4.5 discards it; tshark joins it
        equal(told(frames), ([], [3]), "frames of ours and of tshark")


def of_two_minds_about_the_end(piece):
    """Receivers discard it; tshark joins it as soon as one end is reached."""
    frames = [piece(TEXT, 0, 24, True), piece(TEXT, 24, 56, False), piece(TEXT, 24, 1000, False)]
    ours, theirs = told(frames[:1] + frames[2:])
    equal(ours, theirs, "frames without the contradiction")
    equal(told([frames[1], frames[2], frames[0]])[0], [], "frames of ours")


def too_late(piece):
    """After a minute what came is given up; tshark waits for ever."""
    one = cut(TEXT, 56, piece=piece)
    equal(told(one, seconds=[0, 59.9]), ([2], [2]), "frames within the minute")
    equal(told(one, seconds=[0, 60.1]), ([], [2]), "frames after the minute")


def not_a_multiple_of_eight(piece):
    """Ours drops such a fragment, as receivers do (RFC 8200 section 4.5)."""
    equal(told([piece(TEXT, 0, 28, True), piece(TEXT, 24, 1000, False)])[0], [], "frames of ours")
    agree([piece(TEXT, 0, 28, True), WHOLE])


def icmp():
    """An error that quotes a UDP datagram is in two fragments: one record, at the second."""
    quoted = TEXT[14:14 + 60]
    body = b"\3\3\0\0\0\0\0\0" + quoted
    error = craft.ip4(craft.DEBIAN, craft.ALPINE, 1, body[:2] + craft.checksum(body).to_bytes(2, "big") + body[4:])
    frames = [TEXT] + cut(error, 40) + [WHOLE]
    agree(frames)


def in_fragmented_tunnel(piece):
    """Fragments in VXLAN whose own datagrams are in fragments: the tunnel's datagrams have streams all the same."""
    frames = []
    for number, inner in enumerate(cut(TEXT, 48, piece=piece)):
        around = craft.udp((craft.DEBIAN, 50000 + number), (craft.SERVER, 4789), struct.pack("!II", 1 << 27, 0) + inner)
        frames += cut(around, 40, ident=100 + number, piece=piece)
    # Of a frame that completes a tunnel's datagram but nothing inside, tshark gives that datagram's stream.
    last = len(frames)
    frames.append(WHOLE)
    ours = with_capture(lambda capture: chatsniff_packets(CHATSNIFF, capture), frames)
    theirs = with_capture(tshark_packets, frames)
    for frame in (last, last + 1):
        equal(ours.get(frame), theirs.get(frame), f"frame {frame}")


def random_batch(first, last):
    """Datagrams of many sizes, their fragments lost, repeated, in any order, and mixed with others."""
    frames, seconds, seeds = [], [], []
    for seed in range(first, last):
        rng = random.Random(seed)
        made = []
        ports = 20000 + seed % 20000, 50000  # of no protocol that tshark takes for a tunnel
        for number in range(rng.randint(1, 3)):
            ends = [(craft.ALPINE, ports[0]), (craft.SERVER, ports[1])]
            rng.shuffle(ends)
            payload = bytes(rng.getrandbits(8) for _ in range(rng.randint(0, 200)))
            whole = (craft.udp(*ends, payload) if rng.random() < .5 else
                     craft.tcp(*ends, rng.choice(["A", "PA", "S", "FA"]), rng.randint(1000, 1400), 2000, payload))
            # tshark's key is the identification with the protocol's bits turned over in it: 6 and 17 must not meet.
            ident = (seed - first) * 32 + number
            pieces = cut(whole, 8 * rng.randint(1, 8), ident=ident, piece=rng.choice([piece4, piece6]))
            if rng.random() < .2:
                pieces.pop(rng.randrange(len(pieces)))
            if pieces and rng.random() < .3:
                pieces.insert(rng.randrange(len(pieces)), rng.choice(pieces))
            if rng.random() < .4:
                rng.shuffle(pieces)
            made += [(position + rng.random() * 3, piece) for position, piece in enumerate(pieces)]
        made = [piece for _, piece in sorted(made, key=lambda pair: pair[0])]
        frames += made
        seeds += [seed] * len(made)
        seconds += [100 * (seed - first) + index / 1000 for index in range(len(made))]
    different = with_capture(lambda capture: differences(CHATSNIFF, capture), frames, seconds=seconds)
    if different:
        raise Failed("\n".join(f"seed {seeds[int(line.split()[1].rstrip(':')) - 1]}, {line}"
                               for line in different[:20]))


if __name__ == "__main__":
    CASES = [case for function in (
        in_order, reversed_order, interleaved, repeated, repeated_when_whole, first_alone, one_missing, tcp_segments,
        cut_by_snapshot, overlapping_the_same, of_two_minds_about_the_end, too_late, not_a_multiple_of_eight,
        in_fragmented_tunnel)
             for case in both(function)]
    CASES += [("an atomic fragment", atomic), ("ICMP", icmp)]
    CASES += [(f"seeds {first} to {min(first + BATCH, FIRST_SEED + SEEDS) - 1}",
               lambda first=first: random_batch(first, min(first + BATCH, FIRST_SEED + SEEDS)))
              for first in range(FIRST_SEED, FIRST_SEED + SEEDS, BATCH)]
    sys.exit(run_cases(CASES))
