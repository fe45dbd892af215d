"""A coffer-vault that serves a fresh vault on loopback."""
import socket
import subprocess
import sys
from pathlib import Path

from .cost import TICKS


class Service:
    def __init__(self, program, folder):
        self.data, self.credentials = folder / "served", folder / "x.vaultCredentials"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [program, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"],
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

    def through(self, port):
        """A credentials file that leads through another port."""
        text = self.credentials.read_text().replace(f":{self.port}/", f":{port}/")
        other = self.credentials.with_name("link.vaultCredentials")
        other.write_text(text)
        return other

    def stop(self):
        self._process.terminate()
        self._process.wait()
