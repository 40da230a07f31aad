"""Become another program that ends when its parent ends.

Run by path, isolated and without site-packages, so that it costs milliseconds and imports nothing of ours:

    python -I -S child.py PARENT_PID SIGNAL [--not-as-root FOLDER]... -- PROGRAM ARGUMENT...

Linux sends SIGNAL to the program when the parent dies, however it dies. Elsewhere the parent's own tidy-up has to do.
With --not-as-root, a root user first steps down, and owns FOLDER as what it became: PostgreSQL refuses to run as root.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534
ID_SEEN_INSIDE = 1000


def enter_user_namespace() -> bool:
    """Keep root's files but show another user id to the program; say whether this machine allows it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare") or libc.unshare(CLONE_NEWUSER) != 0:
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{ID_SEEN_INSIDE} 0 1")
    Path("/proc/self/gid_map").write_text(f"{ID_SEEN_INSIDE} 0 1")
    return True


def give(folder: Path, user: int) -> None:
    """Make `user` the owner of the folder and all that it holds."""
    for path in [folder, *folder.rglob("*")]:
        if path.lstat().st_uid != user:
            os.chown(path, user, user, follow_symlinks=False)


def step_down(folders: list[Path]) -> None:
    """Stop being root, by a user namespace, else as the user nobody."""
    pid = os.fork()  # the folders must change hands while this process still may do that: ask a copy first
    if pid == 0:
        os._exit(0 if enter_user_namespace() else 1)
    namespaces = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    for folder in folders:
        give(folder, 0 if namespaces else NOBODY)
    if namespaces:
        enter_user_namespace()
    else:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def end_with_parent(parent: int, at: int) -> None:
    """Ask Linux for signal `at` when the parent dies; leave at once if it is dead already."""
    if sys.platform == "linux":
        # The kernel forgets this request when the user id changes, so it comes after stepping down.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, at, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(f"The process {parent} that asked for this program is gone.")


def main(arguments: list[str]) -> None:
    """Read the command line and become the program."""
    split = arguments.index("--")
    (parent, at, *flags), program = arguments[:split], arguments[split + 1 :]
    folders = [Path(folder) for folder in flags if folder != "--not-as-root"]
    if folders and os.geteuid() == 0:
        step_down(folders)
    end_with_parent(int(parent), int(at))
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these; the program expects the defaults
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(program[0], program)  # noqa: S606 becoming the program named by the stack is this file's purpose


if __name__ == "__main__":
    main(sys.argv[1:])
