"""nginx and Caddy on this machine, run with the very configurations of docs/proxy."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.live import ROOT, free_port

SAMPLES = ROOT / "docs" / "proxy"
NAME = "changeover.dept.example"
START_SECONDS = 30
AROUND_NGINX = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""
IN_CADDY = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\tservers {"


@contextmanager
def proxy(kind: str, folder: Path, app_port: int, port: int, path: str = "") -> Generator[None]:
    """Run "nginx" or "caddy" on `port` in front of the application, which serves under `path`."""
    text = {"nginx": nginx, "caddy": caddy}[kind](folder, app_port, port, path)
    with running(kind, folder, text, port):
        yield


@contextmanager
def running(kind: str, folder: Path, text: str, port: int) -> Generator[None]:
    """Run it with this configuration, which has it answer on `port`."""
    write_certificate(folder)
    place = folder / "configuration"
    place.write_text(text, encoding="utf-8")
    program = shutil.which(kind) or shutil.which(kind, path="/usr/sbin")
    if program is None:
        raise RuntimeError(f"There is no {kind}. On Debian: apt-get install nginx-light caddy")
    commands = {
        "nginx": [program, "-c", str(place), "-p", str(folder)],
        "caddy": [program, "run", "--config", str(place), "--adapter", "caddyfile"],
    }
    with (folder / "said").open("w") as said:
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        server = subprocess.Popen(commands[kind], stdout=said, stderr=said, env=home)
        try:
            await_port(server, port, folder)
            yield
        finally:
            server.terminate()
            server.wait(START_SECONDS)


def nginx(folder: Path, app_port: int, port: int, path: str) -> str:
    """The sample with the ports and names of this machine, inside of what Debian has around it."""
    site = replaced(
        (SAMPLES / "nginx.conf").read_text("utf-8"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/ssl/changeover", f"{folder}/changeover"),
        ("/var/log/nginx/", f"{folder}/"),
        *both(app_port),
        *((("location / {", f"location /{path}/ {{"),) if path else ()),
    )
    return AROUND_NGINX.format(folder=folder, site=site)


def nginx_before_two(folder: Path, app_ports: tuple[int, int], port: int) -> str:
    """Both samples together, for two servers; the file `access` tells whom each request met."""
    two = (SAMPLES / "replicas.conf").read_text("utf-8")
    upstream = "upstream changeover {\n    server 127.0.0.1:8501;\n}\n"
    [header] = re.findall(r"^#     (add_header .*;)$", two, re.MULTILINE)
    site = replaced(
        (SAMPLES / "nginx.conf").read_text("utf-8"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/ssl/changeover", f"{folder}/changeover"),
        (NAME, "localhost"),
        (upstream, two),
        ("    server_tokens off;", f"    server_tokens off;\n    {header}"),
        ("    access_log /var/log/nginx/changeover.log changeover;\n", ""),
        ("127.0.0.1:8501", f"127.0.0.1:{app_ports[0]}"),
        ("127.0.0.1:8502", f"127.0.0.1:{app_ports[1]}"),
    )
    heard = f"log_format met '$upstream_addr'; access_log {folder}/access met;"
    return replaced(AROUND_NGINX, ("access_log off;", heard)).format(folder=folder, site=site)


def caddy(folder: Path, app_port: int, port: int, path: str) -> str:
    """The sample with the ports and names of this machine, and a certificate that is at hand."""
    own = f"{{\n\ttls {folder}/changeover.pem {folder}/changeover.key\n"
    return replaced(
        (SAMPLES / "Caddyfile").read_text("utf-8"),
        ("{\n\tservers {", IN_CADDY),
        ("/var/log/caddy/", f"{folder}/"),
        (f"https://{NAME} {{\n", f"https://{NAME}:{port} {own}"),
        *both(app_port),
        *((("\thandle {", f"\thandle /{path}/* {{"),) if path else ()),
    )


def both(app_port: int) -> tuple[tuple[str, str], ...]:
    return ("127.0.0.1:8501", f"127.0.0.1:{app_port}"), (NAME, "localhost")


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each old part, which must be there, as the new one."""
    for old, new in pairs:
        assert old in text, f"The sample does not say {old!r} any more."
        text = text.replace(old, new)
    return text


def write_certificate(folder: Path) -> None:
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-keyout", folder / "changeover.key", "-out",
            folder / "changeover.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def await_port(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    said = (folder / "said").read_text("utf-8")
    raise RuntimeError(f"The proxy did not start:\n{said}")
