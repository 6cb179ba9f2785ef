"""Takes TensorFlow's C headers and libraries out of a wheel, and the names of the CUDA wheels that go with it.

Arguments: the wheel, the folder to fill with include/, lib/ and cuda.txt. Each file's checksum is proved as it is read.
"""

import os
import re
import shutil
import sys
import zipfile

HEADERS = ("tensorflow/c/", "tensorflow/core/platform/", "tensorflow/tsl/", "tsl/", "xla/tsl/", "external/local_tsl/")
LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
INCLUDE = "tensorflow/include/"


def place_of(name):
    if name in LIBRARIES:
        return "lib/" + os.path.basename(name)
    inside = name[len(INCLUDE):] if name.startswith(INCLUDE) else ""
    return "include/" + inside if inside.endswith(".h") and inside.startswith(HEADERS) else None


wheel, folder = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
for entry in wheel.infolist():
    place = place_of(entry.filename)
    if place is None:
        continue
    path = os.path.join(folder, place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with wheel.open(entry) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 22)

metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
needed = re.findall(r"^Requires-Dist: (nvidia-[^;]+);.*and-cuda", wheel.read(metadata).decode(), re.MULTILINE)
with open(os.path.join(folder, "cuda.txt"), "w") as listed:
    listed.writelines(name.strip() + "\n" for name in needed)
