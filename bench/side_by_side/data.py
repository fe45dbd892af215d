"""The data sets: how they are made from Debian's packages, and how the tree that is backed up goes v1 -> v2."""
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import small_files

MIXED = """chromium fonts-noto-cjk gimp-data gimp-help-en hedgewars-data libllvm15 libreoffice-core openclipart-png
openjdk-17-jdk-headless plasma-workspace-wallpapers supertuxkart-data texlive-fonts-extra-doc texlive-pictures-doc
warzone2100-data wesnoth-1.16-data wesnoth-1.16-music""".split()
UPGRADED = "firefox-esr"
KERNEL = "linux-source-6.1"
TINY_FILES = 50_000
TINY_CHANGED = 0.01

# A file whose time is of this very moment may be read again next time by any tool; all of them get past that.
SETTLE_SECONDS = 3


class DataSet:
    """Folders v1 and v2 under data/NAME, and live/NAME, the tree that the tools see."""

    sample = ""  # the one file that is restored alone

    def __init__(self, scratch, name):
        self.name = name
        self.folder = scratch / "data" / name
        self.live = scratch / "live" / name
        self.packages = scratch / "packages" / name

    def build(self):
        """Makes what is missing; a folder counts as made once it has its final name."""
        for version in ("v1", "v2"):
            final = self.folder / version
            if final.exists():
                continue
            print(f"building {self.name} {version}", flush=True)
            final.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder) as unfinished:
                tree = Path(unfinished, version)
                self._make(version, tree)
                tree.rename(final)

    def reset(self):
        """Brings the live tree back to v1, times included."""
        self.live.mkdir(parents=True, exist_ok=True)
        run("rsync", "-aHAX", "--checksum", "--delete", f"{self.folder}/v1/", f"{self.live}/")
        settle()

    def advance(self):
        self._upgrade()
        settle()

    def _make(self, version, tree):
        raise NotImplementedError

    def _upgrade(self):
        overwrite(self.folder / "v2", self.live)


class Src(DataSet):
    """Two releases of the Linux kernel's source."""

    sample = "drivers/net/ethernet/intel/e1000/e1000_main.c"

    def _make(self, version, tree):
        package = download(self.packages, KERNEL, newest=version == "v2")
        tree.mkdir()
        unpacked = tree.parent / "package"
        run("dpkg-deb", "-x", package, unpacked)
        source = unpacked / f"usr/src/{KERNEL}.tar.xz"
        run("tar", "--extract", "--xz", "--file", source, "--strip-components=1", "--directory", tree)


class Mixed(DataSet):
    """Programs, fonts, pictures, music, documents; v2 holds the one package that is upgraded."""

    sample = "libreoffice-core/usr/lib/libreoffice/program/libmergedlo.so"

    def _make(self, version, tree):
        tree.mkdir()
        wanted = [*MIXED, UPGRADED] if version == "v1" else [UPGRADED]
        for name in wanted:
            newest = version == "v2" or name != UPGRADED
            run("dpkg-deb", "-x", download(self.packages, name, newest), tree / name)

    def _upgrade(self):
        overwrite(self.folder / "v2" / UPGRADED, self.live / UPGRADED)


class Tiny(DataSet):
    """Small files and nothing else; one in a hundred changes."""

    sample = "a000/b000/c000001/00000142.conf"

    def _make(self, version, tree):
        if version == "v1":
            small_files.build(tree, int(os.environ.get("TINY_FILES", TINY_FILES)))
        else:
            run("cp", "-a", self.folder / "v1", tree)
            small_files.change(tree, TINY_CHANGED)


ALL = {"src": Src, "mixed": Mixed, "tiny": Tiny}


def overwrite(new, live):
    """As an upgrade in place does it: files with the same bytes are not touched, the others get today's time."""
    run("rsync", "-rlpgoDHAX", "--checksum", "--delete", f"{new}/", f"{live}/")


def settle():
    os.sync()
    time.sleep(SETTLE_SECONDS)


def download(folder, package, newest):
    """The oldest or newest version that apt's own sources offer; one that was fetched before is kept."""
    listed = subprocess.run(["apt-cache", "madison", package], check=True, capture_output=True, text=True).stdout
    versions = {line.split("|")[1].strip() for line in listed.splitlines()}
    if not versions:
        raise SystemExit(f"apt offers no {package}; run apt-get update, or use Debian 12")
    ordered = subprocess.run(["sort", "-V"], input="\n".join(versions), check=True, capture_output=True, text=True)
    version = ordered.stdout.split()[-1 if newest else 0]
    folder = folder / package / ("newest" if newest else "oldest")
    if not folder.exists():
        unfinished = folder.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        run("apt-get", "download", "-q", f"{package}={version}", cwd=unfinished)
        unfinished.rename(folder)
    return next(folder.glob("*.deb"))


def run(*command, cwd=None):
    subprocess.run([str(word) for word in command], check=True, cwd=cwd, stdin=subprocess.DEVNULL)
