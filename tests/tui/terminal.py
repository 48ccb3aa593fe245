# SPDX-License-Identifier: MIT
"""A program in a pseudo-terminal whose screen can be read: pyte is the terminal."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

DEADLINE = 10.0
TIOCGPTN = 0x80045430  # the number of a pseudo-terminal, from its master


class Screen(pyte.Screen):
    """pyte without what it answers, with the sequences that ncurses uses and it lacks: REP, SU, SD."""

    def write_process_input(self, data):
        pass

    def repeat(self, count=1):
        cell = self.buffer[self.cursor.y][max(self.cursor.x - 1, 0)]
        self.draw(cell.data * (count or 1))

    def erase_in_display(self, how=0, *args, **kwargs):
        super().erase_in_display(how, *args, **kwargs)
        self.fill()

    def insert_lines(self, count=None):
        super().insert_lines(count)
        self.fill()

    def delete_lines(self, count=None):
        super().delete_lines(count)
        self.fill()

    def index(self):
        before = self.cursor.y
        super().index()
        if self.cursor.y == before:  # scrolled
            self.fill()

    def reverse_index(self):
        before = self.cursor.y
        super().reverse_index()
        if self.cursor.y == before:
            self.fill()

    def insert_characters(self, count=None):
        super().insert_characters(count)
        self.fill()

    def delete_characters(self, count=None):
        super().delete_characters(count)
        self.buffer[self.cursor.y].pop(self.columns - (count or 1), None)
        self.fill()

    def fill(self):
        """What is empty has the background of now; pyte has nothing there, which is the terminal's own."""
        for y in range(self.lines):
            line = self.buffer[y]
            for x in range(self.columns):
                line.setdefault(x, self.cursor.attrs)

    def scroll_up(self, count=1):
        self.scroll(count, lambda top, bottom: (bottom, self.index))

    def scroll_down(self, count=1):
        self.scroll(count, lambda top, bottom: (top, self.reverse_index))

    def scroll(self, count, how):
        margins = self.margins or pyte.screens.Margins(0, self.lines - 1)
        line, step = how(margins.top, margins.bottom)
        kept, self.cursor.y = self.cursor.y, line
        for _ in range(count or 1):
            step()
        self.cursor.y = kept


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, b="repeat", S="scroll_up", T="scroll_down")
    events = frozenset(pyte.ByteStream.events | {"repeat", "scroll_up", "scroll_down"})
    begun = b""  # of a sequence whose end is still to come

    def feed(self, data):
        """Takes 24-bit colours as terminals' descriptions have them (38:2::R:G:B), which pyte reads with ; only."""
        data = self.begun + data
        self.begun = re.search(rb"(\x1b(\[[\d;:]*)?)?\Z", data).group()
        whole = data[:len(data) - len(self.begun)]
        super().feed(re.sub(rb"\x1b\[[\d;:]*m", lambda found: re.sub(rb":+", b";", found.group()), whole))


class Terminal:
    def __init__(self, argv, cols=80, rows=24, env=None, term="xterm-256color"):
        self.screen = Screen(cols, rows)
        self.stream = Stream(self.screen)
        self.output = bytearray()
        self.status = None
        environment = {"PATH": os.environ["PATH"], "HOME": "/dev/null", "TZ": "UTC",
                       "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": term}
        environment.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        environment.update(env or {})
        ready, go = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.close(go)
            os.read(ready, 1)  # until the size is set
            os.execvpe(argv[0], argv, environment)
        os.close(ready)
        self.set_size(cols, rows)
        self.modes_before = termios.tcgetattr(self.fd)
        os.write(go, b"x")
        os.close(go)

    def set_size(self, cols, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def resize(self, cols, rows):
        self.screen.resize(rows, cols)
        self.set_size(cols, rows)

    def send(self, keys):
        os.write(self.fd, keys if isinstance(keys, bytes) else keys.encode())

    def pump(self, seconds):
        """Takes what the program has written within so many seconds; False: nothing came."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            self.reap()
            return False
        self.output += data
        self.stream.feed(data)
        return True

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def works(self, all_threads=False):
        """Whether the program, or what it has started, is at work: a thread that draws is, one that waits is not."""
        found = [self.pid] if self.status is None else []
        for pid in found:
            try:
                for thread in os.listdir("/proc/%d/task" % pid) if all_threads else [str(pid)]:
                    with open("/proc/%d/task/%s/stat" % (pid, thread), "rb") as stat:
                        if stat.read().rpartition(b") ")[2][:1] in b"RD":
                            return True
                with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
                    found += map(int, children.read().split())
            except OSError:  # it has just ended
                pass
        return False

    def wait(self, condition, what="", deadline=DEADLINE):
        """Until condition() holds of a whole frame, not of half of one; the screen is in the error."""
        end = time.monotonic() + deadline
        while True:
            while self.pump(0):
                pass
            holds = condition()
            left = end - time.monotonic()
            if holds and (left <= 0 or not self.works()) and not self.pump(0):
                return
            if holds and left > 0:
                self.pump(0.002)
                continue
            if left <= 0 or self.status is not None:
                ended = "" if self.status is None else " (the program ended: %d)" % self.status
                raise AssertionError("waited in vain for %s%s; the screen is\n%s"
                                     % (what or condition, ended, self.text()))
            self.pump(min(left, 0.5))

    def wait_for(self, text, deadline=DEADLINE):
        self.wait(lambda: text in self.text(), repr(text), deadline)

    def wait_gone(self, text, deadline=DEADLINE):
        self.wait(lambda: text not in self.text(), "%r to go" % text, deadline)

    def settle(self, quiet=0.3):
        """Until what was sent is read, nothing is written any more, and nothing is at work that may write."""
        end = time.monotonic() + DEADLINE
        while self.pump(quiet) or (self.status is None and time.monotonic() < end and
                                   (self.unread() > 0 or self.works(all_threads=True))):
            pass

    def reap(self, options=0):
        if self.status is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.status = status
        return self.status

    def wait_exit(self, deadline=DEADLINE):
        """The exit code, negative for a signal."""
        end = time.monotonic() + deadline
        while self.reap(os.WNOHANG) is None:
            if time.monotonic() > end:
                raise AssertionError("the program did not end; the screen is\n" + self.text())
            self.pump(0.05)
        while self.pump(0):
            pass
        if os.WIFSIGNALED(self.status):
            return -os.WTERMSIG(self.status)
        return os.WEXITSTATUS(self.status)

    def signal(self, number):
        os.kill(self.pid, number)

    def unread(self):
        """Bytes of what was sent that the program has not read yet."""
        number = struct.unpack("i", fcntl.ioctl(self.fd, TIOCGPTN, b"\0\0\0\0"))[0]
        slave = os.open("/dev/pts/%d" % number, os.O_RDWR | os.O_NOCTTY)
        try:
            count = fcntl.ioctl(slave, termios.FIONREAD, b"\0\0\0\0")
        finally:
            os.close(slave)
        return struct.unpack("i", count)[0]

    def switches(self):
        """How often the program has gone to sleep so far."""
        with open("/proc/%d/status" % self.pid) as status:
            for line in status:
                if line.startswith("voluntary_ctxt_switches"):
                    return int(line.split()[1])
        return 0

    def close(self):
        if self.reap(os.WNOHANG) is None:
            os.kill(self.pid, signal.SIGKILL)
            self.reap()
        try:
            os.close(self.fd)
        except OSError:
            pass


def decode_keys(text):
    """"\\r", "\\e" and \\xHH as typed on a command line."""
    return codecs.decode(text.replace("\\e", "\\x1b"), "unicode_escape")
