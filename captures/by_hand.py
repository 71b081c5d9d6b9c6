#!/usr/bin/python3
"""A partner for a TCP chat that does what tcp-chat does not: by_hand.py [OPTION...] [ADDRESS] PORT

With PORT alone it listens, with an ADDRESS it connects. Lines of standard input are sent, what arrives is printed. The
end of standard input ends its own direction with a FIN; it goes on reading until the other side's FIN.

    --keep-alive SECONDS  have the kernel probe a connection that was idle for so long
    --from PORT           connect from this port, so that two can connect to each other (simultaneous open)
    --when-told           connect as soon as a line is typed, which is not sent
    --stay                when the other side has ended, go on sending until standard input ends
"""
import argparse
import os
import selectors
import socket
import sys


def connected(options):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not options.address:
            listener.bind(("", options.port))
            listener.listen(1)
            return listener.accept()[0]
    connection = socket.socket()
    if options.own_port:
        connection.bind(("", options.own_port))
    if options.keep_alive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL):
            connection.setsockopt(socket.IPPROTO_TCP, name, options.keep_alive)
    if options.when_told:
        say("Ready.\n")
        while os.read(0, 1) not in (b"\n", b""):
            pass
    connection.connect((options.address, options.port))
    return connection


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep-alive", type=int)
    parser.add_argument("--from", type=int, dest="own_port")
    parser.add_argument("--when-told", action="store_true")
    parser.add_argument("--stay", action="store_true")
    parser.add_argument("address", nargs="?")
    parser.add_argument("port", type=int)
    options = parser.parse_args()

    connection = connected(options)
    say("Connected.\n")
    events = selectors.DefaultSelector()
    events.register(0, selectors.EVENT_READ)
    events.register(connection, selectors.EVENT_READ)
    sending = receiving = True
    while sending or receiving:
        for key, _ in events.select():
            octets = os.read(0, 65536) if key.fileobj == 0 else connection.recv(65536)
            if octets and key.fileobj == 0:
                connection.sendall(octets)
            elif octets:
                say(octets.decode("utf-8", "replace"))
            elif key.fileobj == 0:
                events.unregister(0)
                connection.shutdown(socket.SHUT_WR)
                sending = False
            else:
                events.unregister(connection)
                say("The other side has ended.\n")
                receiving = False
                sending = sending and options.stay
    connection.close()


if __name__ == "__main__":
    main()
