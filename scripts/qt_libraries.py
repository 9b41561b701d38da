"""Know which of the system's shared libraries Qt needs on Linux, and which Debian packages hold them.

PySide6's wheels bring Qt, but not the libraries that every desktop has. A server or a container lacks them,
and then Qt tells of one file at a time: this module finds all of them at once.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

PYSIDE_MODULES = ("QtGui", "QtWidgets", "QtSvg", "QtSvgWidgets", "QtPrintSupport", "QtTest")

# By the names of Debian 12, which later Debians and Ubuntus provide too.
DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libGLdispatch.so.0": "libglvnd0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpng16.so.16": "libpng16-16",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}


def platform_plugins(environment: Mapping[str, str]) -> list[str]:
    """Return the Qt platform plugins that a program with these environment variables may load.

    `offscreen` is always among them: pictures and tests are painted with it.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if not chosen and environment.get("WAYLAND_DISPLAY"):
        chosen = "wayland"
    elif not chosen and environment.get("DISPLAY"):
        chosen = "xcb"
    return sorted({"offscreen", chosen or "offscreen"})


def missing_libraries(venv: Path, plugins: Iterable[str]) -> list[str]:
    """Return the shared libraries that PySide6 in this virtual environment needs and the system lacks.

    Only Linux leaves them to the system, and only where `ldd` exists can they be known beforehand.
    """
    if sys.platform != "linux" or not shutil.which("ldd"):
        return []
    pyside = next(venv.glob("lib/python*/site-packages/PySide6"))
    wanted = [pyside / f"{module}.abi3.so" for module in PYSIDE_MODULES]
    wanted += [pyside / "Qt" / "plugins" / "platforms" / f"libq{plugin}.so" for plugin in plugins]
    # A plugin that doesn't exist is Qt's to complain about: it names the ones to choose from.
    existing = [str(path) for path in wanted if path.exists()]
    return not_found(subprocess.run(["ldd", *existing], capture_output=True, text=True).stdout)


def not_found(ldd_output: str) -> list[str]:
    """Return the libraries that the output of `ldd` says are missing, sorted, each once."""
    lines = (line.partition("=>") for line in ldd_output.splitlines())
    return sorted({name.strip() for name, _, place in lines if place.strip() == "not found"})


def debian_packages(libraries: Iterable[str]) -> list[str]:
    """Return the Debian packages that hold these libraries, as far as they are known."""
    return sorted({DEBIAN_PACKAGES[library] for library in libraries if library in DEBIAN_PACKAGES})


def advice(libraries: Iterable[str]) -> str:
    """Return one sentence that says what is missing and how to get it."""
    libraries = list(libraries)
    sentence = f"Qt needs libraries that this system lacks: {', '.join(libraries)}"
    if packages := debian_packages(libraries):
        sentence += f"; on Debian and Ubuntu `sudo apt-get install {' '.join(packages)}` brings them"
    if unknown := [library for library in libraries if library not in DEBIAN_PACKAGES]:
        sentence += f"; look for a package of your system that holds {', '.join(unknown)}"
    return sentence
