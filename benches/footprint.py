#!/usr/bin/env python3
"""Time and memory of whole processes: reading 100,000 actions from each syntax, and the idle daemon.

usage: benches/footprint.py
needs: target/release/rappel (built if it is missing; RAPPEL names another, such as the one that
       packaging/optimised makes); the registers that `cargo bench --bench reading`
       leaves in target/bench-registers (made if they are missing)
"""
import os, pathlib, resource, shutil, socket, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RAPPEL = pathlib.Path(os.environ.get("RAPPEL", TARGET / "release" / "rappel")).resolve()
REGISTERS = ROOT / "target" / "bench-registers"
MIB = 1024 * 1024


def main():
    if "RAPPEL" not in os.environ:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    if not (REGISTERS / "done").exists():
        subprocess.run(["cargo", "bench", "--quiet", "--bench", "reading"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for name, goal in (("register.xlsx", "2 s, 250 MiB"), ("register.ods", ""), ("csv", ""), ("register.toml", "")):
        seconds, peak = check(REGISTERS / name)
        print(f"100,000 actions from {name:14} {seconds:5.2f} s   peak {peak / MIB:5.0f} MiB   {'to reach: ' + goal if goal else ''}")
    ready, resident = daemon(10_000)
    print(f"daemon with 10,000 actions      start to READY {ready * 1000:4.0f} ms   idle {resident / MIB:5.1f} MiB   to reach: 20 MiB")
    ready, resident = daemon(10)
    print(f"daemon with 10 actions          start to READY {ready * 1000:4.0f} ms   idle {resident / MIB:5.1f} MiB   to reach: 100 ms")


def settings(folder, register):
    path = pathlib.Path(folder) / "rappel.toml"
    path.write_text(f"""
[secretariat]
name = "TSB, the secretariat of ITU-T"
address = "reminders@example.int"
[register]
path = "{register}"
settle = "0s"
[mail.maildir]
path = "letters"
[state]
dir = "state"
""")
    return path


def check(register):
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        command = [str(RAPPEL), "--config", str(settings(folder, register)), "check"]
        begin = time.monotonic()
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        _, status, usage = os.wait4(pid, 0)
        if status:
            sys.exit(f"check of {register} failed")
        return time.monotonic() - begin, usage.ru_maxrss * 1024


def daemon(actions):
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        folder = pathlib.Path(folder)
        register = folder / "register"
        register.mkdir()
        with open(register / "Actions.csv", "w") as file:
            file.write("Ref,Title,Asked of,Deadline,Status,Origin\n")
            for number in range(actions):
                file.write(f"17/{number},nominate a representative to group {number},Delegate {number % 500},2090-01-01,pending,Resolution 17/06\n")
        with open(register / "Representatives.csv", "w") as file:
            file.write("Name,Email\n")
            for number in range(500):
                file.write(f"Delegate {number},delegate{number}@example.org\n")
        command = [RAPPEL, "--config", settings(folder, register)]
        subprocess.run([*command, "init"], check=True, stdout=subprocess.DEVNULL)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(str(folder / "notify"))
        listener.settimeout(30)
        begin = time.monotonic()
        process = subprocess.Popen([*command, "run"], env=os.environ | {"NOTIFY_SOCKET": str(folder / "notify")}, stderr=subprocess.DEVNULL)
        try:
            while b"READY=1" not in listener.recv(4096):
                pass
            ready = time.monotonic() - begin
            while b"STATUS=" not in listener.recv(4096):
                pass
            time.sleep(2)
            for line in open(f"/proc/{process.pid}/status"):
                if line.startswith("VmRSS"):
                    return ready, int(line.split()[1]) * 1024
        finally:
            process.terminate()
            process.wait()


main()
