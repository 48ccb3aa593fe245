# SPDX-License-Identifier: MIT
"""Capture files with known contents for tests: raw IPv4 frames with SIP in UDP."""
import struct

RAW = 101


def address(text):
    return bytes(int(part) for part in text.split("."))


def frame(source, destination, payload, source_port=5060, destination_port=5060):
    """A raw IPv4 packet with a UDP datagram."""
    if isinstance(payload, str):
        payload = payload.encode()
    udp = struct.pack(">HHHH", source_port, destination_port, 8 + len(payload), 0) + payload
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, address(source),
                       address(destination)) + udp


def request(method, user="100", agent=None, call=1, headers=()):
    lines = ["%s sip:%s@192.0.2.1 SIP/2.0" % (method, user),
             "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK%s%d" % (method, call),
             "From: <sip:%s@192.0.2.1>;tag=%d" % (user, call), "To: <sip:%s@192.0.2.1>" % user,
             "Call-ID: call%d@test" % call, "CSeq: %d %s" % (call, method)]
    if agent is not None:
        lines.append("User-Agent: " + agent)
    return "\r\n".join(lines + list(headers) + ["Content-Length: 0", "", ""])


def response(status, method, user="100", call=1):
    return "\r\n".join(["SIP/2.0 %d Something" % status,
                        "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK%s%d" % (method, call),
                        "From: <sip:%s@192.0.2.1>;tag=%d" % (user, call),
                        "To: <sip:%s@192.0.2.1>;tag=b" % user, "Call-ID: call%d@test" % call,
                        "CSeq: %d %s" % (call, method), "Content-Length: 0", "", ""])


def record(time_us, data):
    return struct.pack("<IIII", time_us // 1000000, time_us % 1000000, len(data), len(data)) + data


def capture(packets, linktype=RAW):
    """The bytes of a pcap file of (time in microseconds, frame) pairs."""
    head = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, linktype)
    return head + b"".join(record(time_us, data) for time_us, data in packets)


NOON_US = 1795162507 * 1000000  # 2026-11-20T08:15:07Z


def scan():
    """A minute: a scanner, a phone that registers, and what the host answers."""
    packets = []
    for i in range(60):
        at = NOON_US + i * 1000000
        packets.append((at, frame("203.0.113.9", "192.0.2.1",
                                  request("OPTIONS", agent="friendly-scanner", call=i))))
    for i in range(10):
        at = NOON_US + i * 6000000 + 500000
        packets.append((at, frame("198.51.100.7", "192.0.2.1",
                                  request("REGISTER", user="200", agent="Phone 1", call=i))))
        packets.append((at + 1000, frame("192.0.2.1", "198.51.100.7",
                                         response(200, "REGISTER", "200", i))))
    packets.append((NOON_US + 59900000, frame("198.51.100.8", "192.0.2.1", b"\r\n\r\n")))
    packets.append((NOON_US + 60000000, frame("198.51.100.8", "192.0.2.1", b"garbage")))
    return sorted(packets)
