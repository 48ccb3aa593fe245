# SPDX-License-Identifier: MIT

"""What the SIP core knows: its calls, its registrations, its counters, over its RPC pipe."""

import itertools
import json
import os
import select
import threading
import time

FOLDER = "/run/kamailio"
TIMEOUT_S = 5


class CoreError(Exception):
    """The core does not answer, or refuses."""


_number = itertools.count()
_lock = threading.Lock()


def _read_reply(fd, deadline):
    parts = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise CoreError("softswitch does not answer")
        if not select.select([fd], [], [], min(left, 0.5))[0]:
            continue
        part = os.read(fd, 1 << 20)
        if part:
            parts.append(part)
        elif parts:
            return b"".join(parts)
        else:
            time.sleep(0.001)


def _exchange(method, params):
    name = f"reply-{os.getpid()}-{next(_number)}"
    path = f"{FOLDER}/{name}"
    request = {"jsonrpc": "2.0", "method": method, "reply_name": name, "id": 1}
    if params:
        request["params"] = list(params)
    os.mkfifo(path, 0o622)
    os.chmod(path, 0o622)
    try:
        reply = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            pipe = os.open(f"{FOLDER}/rpc", os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(pipe, json.dumps(request).encode())
            finally:
                os.close(pipe)
            return _read_reply(reply, time.monotonic() + TIMEOUT_S)
        finally:
            os.close(reply)
    except OSError as error:
        raise CoreError("softswitch is not connected") from error
    finally:
        os.unlink(path)


def call(method, *params):
    """Result of one RPC. The core reads its pipe one request at a time."""
    if not _lock.acquire(timeout=TIMEOUT_S):
        raise CoreError("softswitch does not answer")
    try:
        raw = _exchange(method, params)
    finally:
        _lock.release()
    answer = json.loads(raw.decode("utf-8", "replace"), strict=False)
    if "error" in answer:
        raise CoreError(answer["error"].get("message", "refused"))
    return answer.get("result")


class Call:
    """One call in progress."""

    def __init__(self, dialog):
        self.facts = {}
        for pair in dialog.get("variables", []):
            self.facts.update(pair)
        self.call_id = int(self.facts.get("id", 0))
        self.sip_call_id = dialog["call-id"]
        self.entry, self.slot = dialog["h_entry"], dialog["h_id"]
        self.cseq = dialog["caller"].get("cseq") or "1"
        self.confirmed = dialog["state"] in (3, 4)
        self.over = dialog["state"] == 5

    def get(self, name):
        return self.facts.get(name) or ""

    def time_ms(self, name):
        return int(float(self.facts.get(name) or 0) * 1000)


def calls():
    found = [Call(dialog) for dialog in call("dlg.list") or []]
    return [one for one in found if one.call_id and not one.over]


def call_count():
    return call("dlg.stats_active")["all"]


def cdr_queue():
    return call("mqueue.get_size", "cdr")["size"] + int(table("ctl").get("writing", 0))


def table(name):
    """A hash table of the core as a dictionary."""
    return {item["name"]: item["value"] for entry in call("htable.dump", name) or [] for item in entry["slot"]}


def hang_up(one):
    """Ends a call for good: BYE to both sides; while it is being set up 487 to the caller and CANCEL to the carrier."""
    call("htable.seti", "forced", one.sip_call_id, 1)
    if one.confirmed:
        call("dlg.end_dlg", one.entry, one.slot)
    else:
        call("tm.reply_callid", 487, "Request Terminated", one.sip_call_id, one.cseq, f"core{one.call_id}", ".")


_ticket = 0
_ticket_lock = threading.Lock()


def reload():
    """Returns when the core works with what the tables say now."""
    global _ticket
    with _ticket_lock:
        _ticket = ticket = max(_ticket + 1, int(time.time() * 10) % (1 << 31))
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        call("htable.seti", "ctl", "reload", ticket)
        for _ in range(20):
            if int(table("ctl").get("loaded", 0)) >= ticket:
                return
            time.sleep(0.02)
    raise CoreError("softswitch does not take the change")


def registrations():
    """number -> its registration; of several contacts the latest."""
    since = table("reg")
    found = {}
    for domain in call("ul.dump")["Domains"]:
        for aor in domain["Domain"]["AoRs"]:
            info = aor["Info"]
            contacts = [item["Contact"] for item in info["Contacts"]]
            latest = max(contacts, key=lambda contact: contact["Last-Modified"])
            found[info["AoR"]] = {
                "address": latest["Address"].split("@")[-1].split(":")[0].split(";")[0],
                "since_s": int(since.get(info["AoR"], latest["Last-Modified"])),
                "updated_s": latest["Last-Modified"],
                "device": latest["User-Agent"],
            }
    return found


def started_s():
    return int(time.time()) - call("core.uptime")["uptime"]
