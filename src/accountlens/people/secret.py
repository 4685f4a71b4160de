"""Secrets that are told once and kept as a hash: of links, sessions and tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets

BYTES = 32  # 256 bits cannot be guessed, so a hash without salt and without delay is enough


def new_secret(prefix: str = "") -> str:
    return prefix + secrets.token_urlsafe(BYTES)


def new_id(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(6)}"


def digest(secret: str) -> str:
    """What the app state keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_token(secret: str) -> str:
    """What only pages of the session of this secret can say: bound to it, and no way back to it."""
    return hmac.new(secret.encode(), b"accountlens csrf", hashlib.sha256).hexdigest()


def is_csrf_token(told: str, secret: str) -> bool:
    return hmac.compare_digest(told.encode(), csrf_token(secret).encode())
