#!/usr/bin/env bash
# Installs what the tests of the real parts need on Debian 12: PyTorch for the CPU, Chromium for the report pages, and the
# tools around them. Node is not installed here: Debian 12 carries version 18 and this project needs 20.19 or later.
# Safe to run again: what is already installed is left alone, and then no network is needed.
set -euo pipefail

packages=(
  python3          # runs the probes
  python3-venv     # environments of wheels are virtual environments
  python3-torch    # real convolutions on the CPU, and the real OpenMP hang
  chromium         # opens the report
  fonts-dejavu-core # so that it has letters to draw
  fish zsh         # their completion scripts are tried in them
  util-linux       # unshare: proves that the report needs no network
  procps           # ps, for people who read the logs
  gdb              # C stacks of a hung process
  podman           # containers as environments
  runc             # what starts them where crun cannot
  systemd          # systemd-analyze verify of the nightly units
)

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done

if [ "${#missing[@]}" -eq 0 ]; then
  echo "setup: all there: ${packages[*]}"
  exit 0
fi
echo "setup: installing ${missing[*]}"

if ! command -v apt-get >/dev/null; then
  echo "setup: no apt-get here; install these by your system's own means: ${missing[*]}" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: installing needs root: run this as root, or install sudo" >&2
    exit 1
  fi
  as_root=(sudo)
fi

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends "${missing[@]}"
echo "setup: done"
