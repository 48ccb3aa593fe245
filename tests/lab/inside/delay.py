#!/usr/bin/python3
# SPDX-License-Identifier: MIT

"""Forwards every packet of a TUN interface back into it after a delay: delay.py INTERFACE MILLISECONDS."""

import collections
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
QUEUE = 20000


def main():
    name, delay = sys.argv[1], int(sys.argv[2]) / 1000
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "txqueuelen", "10000", "up"], check=True)
    waiting = collections.deque()
    while True:
        wait = None if not waiting else max(0, waiting[0][0] - time.monotonic())
        select.select([tun], [], [], wait)
        now = time.monotonic()
        try:
            while len(waiting) < QUEUE:
                waiting.append((now + delay, os.read(tun, 65536)))
        except BlockingIOError:
            pass
        while waiting and waiting[0][0] <= time.monotonic():
            try:
                os.write(tun, waiting.popleft()[1])
            except OSError:
                pass


main()
