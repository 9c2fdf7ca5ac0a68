"""What tests of the installed program share."""
import os
import subprocess


def environment(**more):
    """The present one without what would lead the program to the source tree."""
    kept = {key: value for key, value in os.environ.items() if key not in ("ARSIA_HOME", "PYTHONPATH")}
    return dict(kept, PYTHONDONTWRITEBYTECODE="1", **more)


def run(command, **options):
    """Standard output; a failed command is an error that shows what it said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command)
        raise AssertionError(f"{shown}\nexit status {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def without(folder, command):
    """The command with an empty folder in the place of `folder`, in a mount namespace of its own; nothing if this
    machine does not let users have one."""
    probe = subprocess.run(["unshare", "--mount", "--map-root-user", "true"], capture_output=True, check=False)
    if probe.returncode != 0:
        return None
    script = 'mount -t tmpfs none "$1" && shift && exec "$@"'
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", folder, *command]
