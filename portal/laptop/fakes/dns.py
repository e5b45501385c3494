"""A name server on loopback, over UDP and TCP of one port, that answers from a table like a resolver of a provider.

    with DnsFake() as fake:
        fake.add("example.ru", "TXT", "v=spf1 -all")              # cut into strings of 255 bytes
        fake.add("example.ru", "TXT", ("v=spf1 ip4:192.0", ".2.1 -all"))
        fake.add("s1._domainkey.example.ru", "CNAME", "key.service.example.")
        resolver = fake.resolver()

Names may be national ones. A CNAME is followed as far as the table goes. What is not in the table does not exist.

How to make it misbehave: ``fake.silent.add(name)`` never answers, ``fake.silent_kinds.add("MX")`` not to a kind;
``fake.codes[name] = "SERVFAIL"`` (or REFUSED) answers with that; ``fake.garbled.add(name)`` with bytes that are no
answer; ``fake.truncates = True`` sends everybody to TCP; ``fake.delay`` seconds pass before each answer.
``fake.asked`` are all questions, as pairs of name and kind.
"""

import contextlib
import socketserver
import struct
import threading
import time
from typing import Any, Final, Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.resolver

from portal.laptop.fakes.lasting import PromptServer, Running

MOST_STRING_BYTES: Final = 255
MOST_ALIASES: Final = 8
IN: Final = dns.rdataclass.IN


class DnsFake(Running):
    """One name server, running from `start` to `stop`."""

    def __init__(self, *, port: int = 0) -> None:
        self.silent: set[str] = set()
        self.silent_kinds: set[str] = set()
        self.codes: dict[str, str] = {}
        self.garbled: set[str] = set()
        self.truncates = False
        self.delay = 0.0
        self.asked: list[tuple[str, str]] = []
        self._table: dict[tuple[dns.name.Name, str], list[dns.rdata.Rdata]] = {}
        self._tcp = _Tcp(("127.0.0.1", port), _Stream)
        self._udp = _Udp(("127.0.0.1", self._tcp.server_address[1]), _Datagram)
        self._tcp.fake = self._udp.fake = self
        self._threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in (self._tcp, self._udp)]

    @property
    def port(self) -> int:
        """Return where it listens on 127.0.0.1."""
        return int(self._tcp.server_address[1])

    def add(self, name: str, kind: str, value: str | tuple[str, ...]) -> None:
        """Put one record into the table. The strings of a TXT are taken as they are, others as in a zone file."""
        if kind == "TXT":
            value = " ".join(_quoted(part) for part in ([value] if isinstance(value, str) else value))
        found = dns.rdata.from_text(
            IN, dns.rdatatype.from_text(kind), str(value), origin=dns.name.root, relativize=False
        )
        self._table.setdefault((_name(name), kind), []).append(found)

    def resolver(self) -> dns.resolver.Resolver:
        """Return a resolver that asks here and nowhere else."""
        found = dns.resolver.Resolver(configure=False)
        found.nameservers, found.port, found.timeout = ["127.0.0.1"], self.port, 0.5
        return found

    def start(self) -> Self:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Close the sockets."""
        for server, thread in zip((self._tcp, self._udp), self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join(5)

    def reply(self, wire: bytes, *, is_datagram: bool) -> bytes | None:
        """Return the bytes of the answer; None for none."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_unicode(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        time.sleep(self.delay)
        if name in self.silent or kind in self.silent_kinds:
            return None
        if name in self.garbled:
            return wire[:2] + b"\x81\x80" + b"\xff" * 20
        answer = dns.message.make_response(query, recursion_available=True)
        if is_datagram and self.truncates:
            answer.flags |= dns.flags.TC
        elif name in self.codes:
            answer.set_rcode(dns.rcode.from_text(self.codes[name]))
        else:
            self._fill(answer, question.name.canonicalize(), kind)
        return answer.to_wire(max_size=65535)

    def _fill(self, answer: dns.message.Message, name: dns.name.Name, kind: str) -> None:
        """Put in what the table has, along the aliases."""
        for _ in range(MOST_ALIASES):
            records = self._table.get((name, kind), [])
            aliases = self._table.get((name, "CNAME"), [])
            for record in records or aliases:
                rrset = answer.find_rrset(answer.answer, name, IN, record.rdtype, create=True)
                rrset.add(record, 60)
            if records or not aliases:
                break
            name = _target(aliases[0])
        if not any(other.is_subdomain(name) for other, _ in self._table):
            answer.set_rcode(dns.rcode.NXDOMAIN)


def _name(text: str) -> dns.name.Name:
    return dns.name.from_text(text).canonicalize()


def _target(alias: Any) -> dns.name.Name:
    target: dns.name.Name = alias.target
    return target.canonicalize()


def _quoted(text: str) -> str:
    raw = text.encode()
    parts = [raw[start : start + MOST_STRING_BYTES] for start in range(0, len(raw), MOST_STRING_BYTES)] or [b""]
    return " ".join('"' + "".join(f"\\{byte:03d}" for byte in part) + '"' for part in parts)


class _Udp(PromptServer, socketserver.ThreadingUDPServer):
    daemon_threads = True
    fake: DnsFake


class _Tcp(PromptServer, socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    fake: DnsFake


class _Datagram(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        wire, socket = self.request
        with contextlib.suppress(OSError):
            answer = self.server.fake.reply(wire, is_datagram=True)
            if answer is not None:
                socket.sendto(answer, self.client_address)


class _Stream(socketserver.StreamRequestHandler):
    server: _Tcp

    def handle(self) -> None:
        with contextlib.suppress(OSError, struct.error):
            (length,) = struct.unpack("!H", self.rfile.read(2))
            answer = self.server.fake.reply(self.rfile.read(length), is_datagram=False)
            if answer is not None:
                self.wfile.write(struct.pack("!H", len(answer)) + answer)
