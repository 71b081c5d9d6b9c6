/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/topics.h"

static const TopicInfo topics[TOPIC_COUNT] = {
        [TOPIC_SYN] = {"syn", "SYN: the handshake begins",
                       "A TCP connection is opened by a handshake of three segments: SYN, SYN-ACK, ACK. In it each "
                       "side announces the number from which it counts its bytes, and has that acknowledged.",
                       "RFC 9293, section 3.5"},
        [TOPIC_SYN_ACK] = {"syn_ack", "SYN-ACK: the handshake's second segment",
                           "A SYN-ACK acknowledges the client's SYN and carries the server's own. The server's TCP "
                           "sends it for a program that listens on the port.",
                           "RFC 9293, section 3.5"},
        [TOPIC_HANDSHAKE_ACK] =
                {"handshake_ack", "ACK: the handshake is complete",
                 "The last segment of the handshake acknowledges the other side's SYN. From then on both "
                 "sides know where the other began to count, and data can flow in both directions.",
                 "RFC 9293, section 3.5"},
        [TOPIC_INITIAL_SEQUENCE_NUMBER] =
                {"initial_sequence_number", "Initial sequence number (ISN)",
                 "Each side counts its bytes from an initial sequence number, which it chooses so that "
                 "nobody can guess it. Shown here are relative numbers, which begin at 0. The SYN uses up "
                 "one number, so the first byte of data has number 1.",
                 "RFC 9293, section 3.4.1"},
        [TOPIC_SIMULTANEOUS_OPEN] =
                {"simultaneous_open", "Simultaneous open",
                 "Both sides can send a SYN. If they do so at the same time, the SYNs cross (simultaneous "
                 "open); a side can also answer in two segments, an ACK and a SYN (split handshake). Either "
                 "way both SYNs must be acknowledged, and one connection comes of it.",
                 "RFC 9293, section 3.5"},
        [TOPIC_REPEATED_SYN] =
                {"repeated_syn", "Repeated SYN",
                 "TCP sends its SYN again, with the same sequence number, until it is answered; each time it "
                 "waits longer, and in the end it gives up.",
                 "RFC 9293, sections 3.8.1 and 3.8.3"},
        [TOPIC_REPEATED_SYN_ACK] =
                {"repeated_syn_ack", "Repeated SYN-ACK",
                 "A SYN-ACK is sent again when its timer expires before it is acknowledged, or when the SYN "
                 "comes again.",
                 "RFC 9293, sections 3.8.1 and 3.10.7.4"},
        [TOPIC_EARLY_DATA] =
                {"early_data", "Data in the handshake",
                 "A SYN may carry data. The receiver holds it until the handshake is complete, or does not "
                 "accept it: then it is sent again.",
                 "RFC 9293, section 3.5"},
        [TOPIC_FAST_OPEN] =
                {"fast_open", "TCP Fast Open",
                 "With TCP Fast Open a server can give the data of a SYN to its program at once. To prove "
                 "that it receives packets at its address, the client presents a cookie that the server gave "
                 "it in an earlier connection.",
                 "RFC 7413, sections 4.1.1, 4.1.2, 4.2.1 and 4.2.2"},
        [TOPIC_REUSED_PORTS] = {"reused_ports", "Ports used again",
                                "A connection is known by its two addresses and two ports. When they are used again, "
                                "another initial sequence number usually shows that it is a new connection.",
                                "RFC 9293, sections 3.4.1 and 3.6.1"},
        [TOPIC_STATES] = {"states", "States of a connection",
                          "Each side of a connection goes through states. Here a captured packet counts as received; "
                          "a host learns of it a little later.",
                          "RFC 9293, section 3.3.2"},

        [TOPIC_BYTE_STREAM] =
                {"byte_stream", "A stream of bytes",
                 "TCP carries what programs write as a stream of bytes, not as messages: segments may cut it "
                 "anywhere. In a chat over TCP a line feed ends a line.",
                 "RFC 9293, section 2.2"},
        [TOPIC_NAGLE] =
                {"nagle", "Nagle algorithm",
                 "While data that it sent is not acknowledged, a TCP collects what its program writes in small parts, "
                 "and sends it in one segment as soon as the acknowledgement comes. A program can switch that off.",
                 "RFC 9293, section 3.7.4"},
        [TOPIC_PUSH] = {"push", "PSH",
                        "PSH asks the receiver to deliver what it has without waiting for more; usually the "
                        "sender's buffer was empty after the segment. It does not mark the end of a message, and it "
                        "is not URG.",
                        "RFC 9293, section 3.9.1.2"},
        [TOPIC_ACKNOWLEDGEMENT] =
                {"acknowledgement", "Acknowledgement",
                 "An acknowledgement is cumulative: everything before its number has arrived at the TCP "
                 "that sends the acknowledgement. Whether the program there has read it, no segment tells. "
                 "A segment that only acknowledges is not acknowledged itself.",
                 "RFC 9293, section 3.4"},
        [TOPIC_SEQUENCE_WRAP] =
                {"sequence_wrap", "Sequence numbers wrap around",
                 "Sequence numbers have 32 bits: 0 follows 4294967295. Nothing is lost by that, because TCP "
                 "compares them as on a circle. The relative numbers shown here just go on.",
                 "RFC 9293, section 3.4"},
        [TOPIC_RECEIVE_WINDOW] = {"receive_window", "Receive window",
                                  "The receive window says how many more bytes a side accepts, counted from its "
                                  "acknowledgement number.",
                                  "RFC 9293, section 3.8.6"},
        [TOPIC_WINDOW_FULL] = {"window_full", "Window full",
                               "The sender has used up the receive window: it may send no new data until the receiver "
                               "makes room by an acknowledgement or a window update.",
                               "RFC 9293, section 3.8.6"},
        [TOPIC_ZERO_WINDOW] = {"zero_window", "Zero window",
                               "A receive window of 0 asks the sender to stop: the receiver's buffer is full until its "
                               "program reads.",
                               "RFC 9293, section 3.8.6"},
        [TOPIC_ZERO_WINDOW_PROBE] =
                {"zero_window_probe", "Zero-window probe",
                 "While the window is zero, the sender probes from time to time, because the window update "
                 "could have been lost. A probe brings one byte, or only an old number; either way the "
                 "receiver must answer with its current window.",
                 "RFC 9293, section 3.8.6.1"},
        [TOPIC_KEEP_ALIVE] =
                {"keep_alive", "Keep-alive",
                 "On an idle connection TCP may check whether the other side's TCP still has the connection. "
                 "A keep-alive probe repeats the number before the next one, so it brings nothing new but "
                 "must be answered; the programs notice nothing.",
                 "RFC 9293, section 3.8.4"},
        [TOPIC_URGENT] = {"urgent", "URG: urgent data",
                          "URG says that the receiver's program should read up to the end of the urgent data without "
                          "delay. New programs should not use it.",
                          "RFC 9293, section 3.8.5"},

        [TOPIC_RETRANSMISSION] =
                {"retransmission", "Retransmission",
                 "TCP keeps a copy of what it sent until it is acknowledged, and sends it again when its "
                 "timer expires or acknowledgements show a loss. The receiving program gets the bytes once.",
                 "RFC 9293, section 3.8.1; RFC 5681, section 3.2"},
        [TOPIC_FAST_RETRANSMIT] =
                {"fast_retransmit", "Fast retransmit",
                 "After three duplicate acknowledgements a sender retransmits the missing segment at once, "
                 "without waiting for its timer. Wireshark's flag is content with two.",
                 "RFC 5681, section 3.2"},
        [TOPIC_SPURIOUS_RETRANSMISSION] =
                {"spurious_retransmission", "Spurious retransmission",
                 "A retransmission of what was acknowledged already is not needed. Either the "
                 "acknowledgement was lost or late, or the sender's timer expired too early, or the network "
                 "doubled the segment.",
                 "Wireshark's TCP analysis"},
        [TOPIC_OUT_OF_ORDER] =
                {"out_of_order", "Out of order",
                 "IP does not guarantee order; the receiver's TCP restores it by the sequence numbers. A late "
                 "segment was reordered or sent again. If its sender numbers its packets one by one (IPv4 "
                 "identification), that number tells which; else Wireshark goes by the time, since a sender "
                 "needs about one round trip to hear of a loss.",
                 "RFC 791, section 1.2; Wireshark's TCP analysis"},
        [TOPIC_DUPLICATE_ACK] =
                {"duplicate_ack", "Duplicate acknowledgement",
                 "A duplicate acknowledgement repeats which number is expected next. Loss, reordering and "
                 "doubled segments all cause it; the third in a row makes the sender retransmit at once.",
                 "RFC 5681, section 3.2"},
        [TOPIC_SACK] = {"sack", "Selective acknowledgement (SACK)",
                        "SACK reports what arrived beyond a gap, so that only the missing bytes are sent again. The "
                        "receiver may still drop what it reported.",
                        "RFC 2018, sections 3 and 8"},
        [TOPIC_DUPLICATE_SACK] =
                {"duplicate_sack", "D-SACK",
                 "A first SACK block about bytes that were already acknowledged (or that lie within the "
                 "second block) reports that they arrived twice. It asks for nothing.",
                 "RFC 2883, section 4"},
        [TOPIC_GAP] = {"gap", "Gap",
                       "A jump in the sequence numbers shows that bytes are missing: they were lost, come late, or "
                       "were not captured.",
                       "RFC 9293, section 3.4"},
        [TOPIC_NOT_CAPTURED] =
                {"not_captured", "Not captured",
                 "What is acknowledged has arrived. If it is not in the capture, the capture missed it; the "
                 "network did not lose it.",
                 "RFC 9293, section 3.4"},
        [TOPIC_CAPTURED_TWICE] =
                {"captured_twice", "Captured twice",
                 "A capture holds a packet twice where it sees two interfaces that the packet passes, or "
                 "where a mirror port shows both. Wireshark flags the second copy as a retransmission or a "
                 "duplicate acknowledgement.",
                 "RFC 6864, section 4.1; Wireshark's TCP analysis"},
        [TOPIC_MIDSTREAM] =
                {"midstream", "The beginning is missing",
                 "Without the SYN, numbers are counted from the first packet captured, and windows are shown "
                 "unscaled: only the SYNs tell the scale.",
                 "RFC 7323, section 2.2"},
        [TOPIC_ONE_DIRECTION] =
                {"one_direction", "Only one direction",
                 "A capture can hold one direction of a connection only: the other took another way, or came "
                 "too early.",
                 "Wireshark's TCP analysis"},

        [TOPIC_FIN] = {"fin", "FIN",
                       "A FIN says that its sender will send no more data. It uses up one sequence number, so that "
                       "it is acknowledged like a byte. Each side ends its own direction with a FIN.",
                       "RFC 9293, section 3.6"},
        [TOPIC_HALF_CLOSE] =
                {"half_close", "Half-closed connection",
                 "After one FIN the connection is half-closed: the other side may go on sending. Whether the "
                 "program that closed still reads is not in the FIN.",
                 "RFC 9293, section 3.6.1"},
        [TOPIC_LAST_FIN] = {"last_fin", "The second FIN",
                            "If the second FIN acknowledges the first in the same segment, three segments close the "
                            "connection; if the first was acknowledged by a segment of its own, it takes four.",
                            "RFC 9293, section 3.6"},
        [TOPIC_SIMULTANEOUS_CLOSE] =
                {"simultaneous_close", "Simultaneous close",
                 "If both sides send a FIN before they have the other's, the FINs cross. Each must be "
                 "acknowledged, and both sides then wait in TIME-WAIT.",
                 "RFC 9293, section 3.6"},
        [TOPIC_REPEATED_FIN] = {"repeated_fin", "Repeated FIN",
                                "A FIN is sent again, like data, until it is acknowledged.", "RFC 9293, section 3.8.1"},
        [TOPIC_FIN_ACKNOWLEDGED] =
                {"fin_acknowledged", "FIN acknowledged",
                 "The acknowledgement of a FIN tells its sender that all its data has reached the other "
                 "side's TCP. Whether the program there has read it, no segment tells.",
                 "RFC 9293, section 3.6"},
        [TOPIC_TIME_WAIT] =
                {"time_wait", "TIME-WAIT",
                 "The side that closed first, or each of them if the FINs crossed, waits in TIME-WAIT for "
                 "twice the maximum segment lifetime: to answer the other's FIN should it come again, and so "
                 "that late segments cannot reach a new connection.",
                 "RFC 9293, sections 3.3.2 and 3.6.1"},
        [TOPIC_RESET] = {"reset", "RST: reset",
                         "An RST ends a connection at once, if its sequence number lies in the receiver's window; "
                         "many TCPs insist on exactly the number that they expect next. It is not acknowledged. What "
                         "waits to be sent and what was not yet delivered to the program is lost.",
                         "RFC 9293, sections 3.5.3, 3.6.1, 3.10.5 and 3.10.7.4"},
        [TOPIC_IGNORED_RESET] =
                {"ignored_reset", "RST without effect",
                 "An RST counts only if its number lies in the receiver's window, and in answer to a SYN "
                 "only if it acknowledges that; otherwise anybody could end a connection without seeing its "
                 "segments. Any other RST is dropped.",
                 "RFC 9293, sections 3.5.3, 3.10.7.3 and 3.10.7.4; RFC 5961"},
        [TOPIC_REFUSAL] = {"refusal", "Connection refused",
                           "A host on which no program listens on the port answers the SYN with RST: its TCP does so, "
                           "no program. A firewall can send the same in its place.",
                           "RFC 9293, section 3.5.2"},
        [TOPIC_NO_CONNECTION] =
                {"no_connection", "No such connection",
                 "A host answers a segment for which it has no connection with RST. If the segment had no "
                 "ACK, the RST has sequence number 0 and acknowledges what came.",
                 "RFC 9293, sections 3.5.2 and 3.10.7.1"},
        [TOPIC_HANDSHAKE_RESET] =
                {"handshake_reset", "Handshake broken off",
                 "An RST before the last segment of the handshake takes a server that was listening back to "
                 "LISTEN. A host whose program no longer wants the connection sends it, and so does a port "
                 "scanner that has learned what it wanted.",
                 "RFC 9293, section 3.5.3"},
        [TOPIC_HALF_OPEN] = {"half_open", "Half-open connection",
                             "A connection is half-open if one side has lost it, after a crash for example, and the "
                             "other has not noticed. When the first opens it anew, the other answers with an "
                             "acknowledgement from the old connection; the first rejects that with RST, which ends the "
                             "old connection.",
                             "RFC 9293, section 3.5.1"},
        [TOPIC_LATE_DATA] =
                {"late_data", "Data after the close",
                 "A program that has closed completely, or ended, reads no more. Data that still arrives, or "
                 "was not read, is lost, and an RST tells the other side so.",
                 "RFC 9293, section 3.6.1"},
        [TOPIC_PORT_SCAN] =
                {"port_scan", "Segments without ACK",
                 "Apart from a first SYN and some RSTs every segment has ACK set. One without it is dropped "
                 "by an open connection and by a listening port; a port where nobody listens answers with "
                 "RST. Port scanners use the difference.",
                 "RFC 9293, sections 3.10.7.1, 3.10.7.2 and 3.10.7.4"},

        [TOPIC_MSS] = {"mss", "Maximum segment size (MSS)",
                       "The MSS limits what the other side puts into one segment, TCP options and data together: "
                       "with 12 bytes of timestamps, 1460 leaves 1448 bytes of data.",
                       "RFC 9293, section 3.7.1"},
        [TOPIC_WINDOW_SCALE] =
                {"window_scale", "Window scale",
                 "The window field has 16 bits. If both SYNs carry this option, each side's later windows "
                 "count in larger units; the window of a SYN never does.",
                 "RFC 7323, sections 2.2 and 2.3"},
        [TOPIC_SACK_PERMITTED] =
                {"sack_permitted", "SACK permitted",
                 "A side that permits SACK can be told which bytes arrived beyond a gap, so that it sends "
                 "only the missing ones again.",
                 "RFC 2018, section 2"},
        [TOPIC_TIMESTAMPS] =
                {"timestamps", "Timestamps",
                 "Timestamps let a side measure the round-trip time and recognise old duplicates. They are "
                 "used if both SYNs carry the option, then in every segment.",
                 "RFC 7323, sections 3.2, 4 and 5"},
        [TOPIC_OPTION_LENGTH] =
                {"option_length", "Impossible option length",
                 "A receiver must cope with an option of an impossible length; it may ignore the option or "
                 "reset the connection.",
                 "RFC 9293, section 3.1"},
        [TOPIC_UNKNOWN_OPTION] = {"unknown_option", "Unknown option",
                                  "A receiver ignores an option that it does not know.", "RFC 9293, section 3.1"},
        [TOPIC_EXPERIMENTAL_OPTION] =
                {"experimental_option", "Experimental option",
                 "Kinds 253 and 254 are for experiments; a number at their beginning (ExID) tells which "
                 "experiment it is.",
                 "RFC 6994, section 3"},
        [TOPIC_MULTIPATH] = {"multipath", "Multipath TCP",
                             "With Multipath TCP one connection uses several paths, each a TCP connection of its own; "
                             "options tie them together.",
                             "RFC 8684, sections 3.1, 3.2, 3.3, 3.3.8, 3.4.1, 3.4.2, 3.5, 3.6 and 3.7"},
        [TOPIC_USER_TIMEOUT] =
                {"user_timeout", "User timeout",
                 "With this option a side announces how long it waits for an acknowledgement before it gives "
                 "up, and suggests the same to the other.",
                 "RFC 5482, section 3"},
        [TOPIC_AUTHENTICATION] =
                {"authentication", "TCP authentication option (TCP-AO)",
                 "A message authentication code, made with a key that only the two sides know, protects the "
                 "segment against forgery.",
                 "RFC 5925, section 2.2"},
        [TOPIC_MD5_SIGNATURE] =
                {"md5_signature", "MD5 signature",
                 "A digest, made with a password that only the two sides know, protects the segment against "
                 "forgery. BGP routers used it; TCP-AO has replaced it.",
                 "RFC 2385, section 2; RFC 5925"},

        [TOPIC_ECN] = {"ecn", "Explicit congestion notification (ECN)",
                       "With ECN a router that meets congestion marks packets instead of dropping them. The SYN "
                       "offers it, the SYN-ACK accepts it.",
                       "RFC 3168, sections 5 and 6.1.1"},
        [TOPIC_ECN_ECHO] = {"ecn_echo", "ECE and CWR",
                            "A receiver that got a marked packet sets ECE in every acknowledgement, until CWR tells it "
                            "that the sender has reduced its congestion window.",
                            "RFC 3168, sections 6.1.2 and 6.1.3"},
        [TOPIC_ACCURATE_ECN] =
                {"accurate_ecn", "Accurate ECN",
                 "With Accurate ECN the receiver counts the packets that routers marked. In the handshake "
                 "the flags AE, CWR and ECE say how the other side's SYN arrived; afterwards they are a "
                 "counter of three bits, which starts at 5.",
                 "RFC 9768, sections 3.1.1, 3.2.1 and 3.2.2"},
        [TOPIC_ACCURATE_ECN_OPTION] =
                {"accurate_ecn_option", "Accurate ECN option",
                 "The option counts the bytes of data received with each codepoint of the IP header; CE "
                 "counts from 0, the others from 1.",
                 "RFC 9768, sections 3.2.1 and 3.2.3"},
        [TOPIC_CONGESTION_EXPERIENCED] =
                {"congestion_experienced", "CE: congestion experienced",
                 "A router that met congestion marked this packet instead of dropping it. With ECN the "
                 "receiver reports that, and the sender of the packet then slows down.",
                 "RFC 3168, section 5"},

        [TOPIC_UDP] = {"udp", "UDP",
                       "UDP delivers single datagrams: no connection, no acknowledgement, no retransmission, no "
                       "ordering.",
                       "RFC 768"},
        [TOPIC_REQUEST] = {"request", "Request",
                           "UDP does not notice whether a request arrives: if no answer comes, only the client program "
                           "can ask again.",
                           "RFC 768; RFC 8085, section 3.3"},
        [TOPIC_REPLY] = {"reply", "Reply",
                         "UDP has no request numbers: the programs match replies to requests by their contents.",
                         "RFC 768"},
        [TOPIC_NOTICE] = {"notice", "Notice",
                          "A server sends a notice of its own accord, usually because another user did something.",
                          "the protocol's description"},
        [TOPIC_PEER_MESSAGE] = {"peer_message", "From peer to peer",
                                "Messages go from one user's program to the other's, not through the server.",
                                "the protocol's description"},
        [TOPIC_GROUP_MESSAGE] =
                {"group_message", "Multicast",
                 "A datagram to a multicast group reaches every host that has joined the group; none passes "
                 "through the server.",
                 "RFC 1112"},
        [TOPIC_UNKNOWN_MESSAGE] =
                {"unknown_message", "Not a message of the chat",
                 "The chat programs understand only the messages of their protocol, and ignore others.",
                 "the protocol's description"},
        [TOPIC_LONG_DATAGRAM] = {"long_datagram", "Longer than receivers read",
                                 "A program that reads fewer bytes than the datagram has loses the rest of it.",
                                 "the protocol's description"},

        [TOPIC_LAYERS] =
                {"layers", "Layers",
                 "Each layer puts its header before what the layer above hands to it; the same layer of the "
                 "receiver takes the header off, and hands on what is behind it. The layers are the link layer, "
                 "the network layer (IP), the transport layer (TCP, UDP) and the application layer.",
                 "RFC 1122, section 1.1.3"},
        [TOPIC_SNAPSHOT_LENGTH] =
                {"snapshot_length", "Snapshot length",
                 "The capture stored only the first bytes of each packet (snapshot length): what was behind "
                 "them is not known.",
                 "pcapng: the interface's SnapLen"},
        [TOPIC_CLOCK] = {"clock", "The clock went back",
                         "The times of a capture go back where its clock was set back, or where captures of several "
                         "interfaces were merged. No duration is measured across that.",
                         "the times of the capture"},
        [TOPIC_FRAGMENTS] = {"fragments", "Fragments",
                             "A datagram that does not fit into one packet is sent in fragments. The receiver "
                             "reassembles it; if one fragment is lost, all of it is.",
                             "RFC 791, section 3.2; RFC 8200, section 4.5"},
        [TOPIC_CHECKSUM] =
                {"checksum", "Wrong checksum",
                 "The segment or datagram was damaged on its way, or its sender made a mistake. The receiver "
                 "drops it without an answer; lost data is sent again by TCP, not by UDP. The states and "
                 "numbers shown count it as received, as Wireshark's do.",
                 "RFC 9293, section 3.1; RFC 1122, section 4.1.3.4"},
        [TOPIC_UDP_CHECKSUM_ABSENT] =
                {"udp_checksum_absent", "UDP over IPv6 without a checksum",
                 "Over IPv6, whose header has no checksum, the receiver discards a UDP datagram without one, "
                 "unless it belongs to a tunnel that may leave it out.",
                 "RFC 8200, section 8.1; RFC 6935"},
        [TOPIC_IP_CHECKSUM] =
                {"ip_checksum", "Wrong checksum of the IPv4 header",
                 "Every router and host discards a packet whose IPv4 header has a wrong checksum, because "
                 "its addresses cannot be trusted.",
                 "RFC 1812, section 5.2.2; RFC 1122, section 3.2.1.2"},
        [TOPIC_CHECKSUM_OFFLOAD] =
                {"checksum_offload", "Checksum offload",
                 "The checksum is unfinished, and that is no fault: the capture was made in the sender's "
                 "host, before the network card completes it. Within one machine nobody has to.",
                 "Linux, Checksum Offloads"},
        [TOPIC_ICMP_ERROR] = {"icmp_error", "ICMP error",
                              "An ICMP error reports a problem with an earlier packet, usually that it could not be "
                              "delivered, and quotes the start of that packet.",
                              "RFC 792; RFC 4443, section 3"},
        [TOPIC_ICMP_UNREACHABLE] =
                {"icmp_unreachable", "Destination unreachable",
                 "The host that sent the quoted packet hands the error to its UDP or TCP. A program with a "
                 "UDP socket learns of it only if the socket is connected or asks for errors.",
                 "RFC 1122, sections 3.2.2.1, 4.1.3.3 and 4.2.3.9; RFC 4443, section 3.1"},
        [TOPIC_ICMP_TOO_BIG] =
                {"icmp_too_big", "Packet too big",
                 "The packet is too big for the next link and must not be fragmented there. Its sender's "
                 "host is to send smaller ones.",
                 "RFC 792; RFC 4443, section 3.2"},
        [TOPIC_ICMP_TIME_EXCEEDED] =
                {"icmp_time_exceeded", "Time exceeded",
                 "Each router takes one off the TTL (in IPv6 the hop limit) and drops the packet at 0, so "
                 "that a loop ends; and a host discards fragments that stay incomplete for too long.",
                 "RFC 792; RFC 1122, section 3.2.2.4; RFC 4443, section 3.3"},
        [TOPIC_ICMP_PARAMETER_PROBLEM] =
                {"icmp_parameter_problem", "Parameter problem",
                 "A router or host could not process a field of the packet's header, and discarded the "
                 "packet.",
                 "RFC 792; RFC 1122, section 3.2.2.5; RFC 4443, section 3.4"},
        [TOPIC_ICMP_REDIRECT] = {"icmp_redirect", "Redirect",
                                 "A router names a better first hop. The host changes its route; no program is told.",
                                 "RFC 792; RFC 1122, section 3.2.2.2"},
        [TOPIC_ICMP_SOURCE_QUENCH] =
                {"icmp_source_quench", "Source quench",
                 "A source quench asked a host to send more slowly. It is no longer used; hosts ignore it.",
                 "RFC 792; RFC 6633"},
        [TOPIC_GROUP_MEMBERSHIP] =
                {"group_membership", "Group membership",
                 "With IGMP (IPv6: MLD) a host tells its routers which multicast groups it has joined. Its kernel "
                 "does so when the first of its programs joins a group, and again when the last one leaves. So "
                 "routers know on which links somebody listens. A report names no program and no user, and the "
                 "programs of the other members learn nothing of it.",
                 "RFC 3376; RFC 3810"},
        [TOPIC_GROUP_REPORT_REPEATED] =
                {"group_report_repeated", "Repeated membership report",
                 "Nobody acknowledges a report, and routers could miss it: a change is reported twice, or more "
                 "often, after short times chosen at random.",
                 "RFC 3376, section 5.1; RFC 3810, section 6.1"},

        [TOPIC_ARP] = {"arp", "ARP",
                       "ARP finds out which MAC address belongs to an IPv4 address on the same link. It takes the "
                       "place of an IP packet in the frame, so it has neither transport nor ports. A host that "
                       "remembers the answer may check it by asking the other host alone.",
                       "RFC 826; RFC 1122, section 2.3.2.1"},
        [TOPIC_ARP_PROBE] = {"arp_probe", "ARP probe",
                             "Before a host uses an address it asks for it, with 0.0.0.0 as its own, to learn whether "
                             "another host has it.",
                             "RFC 5227, section 2.1.1"},
        [TOPIC_ARP_ANNOUNCEMENT] =
                {"arp_announcement", "ARP announcement",
                 "A host announces its address without having been asked, so that others correct what they "
                 "remember.",
                 "RFC 5227, section 2.3"},

        [TOPIC_HANDSHAKE] =
                {"handshake", "Handshake",
                 "In the handshake each side announces its initial sequence number and has it acknowledged.",
                 "RFC 9293, section 3.5"},
        [TOPIC_UNANSWERED_SYN] =
                {"unanswered_syn", "SYN without an answer",
                 "A SYN stays unanswered if it or its answer was lost, nobody is there, or a firewall drops "
                 "it without a word. A host on which no program listens would refuse with RST.",
                 "RFC 9293, section 3.5.2"},
        [TOPIC_INCOMPLETE_HANDSHAKE] =
                {"incomplete_handshake", "Incomplete handshake",
                 "Until its SYN-ACK is acknowledged the server is in SYN-RECEIVED; it repeats the SYN-ACK "
                 "and gives up in the end.",
                 "RFC 9293, sections 3.3.2 and 3.8.3"},
        [TOPIC_CLOSE] = {"close", "Close",
                         "Each side ends its own direction with a FIN, and the other acknowledges it, and with it "
                         "all data before.",
                         "RFC 9293, section 3.6"},
        [TOPIC_UDP_CONVERSATION] = {"udp_conversation", "UDP conversation",
                                    "UDP has no connections: datagrams between the same two endpoints are shown as one "
                                    "conversation.",
                                    "RFC 768"},
        [TOPIC_UNANSWERED_REQUEST] =
                {"unanswered_request", "Unanswered request",
                 "UDP does not tell why a request has no answer: the request or its answer may have been "
                 "lost, or nobody answered. Only an ICMP error, where one comes, tells more.",
                 "RFC 768; RFC 1122, section 4.1.3.3"},
        [TOPIC_CONNECTION_NAMES] = {"connection_names", "Names of Zeek and Wireshark",
                                    "Zeek and Wireshark have short names for how much of a connection was captured.",
                                    "Zeek's conn_state; Wireshark's tcp.completeness"},
};

const TopicInfo *topic_get(Topic topic)
{
        return &topics[topic];
}

gboolean topic_from_name(const char *name, Topic *ret_topic)
{
        for (Topic topic = 0; topic < TOPIC_COUNT; topic++)
                if (g_str_equal(topics[topic].name, name)) {
                        *ret_topic = topic;
                        return TRUE;
                }
        return FALSE;
}
