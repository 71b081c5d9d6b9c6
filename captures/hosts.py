"""Three hosts on a bridge, each a network namespace with one interface, eth0:

    server  10.0.0.1  fd00::1        alpine  10.0.0.2  fd00::2        debian  10.0.0.3  fd00::3

The bridge br0 is in a network namespace of the program's own (see unshare(1)): nothing is left behind on the machine,
however the program ends, and two can run at once. Root is not needed where the system lets users make user
namespaces. A host's cable can be made slow, and can lose packets, before or behind the bridge.
"""
import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOSTS = {"server": 1, "alpine": 2, "debian": 3}


class StageError(Exception):
    """What was expected did not happen."""


def unshare_commands():
    """The ways to get namespaces of our own, the best first. Root tries it as root, then as a user would."""
    plain = ["unshare", "--net"]
    as_user = ["unshare", "--user", "--map-root-user", "--net"]
    return [plain, as_user] if os.geteuid() == 0 else [as_user]


def namespace_command():
    """What to put before a command that is to run within them; None where that is not permitted."""
    for command in unshare_commands():
        trial = subprocess.run(command + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               check=False)
        if trial.returncode == 0:
            return command
    return None


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StageError(f"{' '.join(map(str, command))}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def die_with_parent():
    """In a child: be killed when the driver ends, whatever ended it."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


holders = {}  # host: a process whose network namespace is the host's; it ends with our end of its input


def new_host(host):
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo ready; exec cat"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    if holder.stdout.readline() != b"ready\n":
        raise StageError(f"no network namespace for {host}")
    holders[host] = holder
    return str(holder.pid)


def host_command(host, *command):
    return ["nsenter", f"--net=/proc/{holders[host].pid}/ns/net", *map(str, command)]


def setting(host, name, value):
    """A kernel setting of a host's network; not every kernel has every one of them."""
    path = "/proc/sys/net/" + name
    command = ["sh", "-c", f"[ ! -e {path} ] || echo '{value}' >{path}"]
    run(*(host_command(host, *command) if host else command))


def no_checksum_offload():
    """Run within a host: has the kernel fill in checksums, so that captures show real ones."""
    siocethtool, ethtool_stxcsum = 0x8946, 0x17
    value = ctypes.create_string_buffer(struct.pack("II", ethtool_stxcsum, 0))
    request = struct.pack("16sP", b"eth0", ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, siocethtool, request)


def build_stage():
    setting(None, "ipv6/conf/default/disable_ipv6", 1)
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
    for host, number in HOSTS.items():
        namespace = new_host(host)
        setting(host, "ipv6/conf/default/accept_dad", 0)
        setting(host, "ipv6/conf/default/router_solicitations", 0)
        setting(host, "ipv6/conf/default/addr_gen_mode", 1)
        setting(host, "ipv6/conf/default/mldv2_unsolicited_report_interval", 1)  # said before anybody listens
        run("ip", "link", "add", f"to-{host}", "type", "veth", "peer", "name", "eth0", "netns", namespace)
        run("ip", "link", "set", f"to-{host}", "master", "br0", "up")
        for words in ("link set lo up",
                      f"link set eth0 address 02:00:00:00:00:0{number} up",
                      f"address add 10.0.0.{number}/24 dev eth0",
                      f"address add fd00::{number}/64 dev eth0 nodad",
                      f"address add fe80::{number}/64 dev eth0 nodad"):
            run(*host_command(host, "ip", *words.split()))
        run(*host_command(host, sys.executable, HERE / "stage.py", "--no-checksum-offload"))
    run("ip", "link", "set", "br0", "up")


class Loss:
    """Drops packets in silence: neither the sender nor the receiver is told.

    The packets that match (an expression of nft(8)) are counted from 0, and those of the given numbers are dropped.
    Behind the bridge, on their way to the host, they have been captured; before it, on their way from the host, not.
    (Dropped within the host they would not be silent: the kernel tells its TCP.)
    """

    def __init__(self, host, match, numbers, before_capture):
        hook = "ingress" if before_capture else "egress"
        chosen = ", ".join(map(str, numbers)) if numbers else "0-99999"
        run("nft", f"""
            table netdev loss {{
                chain cable {{
                    type filter hook {hook} device "to-{host}" priority 0;
                    {match} numgen inc mod 100000 {{ {chosen} }} counter drop
                }}
            }}""")

    def count(self):
        told = json.loads(run("nft", "-j", "list table netdev loss"))
        rules = [entry["rule"]["expr"] for entry in told["nftables"] if "rule" in entry]
        return sum(part["counter"]["packets"] for rule in rules for part in rule if "counter" in part)

    def wait(self, number, seconds):
        """Waits until so many packets were dropped."""
        deadline = time.monotonic() + seconds
        while self.count() < number:
            if time.monotonic() > deadline:
                raise StageError(f"{self.count()} packets were lost, not {number}")
            time.sleep(0.02)

    def end(self):
        run("nft", "delete table netdev loss")


def lengthen_cable(host):
    """Takes the host's cable off the bridge and puts a second one in between; whoever joins the two returned interfaces
    (see wire.py) decides how frames get across."""
    here, there = f"to-{host}", f"far-{host}"
    run("ip", "link", "add", there, "type", "veth", "peer", "name", f"near-{host}")
    run("ip", "link", "set", here, "nomaster")
    run("ip", "link", "set", f"near-{host}", "master", "br0", "up")
    run("ip", "link", "set", there, "promisc", "on", "up")
    run("ip", "link", "set", here, "promisc", "on")
    return here, there
