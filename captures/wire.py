#!/usr/bin/python3
"""A long cable between two interfaces: wire.py [--delay SECONDS] [--overtaken N] NEAR FAR

What arrives at one is put on the other after the delay. --overtaken: of the frames from NEAR that fill an Ethernet
frame, number N (from 0) waits until the two behind it have passed.
"""
import argparse
import heapq
import select
import socket
import time

EVERY_PROTOCOL = 3
FULL = 1500
OVERTAKING = 2


def open_interface(name):
    interface = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    interface.bind((name, EVERY_PROTOCOL))
    return interface


class Overtaken:
    """Puts one frame behind the two that follow it."""

    def __init__(self, number):
        self.number = number
        self.seen = 0
        self.held = None
        self.passed = 0

    def pass_on(self, frame):
        """The frames that go on now, in order."""
        if self.number is None or len(frame) < FULL:
            return [frame]
        self.seen += 1
        if self.seen - 1 == self.number:
            self.held = frame
            return []
        if self.held is None:
            return [frame]
        self.passed += 1
        if self.passed < OVERTAKING:
            return [frame]
        held, self.held = self.held, None
        return [frame, held]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--overtaken", type=int)
    parser.add_argument("near")
    parser.add_argument("far")
    options = parser.parse_args()

    near, far = open_interface(options.near), open_interface(options.far)
    overtaken = Overtaken(options.overtaken)
    due = []  # (when, a number that keeps the order, interface, frame)
    number = 0
    print("ready", flush=True)
    while True:
        wait = max(0.0, due[0][0] - time.monotonic()) if due else None
        for source in select.select([near, far], [], [], wait)[0]:
            frame, address = source.recvfrom(65535)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            for passed in overtaken.pass_on(frame) if source is near else [frame]:
                heapq.heappush(due, (time.monotonic() + options.delay, number, far if source is near else near, passed))
                number += 1
        while due and due[0][0] <= time.monotonic():
            _, _, target, frame = heapq.heappop(due)
            target.send(frame)


if __name__ == "__main__":
    main()
