"""A small S3 on loopback for the tests: one bucket, listed and read; faults on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape


class Bucket:
    """Objects by key, with the time of their last change; `read` are the keys whose content was asked for."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.read: list[str] = []
        self.refuse = False
        self.port = 0

    def put(self, key: str, content: str | bytes, at: datetime) -> None:
        self.objects[key] = (content.encode() if isinstance(content, str) else content, at.replace(tzinfo=UTC))

    def url(self, path: str) -> str:
        return f"s3://{path}?region=us-east-1&endpoint_override={quote(f'http://127.0.0.1:{self.port}', safe='')}"

    def listing(self, prefix: str, delimiter: str) -> bytes:
        folders, files = set(), ""
        for key, (content, at) in sorted(self.objects.items()):
            if not key.startswith(prefix):
                continue
            rest = key[len(prefix) :]
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
                continue
            etag = hashlib.md5(content).hexdigest()
            files += (
                f"<Contents><Key>{escape(key)}</Key><LastModified>{at:%Y-%m-%dT%H:%M:%S}.000Z</LastModified>"
                f"<ETag>&quot;{etag}&quot;</ETag><Size>{len(content)}</Size></Contents>"
            )
        shared = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>bucket</Name><Prefix>{escape(prefix)}</Prefix><KeyCount>{len(self.objects)}</KeyCount>"
            f"<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{files}{shared}</ListBucketResult>"
        ).encode()


@contextmanager
def serving() -> Iterator[Bucket]:
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name, _, key = unquote(parts.path).lstrip("/").partition("/")
            query = parse_qs(parts.query, keep_blank_values=True)
            if bucket.refuse or name != "bucket":
                kind = "AccessDenied" if bucket.refuse else "NoSuchBucket"
                self.answer(403 if bucket.refuse else 404, f"<Error><Code>{kind}</Code></Error>".encode())
            elif "list-type" in query:
                self.answer(200, bucket.listing(query.get("prefix", [""])[0], query.get("delimiter", [""])[0]))
            elif key in bucket.objects:
                self.give(key)
            else:
                self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

        def give(self, key: str) -> None:
            content, at = bucket.objects[key]
            headers = {"Last-Modified": format_datetime(at, usegmt=True)}
            if self.command == "GET":
                bucket.read.append(key)
            if asked := self.headers.get("Range"):
                first, _, last = asked.removeprefix("bytes=").partition("-")
                piece = content[int(first) : int(last or len(content)) + 1]
                headers["Content-Range"] = f"bytes {first}-{int(first) + len(piece) - 1}/{len(content)}"
                self.answer(206, piece, headers)
            else:
                self.answer(200, content, headers)

        def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for header, value in {"Content-Type": "application/xml", **(headers or {})}.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        bucket.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield bucket
        finally:
            server.shutdown()
