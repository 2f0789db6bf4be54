"""Says in two languages whether this Python is new enough, before anything else is tried."""

import sys

# Read by the very interpreters it turns away, so it keeps to words that Python 2 knows too.
NEEDED = (3, 11)


def sentence(found):
    """What to tell somebody whose Python is too old: first Italian, then English."""
    needed = ".".join(str(part) for part in NEEDED)
    values = {"needed": needed, "found": ".".join(str(part) for part in found[:3])}
    return (
        "Serve Python {needed} o successivo; qui python3 e' la versione {found}. "
        "Installane uno nuovo, oppure indica quello giusto: make PYTHON=python3.12\n"
        "Python {needed} or later is needed; here python3 is version {found}. "
        "Install a newer one, or name the right one: make PYTHON=python3.12\n"
    ).format(**values)


def main():
    """Print the path of a Python that will do, or the sentence and exit code 1."""
    if tuple(sys.version_info[:2]) < NEEDED:
        sys.stderr.write(sentence(sys.version_info))
        return 1
    sys.stdout.write(sys.executable + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
