#!/usr/bin/env python3
"""Letters per second, end to end, side by side in one run: rappel (read the register, plan, render,
commit, send), Postfix's smtp-source (with letters of 5,000 bytes, and with some as long as ours), a sender that
does nothing but send (one letter as long as ours, again and again, pipelined: no program can be faster with
this server), and the script with a cron line that everybody writes (a Python loop: sqlite3, jinja2, smtplib, one
commit a letter). All send to Postfix's smtp-sink on loopback.

Absolute figures depend on the machine; the ratios are what counts.

usage: benches/letters_per_second.py [LETTERS] [ROUNDS]      (default 8000 3)
needs: smtp-sink and smtp-source (package postfix), jinja2 (installed into target/bench-venv if it is
       missing), target/release/rappel (built if it is missing; RAPPEL names another, such as the one that
       packaging/optimised makes)
"""
import csv, datetime, os, pathlib, select, shutil, socket, sqlite3, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LETTERS = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
TODAY = datetime.date.today().isoformat()
# Bytes of a letter of this mailing: smtp-source sends some of this length as well, to show what the length costs.
LENGTH = 8000
PYTHON_LETTERS = max(200, LETTERS // 20)
RAPPEL = pathlib.Path(os.environ.get("RAPPEL", pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "rappel")).resolve()


def prepare():
    """What has to be there; the program is built."""
    for tool in ("smtp-sink", "smtp-source"):
        if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin"):
            sys.exit(f"skipped: {tool} is not installed (Debian: apt-get install postfix)")
    if "RAPPEL" not in os.environ:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)


def main():
    prepare()
    python = interpreter_with_jinja2()
    as_long = f"smtp-source -l {LENGTH}"
    results = {"smtp-source": [], as_long: [], "only sending": [], "rappel": [], "python": []}
    with Sink() as sink:
        for number in range(ROUNDS):
            results["smtp-source"].append(smtp_source(sink.port))
            results[as_long].append(smtp_source(sink.port, LENGTH))
            results["only sending"].append(only_sending(sink.port))
            results["rappel"].append(rappel(sink.port))
            results["python"].append(python_loop(python, sink.port))
            print(f"round {number + 1}: " + ", ".join(f"{name} {rates[-1]:,.0f}/s" for name, rates in results.items()))
    for one, other, goal in (
        ("rappel", "smtp-source", "; to reach 1.0"),
        ("rappel", as_long, ""),
        ("rappel", "only sending", ""),
        ("rappel", "python", "; to reach 60"),
        ("only sending", "smtp-source", ""),
        ("only sending", "python", ""),
    ):
        each = [a / b for a, b in zip(results[one], results[other])]
        print(f"{one} / {other}: median {statistics.median(each):.2f} (from {min(each):.2f} to {max(each):.2f}){goal}")


class Sink:
    """smtp-sink on a free port, as an unprivileged user when this is root."""

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", *user, "-m", "512", f"127.0.0.1:{self.port}", "1000"])
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.01)
        sys.exit("smtp-sink did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def smtp_source(port, length=5000):
    begin = time.monotonic()
    subprocess.run(["/usr/sbin/smtp-source", "-d", "-s", "8", "-l", str(length), "-m", str(LETTERS), f"127.0.0.1:{port}"], check=True)
    return LETTERS / (time.monotonic() - begin)


def only_sending(port):
    """One letter again and again over eight connections, with the envelope of the next in the same write, and nothing
    else: how many letters of this length the server takes at all."""
    envelope = b"MAIL FROM:<reminders@example.int>\r\nRCPT TO:<delegate1234@example.org>\r\nDATA\r\n"
    line = b"The group invites its members to nominate a representative to it.\r\n"
    letter = (line * (LENGTH // len(line) + 1))[: LENGTH - 2] + b"\r\n.\r\n"
    connections, waiting = {}, select.epoll()
    for _ in range(8):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(4096)
        connection.sendall(b"EHLO bench.example.org\r\n")
        offers = b""
        while b"\n250 " not in offers or not offers.endswith(b"\n"):
            offers += connection.recv(4096)
        connections[connection.fileno()] = connection
        waiting.register(connection, select.EPOLLIN)
    begin = time.monotonic()
    begun = len(connections)
    awaited = dict.fromkeys(connections, 3)  # Replies to the envelope, and to the letter before it.
    for connection in connections.values():
        connection.sendall(envelope)
    while awaited:
        for number, _ in waiting.poll():
            replies = connections[number].recv(4096)
            awaited[number] -= replies.count(b"\n")
            if awaited[number] > 0:
                continue
            if b"354 " not in replies:
                # The last letter of this connection is accepted.
                del awaited[number]
                waiting.unregister(number)
                connections[number].close()
            elif begun < LETTERS:
                begun += 1
                awaited[number] = 4
                connections[number].sendall(letter + envelope)
            else:
                awaited[number] = 1
                connections[number].sendall(letter)
    return LETTERS / (time.monotonic() - begin)


def rappel(port, connections=8, security='tls = "none"'):
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        folder = pathlib.Path(folder)
        (folder / "register").mkdir()
        table(folder, "Representatives", ["Name", "Email"],
              ([f"Delegate {n}", f"delegate{n}@example.org"] for n in range(LETTERS)))
        table(folder, "Actions", ["Ref", "Title", "Details", "Asked of", "Deadline", "Status", "Origin", "Opened"],
              ([f"17/{n}", "nominate a representative", "The group invites its members to nominate. " * 8, f"Delegate {n}",
                TODAY, "pending", "Resolution 17/06, 38th meeting, Geneva, 26-27 April 2017", TODAY] for n in range(LETTERS)))
        (folder / "rappel.toml").write_text(f"""
[secretariat]
name = "TSB, the secretariat of ITU-T"
address = "reminders@example.int"
[register]
path = "register"
settle = "0s"
[mail.smtp]
host = "127.0.0.1"
port = {port}
{security}
connections = {connections}
[state]
dir = "state"
[limits]
first_run = 1000000
per_run = 1000000
""")
        command = [RAPPEL, "--config", folder / "rappel.toml"]
        subprocess.run([*command, "init"], check=True, stdout=subprocess.DEVNULL)
        # Its log, a line for each letter, goes into a file: who reads it from a pipe would be measured too.
        log = folder / "log"
        with open(log, "w") as out:
            begin = time.monotonic()
            subprocess.run([*command, "run", "--once"], stdout=out, stderr=out)
            elapsed = time.monotonic() - begin
        if f"{LETTERS} accepted" not in log.read_text():
            sys.exit(f"rappel did not send all: {log.read_text()[-2000:]}")
        return LETTERS / elapsed


def table(folder, name, header, rows):
    with open(folder / "register" / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def interpreter_with_jinja2():
    if subprocess.run([sys.executable, "-c", "import jinja2"], capture_output=True).returncode == 0:
        return sys.executable
    folder = ROOT / "target" / "bench-venv"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", "jinja2"], check=True)
    return str(folder / "bin" / "python")


LOOP = '''
import datetime, smtplib, sqlite3, sys
from email.message import EmailMessage
from jinja2 import Environment
db = sqlite3.connect(sys.argv[1])
db.execute("pragma synchronous = full")
env = Environment(autoescape=True)
text = env.from_string("Dear {{ name }},\\n\\n{{ title }} ({{ ref }}) was due on {{ deadline }}.\\n\\n{{ details }}\\n")
html = env.from_string("<p>Dear {{ name }},</p><p>{{ title }} ({{ ref }}) was due on {{ deadline }}.</p><p>{{ details }}</p>" * 4)
for row in db.execute("select id, ref, title, details, name, email, deadline from action where sent is null").fetchall():
    values = dict(zip(("id", "ref", "title", "details", "name", "email", "deadline"), row))
    message = EmailMessage()
    message["From"], message["To"] = "reminders@example.int", values["email"]
    message["Subject"] = f"{values['ref']}: {values['title']}, overdue"
    message.set_content(text.render(values))
    message.add_alternative(html.render(values), subtype="html")
    with smtplib.SMTP("127.0.0.1", int(sys.argv[2])) as server:
        server.send_message(message)
    db.execute("update action set sent = ? where id = ?", (datetime.datetime.now().isoformat(), values["id"]))
    db.commit()
'''


def python_loop(python, port):
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        path = pathlib.Path(folder) / "actions.db"
        db = sqlite3.connect(path)
        db.execute("pragma journal_mode = wal")
        db.execute("create table action (id integer primary key, ref, title, details, name, email, deadline, sent)")
        db.executemany("insert into action (ref, title, details, name, email, deadline) values (?, ?, ?, ?, ?, ?)",
                       [(f"17/{n}", "nominate a representative", "The group invites its members to nominate. " * 8,
                         f"Delegate {n}", f"delegate{n}@example.org", "2017-06-23") for n in range(PYTHON_LETTERS)])
        db.commit()
        db.close()
        begin = time.monotonic()
        subprocess.run([python, "-c", LOOP, str(path), str(port)], check=True)
        return PYTHON_LETTERS / (time.monotonic() - begin)


if __name__ == "__main__":
    main()
