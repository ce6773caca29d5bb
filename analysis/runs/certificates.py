"""Certificates for the connections of a cluster: a folder with three files, checked before anything is opened."""

from __future__ import annotations

import os
import ssl

from distributed import Security

from analysis.errors import UserError

FILES = ("ca.pem", "cert.pem", "key.pem")
ROLES = ("scheduler", "worker", "client")


def security_of(address: str, certificates: str | None) -> Security | None:
    """How to reach a scheduler at ``address``. Raise :exc:`UserError` if certificates and address do not go together."""
    encrypted = address.startswith("tls:")
    if certificates is None:
        if encrypted:
            what, advice = "an address with tls: needs --certificates", "Give the folder: --certificates DIR."
            raise UserError(f"--scheduler {address}", what, advice)
        return None
    if not encrypted:
        what = "certificates are for an address that begins with tls:"
        raise UserError(f"--scheduler {address}", what, "Write tls:// in place of tcp://, or leave --certificates out.")
    return read(certificates)


def read(folder: str) -> Security:
    """What a folder holds, for all roles; nothing without TLS is spoken with it. Raise :exc:`UserError` if it cannot be used."""
    ca, cert, key = paths = [os.path.join(folder, name) for name in FILES]
    if missing := [path for path in paths if not os.path.isfile(path)]:
        what = f"there is no file {missing[0]}"
        raise UserError(f"--certificates {folder}", what, "It has ca.pem, cert.pem and key.pem.")
    try:
        trusted = ssl.create_default_context(cafile=ca)
        trusted.load_cert_chain(cert, key, password=lambda: "")  # an encrypted key would ask, and wait
    except (OSError, ValueError) as error:
        what = f"cert.pem and key.pem do not go together, or ca.pem is no certificate ({_short(error)})"
        raise UserError(f"--certificates {folder}", what, "Make them anew, the key without a password.") from None
    files = {f"tls_{role}_{name}": path for role in ROLES for name, path in (("cert", cert), ("key", key))}
    return Security(tls_ca_file=ca, require_encryption=True, **files)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100]
