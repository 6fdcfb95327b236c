#!/usr/bin/env python3
"""Makes foreign_layouts.h5 and foreign_version.h5: things that HDF5 can store and Vernier never does, each of which it has
to refuse."""
import h5py
import numpy as np

two = np.array([1, 2], "<f4")

with h5py.File("foreign_layouts.h5", "w", libver=("v110", "v110")) as file:
    file["contiguous"] = two
    file["soft_link"] = h5py.SoftLink("/contiguous")
    file["outside"] = h5py.ExternalLink("other.h5", "/x")
    file.create_dataset("unchecked", data=two, chunks=(2,))
    file.create_dataset("huge", shape=(1 << 40,), dtype="<f4", chunks=(1024,), fletcher32=True, compression=1)
    file.create_dataset("never_written", shape=(1000,), dtype="<f4", chunks=(1000,), fletcher32=True)
    file.create_dataset("wide_chunk", shape=(1 << 28,), dtype="<f4", chunks=(1 << 28,), fletcher32=True)
    file.create_dataset("foreign_filter", data=two, chunks=(2,), fletcher32=True, compression="lzf")
    file["scalar"] = np.float32(1)
    file.create_dataset("big_endian", data=two.astype(">f4"), chunks=(2,), fletcher32=True)
    file.create_dataset("good", data=two, chunks=(2,), fletcher32=True)
    file.attrs["variable"] = "text"
    file.attrs["number"] = 3

with h5py.File("foreign_version.h5", "w", libver="earliest") as file:
    file["x"] = two
