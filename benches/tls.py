#!/usr/bin/env python3
"""Letters per second over TLS beside the same without: to smtp-sink, in front of which stunnel speaks TLS, at once
(port 465) and after STARTTLS (port 587), or socat hands the bytes on as they are, or nobody is between. What TLS costs lies
between the two ratios: socat takes more than a mere hop would, and without a hop stunnel's half of TLS counts as well, for all
share the processors. The certificate is made here, and checked.

usage: benches/tls.py [LETTERS] [ROUNDS]      (default 4000 3)
needs: as benches/letters_per_second.py, and stunnel4, socat and openssl
"""
import contextlib, importlib.util, pathlib, shutil, socket, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
LETTERS = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3


def main():
    for tool in ("stunnel4", "socat", "openssl"):
        if not shutil.which(tool):
            sys.exit(f"skipped: {tool} is not installed (Debian: apt-get install stunnel4 socat openssl)")
    bench = letters_per_second()
    rates = {"plain": [], "plain, with a hop": [], "TLS": [], "STARTTLS": []}
    with bench.Sink() as sink, tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as hops:
        ca = certificate(pathlib.Path(folder))
        security = lambda how: f'tls = "{how}"\nca_file = "{ca}"'
        ways = {
            "plain": (sink.port, 'tls = "none"'),
            "plain, with a hop": (hops.enter_context(relay(sink.port)), 'tls = "none"'),
            "TLS": (hops.enter_context(stunnel(folder, sink.port, "")), security("required")),
            "STARTTLS": (hops.enter_context(stunnel(folder, sink.port, "protocol = smtp")), security("starttls")),
        }
        for number in range(ROUNDS):
            for name, (port, how) in ways.items():
                rates[name].append(bench.rappel(port, security=how))
            print(f"round {number + 1}: " + ", ".join(f"{name} {each[-1]:,.0f}/s" for name, each in rates.items()))
    for name in ("TLS", "STARTTLS"):
        for other in ("plain", "plain, with a hop"):
            each = [with_tls / without for with_tls, without in zip(rates[name], rates[other])]
            print(f"{name} / {other}: median {statistics.median(each):.2f} (from {min(each):.2f} to {max(each):.2f})")


def letters_per_second():
    """The other benchmark as a module: its sink and its register."""
    spec = importlib.util.spec_from_file_location("letters_per_second", HERE / "letters_per_second.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.LETTERS = LETTERS
    module.prepare()
    return module


def certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority, with its key beside it in server.pem; gives its file."""
    (folder / "x509").write_text(
        "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = bench\n"
        "[ca]\nbasicConstraints = critical, CA:true\n[server]\nbasicConstraints = critical, CA:false\n"
        "subjectAltName = IP:127.0.0.1\n"
    )
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-config", "x509"]
    openssl = lambda *words: subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", *key, "-extensions", "ca", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "x509", "-extensions", "server", "-out", "server.crt")
    (folder / "server.pem").write_text((folder / "server.key").read_text() + (folder / "server.crt").read_text())
    return folder / "ca.pem"


def relay(to):
    port = free_port()
    return running(port, ["socat", f"TCP-LISTEN:{port},bind=127.0.0.1,fork,nodelay,reuseaddr", f"TCP:127.0.0.1:{to},nodelay"])


def stunnel(folder, to, protocol):
    port = free_port()
    settings = pathlib.Path(folder) / f"stunnel-{port}.conf"
    settings.write_text(
        f"foreground = yes\npid =\ndebug = emerg\ncert = {folder}/server.pem\n"
        "socket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n"
        f"[smtp]\naccept = 127.0.0.1:{port}\nconnect = 127.0.0.1:{to}\n{protocol}\n"
    )
    return running(port, ["stunnel4", settings])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(port, command):
    """A server, once it answers; gives its port."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.01)
        else:
            sys.exit(f"{command[0]} did not start")
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
