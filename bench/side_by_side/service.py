"""A coffer-vault that serves a fresh vault on loopback."""
import socket
import subprocess
import sys
from pathlib import Path

from .cost import TICKS


class Service:
    def __init__(self, program, folder, through=None):
        """With `through`, machines are led over what it makes of the service's port: an object with a port of its own."""
        self.data, self.credentials = folder / "served", folder / "x.vaultCredentials"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.line = through(port) if through else None
        told = self.line.port if through else port
        self._process = subprocess.Popen(
            [program, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}",
             "--address", f"https://127.0.0.1:{told}/"],
            stdout=subprocess.PIPE, text=True)
        while "credentials create" not in self._process.stdout.readline():
            if self._process.poll() is not None:
                sys.exit("the service did not start")
        subprocess.run([program, "credentials", "create", "--data", self.data, "--output", self.credentials],
                       check=True, stdout=subprocess.DEVNULL)

    def cpu(self):
        """User and system seconds so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """MB, at most so far."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000

    def stop(self):
        self._process.terminate()
        self._process.wait()
