#!/usr/bin/python3
# SPDX-License-Identifier: MIT

"""The web interface of a lab host: POST /external/server/NAME, answered from the SIP core and the tables.

usage: external.py --dir FOLDER --address ADDRESS [--port 8080] [--quirks]
FOLDER/web.mode may say how to misbehave: 404, empty, garbage, half, slow or denied.
"""

import argparse
import http.server
import json
import os
import socket
import sys
import time

import core
import endpoints
import tables

PREFIX = "/external/server/"
ALLOWED = ("127.0.0.1", "::ffff:127.0.0.1")
CORE_OR_TABLES_FAILED = -1
BODY_LIMIT = 1 << 20
AS_STRING = {"lockType", "capacity", "level", "currentCall", "money", "priority"}

NOT_FOUND_PAGE = b"""<html><head><title>Apache Tomcat/7.0.100 - Error report</title></head><body><h1>HTTP Status 404 - %s</h1>
<p><b>type</b> Status report</p><p><b>description</b> <u>The requested resource is not available.</u></p>
<h3>Apache Tomcat/7.0.100</h3></body></html>"""
DENIED_PAGE = b"<html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"
GARBAGE = b"\x00\xff\xfe<\x1b[2J]]{{retCode:0,,\xc3\x28"


def quirk(value, key=""):
    """Some numbers as strings, a single alarm as an object."""
    if isinstance(value, dict):
        value = {name: quirk(inner, name) for name, inner in value.items()}
        alarms = value.get("infoAlarmCurrents")
        if alarms and len(alarms) == 1:
            value["infoAlarmCurrents"] = alarms[0]
        return value
    if isinstance(value, list):
        return [quirk(inner) for inner in value]
    return str(value) if key in AS_STRING and isinstance(value, (int, float)) else value


def answer(name, body, quirks):
    """The JSON document for one request, or None for an empty answer."""
    if not body.strip():
        return None
    try:
        request = json.loads(body)
    except ValueError:
        return None
    if not isinstance(request, dict):
        return None
    try:
        fields = {"retCode": 0, **endpoints.ALL[name](request)}
    except endpoints.Refused as refused:
        return {"retCode": refused.code, "exception": str(refused)}
    except (core.CoreError, tables.TablesError) as error:
        return {"retCode": CORE_OR_TABLES_FAILED, "exception": str(error)}
    except (TypeError, ValueError, KeyError):
        return None
    if not quirks:
        return fields
    return [quirk(fields)] if name == "GetCdr" else quirk(fields)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache-Coyote/1.1"
    sys_version = ""
    timeout = 60

    def mode(self):
        try:
            with open(self.server.mode_file, encoding="ascii", errors="replace") as file:
                return file.read().strip()
        except OSError:
            return ""

    def send(self, status, body, length=None):
        self.send_response(status)
        self.send_header("Pragma", "no-cache")
        self.send_header("Content-Type", "text/html;charset=utf-8")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def send_not_found(self):
        self.send(404, NOT_FOUND_PAGE % self.path.encode("ascii", "replace")[:200])

    def read_body(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            self.close_connection = True
            return b""
        return self.rfile.read(int(length))

    def do_GET(self):
        if self.client_address[0] not in ALLOWED:
            self.send(200, DENIED_PAGE)
        elif self.path.rstrip("/") == "/external/test/server":
            self.send(200, "\n".join(endpoints.ALL).encode())
        else:
            self.send_not_found()

    def do_POST(self):
        body, mode = self.read_body(), self.mode()
        name = self.path[len(PREFIX):] if self.path.startswith(PREFIX) else ""
        if self.client_address[0] not in ALLOWED or mode == "denied":
            self.send(200, DENIED_PAGE)
        elif mode == "404" or name not in endpoints.ALL:
            self.send_not_found()
        elif mode == "empty":
            self.send(200, b"")
        elif mode == "garbage":
            self.send(200, GARBAGE)
        else:
            self.serve(name, body, mode)

    def serve(self, name, body, mode):
        if mode == "slow":
            time.sleep(30)
        document = answer(name, body, self.server.quirks)
        text = b"" if document is None else json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "replace")
        if mode == "half":
            self.close_connection = True
            self.send(200, text[:len(text) // 2], len(text))
        else:
            self.send(200, text)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, socket.timeout)):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--quirks", action="store_true")
    options = parser.parse_args()
    endpoints.ADDRESS = options.address
    server = Server(("0.0.0.0", options.port), Handler)
    server.mode_file = os.path.join(options.dir, "web.mode")
    server.quirks = options.quirks
    server.serve_forever()


if __name__ == "__main__":
    main()
