#!/usr/bin/python3
"""Traffic that is no chat, for the captures to find the chats in: noise.py WHAT serve | ask ADDRESS

    http    one request and its page
    dns     one question for a host's address and its answer
    ssh     the two banners, and then octets that nobody can read
"""
import http.server
import random
import socket
import socketserver
import struct
import sys
import urllib.request

PORTS = {"http": 8000, "dns": 53, "ssh": 22}


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"<!DOCTYPE html><title>Lab</title><p>The lab sheet will be here.</p>\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


class SecureShell(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        self.request.recv(256)
        octets = random.Random(22)
        for length in (208, 64, 96):
            self.request.sendall(struct.pack("!I", length) + octets.randbytes(length))
        self.request.recv(256)


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        question, answer_from = self.request
        answer = question[:2] + struct.pack("!HHHHH", 0x8580, 1, 1, 0, 0) + question[12:]
        answer += struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton("10.0.0.1")
        answer_from.sendto(answer, self.client_address)


def serve(what):
    kind, handler = {
        "http": (http.server.ThreadingHTTPServer, Page),
        "dns": (socketserver.UDPServer, Names),
        "ssh": (socketserver.ThreadingTCPServer, SecureShell),
    }[what]
    kind.allow_reuse_address = True
    with kind(("", PORTS[what]), handler) as server:
        server.serve_forever()


def ask(what, address):
    if what == "http":
        with urllib.request.urlopen(f"http://{address}:{PORTS[what]}/lab-sheet") as page:
            page.read()
    elif what == "dns":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            name = b"".join(bytes([len(part)]) + part for part in (b"server", b"lab", b"example")) + b"\0"
            client.settimeout(5)
            client.sendto(struct.pack("!HHHHHH", 2053, 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", 1, 1),
                          (address, PORTS[what]))
            client.recv(512)
    else:
        with socket.create_connection((address, PORTS[what])) as client:
            client.recv(256)
            client.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")
            left = 208 + 64 + 96 + 12
            while left > 0:
                left -= len(client.recv(left))
            client.sendall(random.Random(23).randbytes(48))
    print("done", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in PORTS and sys.argv[2] == "serve":
        serve(sys.argv[1])
    elif len(sys.argv) == 4 and sys.argv[1] in PORTS and sys.argv[2] == "ask":
        ask(sys.argv[1], sys.argv[3])
    else:
        sys.exit(__doc__)
