"""What is true of a capture, by tshark's fields and by the description of the chat on the wire: nothing here comes from
chatsniff. A Frame is what tshark says of a packet; a Capture adds what follows from their order: who is client and
server, the states of both sides, which request a reply answers."""
import ipaddress
import subprocess

FIELDS = ["frame.number", "frame.time_epoch", "frame.len", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.stream",
          "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags", "tcp.seq_raw",
          "tcp.window_size_value", "tcp.options.wscale.shift", "tcp.hdr_len", "tcp.options.mss_val",
          "ip.id", "frame.interface_id", "tcp.payload", "tcp.analysis.duplicate_ack", "udp.stream",
          "udp.srcport", "udp.dstport", "udp.length", "udp.payload", "icmp.type", "icmp.code", "icmpv6.type",
          "icmpv6.code"]
FLAGS = [(1, "FIN"), (2, "SYN"), (4, "RST"), (8, "PSH"), (16, "ACK"), (32, "URG"), (64, "ECE"), (128, "CWR"),
         (256, "AE")]
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

# form: (sender, code, arguments, what it answers, how). None in arguments: any word.
ONLY, FIRST, MORE = "only", "first", "more"
ANSWERS = {
    "registered": (["register"], ONLY), "name-taken": (["register"], ONLY), "left": (["leave"], ONLY),
    "user": (["list-users"], MORE), "no-users": (["list-users"], ONLY), "room": (["list-rooms"], MORE),
    "no-rooms": (["list-rooms"], ONLY), "user-address": (["find-user"], ONLY), "no-such-user": (["find-user"], ONLY),
    "room-created": (["create-room"], ONLY), "room-exists": (["create-room"], ONLY),
    "clear-peers": (["join-room", "leave-room"], FIRST), "room-peer": (["join-room", "leave-room"], MORE),
    "room-group": (["join-room", "leave-room"], MORE), "no-such-room": (["join-room"], ONLY),
    "room-left": (["leave-room"], ONLY),
}
PATIENCE = 10.0


def is_address(word):
    try:
        return bool(ipaddress.ip_address(word))
    except ValueError:
        return False


def form_of(sender, octets):
    """The form of a datagram, by who sends it; None where it has none."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    words = [word.decode("utf-8") for word in octets.split()] # at white space of ASCII
    if not words:
        return None
    code, arguments = words[0], words[1:]
    if sender == "peer":
        if code == "msg" and len(arguments) >= 1 and arguments[0].endswith(">") and len(arguments[0]) > 1:
            return "message"
        if code == "pk" and len(arguments) <= 1:
            return "here" if arguments else "who"
        return None
    if sender == "client":
        forms = {("hi", 1): "register", ("by", 0): "leave", ("ul", 0): "list-users", ("rl", 0): "list-rooms",
                 ("ar", 1): "find-user", ("rc", 1): "create-room", ("rj", 1): "join-room", ("rk", 0): "leave-room"}
        return forms.get((code, len(arguments)))
    if code in ("ar", "rj") and len(arguments) == 2:
        if not is_address(arguments[0]) or not arguments[1].isdigit() or not 0 < int(arguments[1]) < 65536:
            return None
        if code == "ar":
            return "user-address"
        return "room-group" if ipaddress.ip_address(arguments[0]).is_multicast else "room-peer"
    if code == "rj" and arguments == ["__clear_peers__"]:
        return "clear-peers"
    forms = {
        ("hi", 1): "registered",
        ("hi", 0): "name-taken",
        ("by", 0): "left",
        ("ul", 1): "user",
        ("ul", 0): "no-users",
        ("rl", 1): "room",
        ("rl", 0): "no-rooms",
        ("ar", 0): "no-such-user",
        ("rc", 1): "room-created",
        ("rc", 0): "room-exists",
        ("rj", 0): "no-such-room",
        ("rk", 0): "room-left"
    }
    return forms.get((code, len(arguments)))


class Frame:
    """One packet, as tshark reads it."""

    def __init__(self, row):
        value = dict(zip(FIELDS, row))
        self.number = int(value["frame.number"])
        self.time = float(value["frame.time_epoch"] or 0)
        seconds, _, fraction = (value["frame.time_epoch"] or "0").partition(".")
        self.nanoseconds = int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
        self.length = int(value["frame.len"])
        self.source_host = value["ip.src"] or value["ipv6.src"]
        self.destination_host = value["ip.dst"] or value["ipv6.dst"]
        self.is_icmp = bool(value["icmp.type"] or value["icmpv6.type"])
        self.is_tcp = not self.is_icmp and bool(value["tcp.stream"])
        self.is_udp = not self.is_icmp and bool(value["udp.stream"])
        self.stream = None
        self.payload = b""
        # What would differ if it had been sent again: the sender numbers its packets anew.
        self.identity = tuple(value[field] for field in FIELDS if not field.startswith(("frame.", "tcp.analysis")))
        self.identification = value["ip.id"]
        # An ICMP error quotes a packet, whose stream tshark gives to it.
        if value["tcp.stream"] or value["udp.stream"]:
            transport = "tcp" if value["tcp.stream"] else "udp"
            self.stream = f"{transport}:{value[transport + '.stream']}"
        if self.is_icmp:
            self.icmp = (int(value["icmp.type"] or value["icmpv6.type"]), int(value["icmp.code"]
                                                                              or value["icmpv6.code"]))
            self.source = self.destination = None
            return
        if not self.stream:
            return
        kind = "tcp" if self.is_tcp else "udp"
        self.source_port, self.destination_port = int(value[kind + ".srcport"]), int(value[kind + ".dstport"])
        self.source = endpoint(self.source_host, self.source_port)
        self.destination = endpoint(self.destination_host, self.destination_port)
        self.payload = bytes.fromhex((value["udp.payload"] or value["tcp.payload"]).replace(":", ""))
        if self.is_udp:
            self.udp_length = int(value["udp.length"])
            return
        self.flags = int(value["tcp.flags"], 16) & 0x1FF
        self.seq, self.len = int(value["tcp.seq"]), int(value["tcp.len"])
        self.ack = int(value["tcp.ack"]) if self.flags & ACK else None
        self.seq_raw = int(value["tcp.seq_raw"])
        self.window = int(value["tcp.window_size_value"])
        self.shift = int(value["tcp.options.wscale.shift"]) if value["tcp.options.wscale.shift"] else None
        self.header_length = int(value["tcp.hdr_len"])
        self.mss = int(value["tcp.options.mss_val"]) if value["tcp.options.mss_val"] else None
        self.is_duplicate_ack = bool(value["tcp.analysis.duplicate_ack"])

    @property
    def end(self):
        return self.seq + self.len + bool(self.flags & SYN) + bool(self.flags & FIN)

    @property
    def flag_names(self):
        return ", ".join(name for bit, name in FLAGS if self.flags & bit) or "none"


def endpoint(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Capture:
    def __init__(self, path):
        command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=f", "-E", "separator=/t"]
        for field in FIELDS:
            command += ["-e", field]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        self.frames = {frame.number: frame for frame in
                       (Frame(line.split("\t")) for line in done.stdout.splitlines())}
        self.first = self.frames[min(self.frames)].nanoseconds if self.frames else 0
        self._drop_copies()
        self.streams = {}
        for frame in self.frames.values():
            if frame.stream:
                self.streams.setdefault(frame.stream, []).append(frame)
        self.servers = self._find_servers()
        self.requests = {}   # frame of a reply: frame of its request; None: a notice
        self.repeats = {}    # frame of a request asked again: the frame in which it was asked first
        self.first_replies = set()
        self._pair()
        self.states = {}     # frame: {"client": state, "server": state}
        self.before = {}
        for stream, frames in self.streams.items():
            if stream.startswith("tcp"):
                self._follow([frame for frame in frames if frame.is_tcp])

    def _drop_copies(self):
        """What two interfaces saw counts once: the same packet, with the same number of its sender's, at once. A packet
        that was sent again has another number; where all have number 0, the copy comes within a few microseconds."""
        seen = {}
        for frame in list(self.frames.values()):
            earlier = seen.get(frame.identity)
            limit = 100_000 if frame.identification in ("", "0x0000", "0") else 5_000_000
            if frame.stream and not frame.is_icmp and earlier and abs(frame.nanoseconds - earlier.nanoseconds) < limit:
                del self.frames[frame.number]
            else:
                seen[frame.identity] = frame

    # Who is who

    def _find_servers(self):
        servers = set()
        for frame in self.frames.values():
            if frame.is_udp and frame.payload.split()[:1] == [b"hi"] and len(frame.payload.split()) == 2 \
                    and frame.source not in servers:
                servers.add(frame.destination)
        for frame in self.frames.values():
            if frame.is_udp and form_of("server", frame.payload) in ("user-address", "room-peer", "clear-peers") \
                    and not {frame.source, frame.destination} & servers:
                servers.add(frame.source)
        return servers

    def role(self, frame):
        """Of the sender of a datagram."""
        if frame.source in self.servers:
            return "server"
        return "client" if frame.destination in self.servers else "peer"

    def side(self, frame):
        """Of the sender of a segment: client and server where the SYN was captured, else A and B."""
        first = next(other for other in self.streams[frame.stream] if other.is_tcp)
        if first.flags & SYN and not first.flags & ACK:
            return "client" if frame.source == first.source else "server"
        return "A" if frame.source == first.source else "B"

    def form(self, frame):
        return form_of(self.role(frame), frame.payload)

    # Requests and replies

    def _pair(self):
        lists = {}
        for frame in self.frames.values():
            if not frame.is_udp:
                continue
            form, role = self.form(frame), self.role(frame)
            state = lists.setdefault(frame.stream, {"open": None, "waiting": [], "answered": []})
            if role == "client" and form:
                self._ask(state, frame, form)
            elif role == "server" and form in ANSWERS:
                self._answer(state, frame, form)

    def _ask(self, state, frame, form):
        for request in state["waiting"]:
            if request["form"] == form and request["words"] == frame.payload.split():
                request["last"] = frame.time
                self.repeats[frame.number] = request["frame"]
                return
        state["waiting"].append({
            "frame": frame.number,
            "form": form,
            "words": frame.payload.split(),
            "last": frame.time,
            "continued": False
        })

    def _answer(self, state, frame, form):
        fits, how = ANSWERS[form]
        waiting = [request for request in state["waiting"] if request["form"] in fits]
        # A list of peers belongs to an answer that rk has opened, and a join is asked for nothing else.
        if form in ("clear-peers", "room-peer", "room-group"):
            waiting = [request for request in waiting if request["form"] == "join-room"]
        if how == MORE and state["open"] is not None:
            request = state["open"]["request"]
            if request is None or request["form"] in fits:
                self.requests[frame.number] = request and request["frame"]
                return
        if form == "clear-peers" and not waiting:
            left = [request for request in state["answered"]
                    if request["form"] == "leave-room" and not request["continued"]]
            request = left[-1] if left else None
            if request:
                request["continued"] = True
            state["open"] = {"request": request}
            self.requests[frame.number] = request and request["frame"]
            return
        fresh = [request for request in waiting if frame.time - request["last"] <= PATIENCE] or waiting
        if not fresh:
            self.requests[frame.number] = None
            if how == FIRST:
                state["open"] = {"request": None}
            return
        request = fresh[0]
        state["waiting"].remove(request)
        state["answered"].append(request)
        if how != ONLY:
            state["open"] = {"request": request}
        self.requests[frame.number] = request["frame"]
        self.first_replies.add(frame.number)

    def kind(self, frame):
        """request, reply, notice or message; None: the datagram has no form."""
        form = self.form(frame)
        if form is None:
            return None
        role = self.role(frame)
        if role == "peer":
            return {"who": "request", "here": "reply"}.get(form, "message")
        if role == "client":
            return "request"
        return "reply" if self.requests.get(frame.number) is not None else "notice"

    # States (RFC 9293, figure 5); what was captured counts as received

    def _follow(self, frames):
        states = {"client": "CLOSED", "server": "LISTEN"}
        fins = {}
        for frame in frames:
            side = self.side(frame)
            if side not in states:
                return
            other = "server" if side == "client" else "client"
            self.before[frame.number] = dict(states)
            if frame.flags & RST:
                listening = states["server"] == "SYN-RECEIVED"
                states = {"client": "CLOSED", "server": "LISTEN" if listening and side == "client" else "CLOSED"}
                self.states[frame.number] = dict(states)
                continue
            if frame.flags & SYN:
                if side == "client":
                    states.update(client="SYN-SENT", server="SYN-RECEIVED")
                elif states["client"] == "SYN-SENT":
                    states["client"] = "ESTABLISHED"
            elif frame.flags & ACK and states[other] == "SYN-RECEIVED" and side == "client" and frame.ack >= 1:
                states["server"] = "ESTABLISHED"
            if frame.flags & ACK and other in fins and frame.ack >= fins[other]:
                states[other] = {"FIN-WAIT-1": "FIN-WAIT-2", "CLOSING": "TIME-WAIT",
                                 "LAST-ACK": "CLOSED"}.get(states[other], states[other])
            if frame.flags & FIN and side not in fins:
                fins[side] = frame.end
                states[side] = {"ESTABLISHED": "FIN-WAIT-1", "SYN-RECEIVED": "FIN-WAIT-1",
                                "CLOSE-WAIT": "LAST-ACK"}.get(states[side], states[side])
                states[other] = {"ESTABLISHED": "CLOSE-WAIT", "FIN-WAIT-1": "CLOSING",
                                 "FIN-WAIT-2": "TIME-WAIT"}.get(states[other], states[other])
            self.states[frame.number] = dict(states)

    def neighbour(self, frame, step):
        frames = self.streams[frame.stream]
        index = frames.index(frame) + step
        return frames[index] if 0 <= index < len(frames) else None
