"""Packs the library and its generated module into a wheel: `pip wheel nexa-ffi/python` or `pip install nexa-ffi/python`.

Needs nothing but Python and, unless they were built before, cargo:

NEXA_FFI_LIBRARY   a built libnexa_ffi.so / .dylib / nexa_ffi.dll
NEXA_FFI_BINDGEN   a built uniffi-bindgen of the same crate
"""

import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
CRATE = HERE.parent
ROOT = CRATE.parent
NAME = "nexavpn"
# A wheel is a ZIP archive; its dates are fixed, so that the same library gives the same wheel.
DATE = (1980, 1, 1, 0, 0, 0)


def version():
    return re.search(r'\[workspace\.package\]\nversion = "([^"]+)"', (ROOT / "Cargo.toml").read_text())[1]


def library_name():
    return {"win32": "nexa_ffi.dll", "darwin": "libnexa_ffi.dylib"}.get(sys.platform, "libnexa_ffi.so")


def cargo(*words):
    subprocess.run(["cargo", *words, "--locked", "-p", "nexa-ffi"], cwd=ROOT, check=True)


def parts():
    """The library and the generator, built when they are not named."""
    library, bindgen = os.environ.get("NEXA_FFI_LIBRARY"), os.environ.get("NEXA_FFI_BINDGEN")
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    if not library:
        cargo("build", "--lib", "--profile", "ffi")
        library = target / "ffi" / library_name()
    if not bindgen:
        cargo("build", "--bin", "uniffi-bindgen", "--features", "bindgen")
        bindgen = target / "debug" / ("uniffi-bindgen" + sysconfig.get_config_var("EXE"))
    return pathlib.Path(library), pathlib.Path(bindgen)


def metadata():
    return (
        f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version()}\n"
        "Summary: A NexaVPN shop, as a customer's program sees it.\nLicense: MIT\nRequires-Python: >=3.10\n"
    )


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    library, bindgen = parts()
    with tempfile.TemporaryDirectory() as folder:
        config = CRATE / "uniffi.toml"
        generate = [bindgen, "generate", "--language", "python", "--no-format", "--config", config, "--out-dir", folder, library]
        subprocess.run(generate, cwd=ROOT, check=True)
        module = (pathlib.Path(folder) / "nexa.py").read_bytes()
    tag = "py3-none-" + re.sub(r"[-.]", "_", sysconfig.get_platform())
    info = f"{NAME}-{version()}.dist-info"
    files = {
        "nexa/__init__.py": b'"""A NexaVPN shop, as a customer\'s program sees it."""\n\nfrom .nexa import *  # noqa: F403\n',
        "nexa/nexa.py": module,
        f"nexa/{library_name()}": library.read_bytes(),
        f"{info}/METADATA": metadata().encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: nexa\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
    }
    record = "".join(f"{path},{digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    wheel = f"{NAME}-{version()}-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path, data in files.items():
            packed.writestr(zipfile.ZipInfo(path, DATE), data, zipfile.ZIP_DEFLATED)
    return wheel
