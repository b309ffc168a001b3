"""Why the operating system refuses a file or an address, in the words of people."""

import errno

REASONS = {
    errno.ENOENT: "tidak ada",
    errno.ENOTDIR: "foldernya tidak ada",
    errno.EISDIR: "itu folder, bukan berkas",
    errno.EEXIST: "sudah ada",
    errno.EACCES: "tidak diizinkan",
    errno.EPERM: "tidak diizinkan",
    errno.EROFS: "hanya dapat dibaca",
    errno.ENOSPC: "disk penuh",
    errno.EDQUOT: "jatah disk habis",
    errno.EFBIG: "terlalu besar",
    errno.ENAMETOOLONG: "namanya terlalu panjang",
    errno.ELOOP: "tautannya berputar",
    errno.EBADF: "sudah ditutup",
    errno.EADDRINUSE: "sudah dipakai program lain",
    errno.EADDRNOTAVAIL: "bukan alamat komputer ini",
}


def reason(error: OSError) -> str:
    """The words for an error; one that is not known here stays in the words of the system."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))
