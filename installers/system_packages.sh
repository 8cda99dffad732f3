#!/usr/bin/env bash
# Installs the system libraries Bahi and its tests need, or prints the one line that does.
# As root on a Debian family it installs what is missing; elsewhere it prints and goes on: the program may
# run all the same, and what then fails names its library. Silent and quick when everything is there.
set -euo pipefail

# Qt without a screen.
offscreen=(libglib2.0-0 libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libgssapi-krb5-2)
# A window, under X11 and under Wayland.
window=(libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libxcb-randr0 libxcb-render-util0
    libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxcb-image0
    libwayland-client0 libwayland-cursor0 libwayland-egl1)
# The tests: a virtual screen, keys and accessible names, a real keyring, a second reader of PDFs.
tests=(python3-venv xvfb xauth xdotool at-spi2-core gir1.2-atspi-2.0 python3-gi dbus gnome-keyring poppler-utils)

wanted=("${offscreen[@]}" "${window[@]}" "${tests[@]}")

if [ "${1:-}" = "--list" ]; then
    printf '%s\n' "${wanted[@]}"
    exit 0
fi

if ! command -v dpkg-query >/dev/null; then
    echo "Bahi needs these libraries (names as Debian has them); install what is missing: ${wanted[*]}"
    exit 0
fi

# One query for all; newer systems rename some packages (libglib2.0-0t64) and provide the old name.
present=" $(dpkg-query -W -f='${db:Status-Status} ${Package} ${Provides}\n' |
    sed -n 's/^installed //p' | sed -E 's/\([^)]*\)//g' | tr ',\n' '  ') "
missing=()
for package in "${wanted[@]}"; do
    [[ "$present" == *" $package "* ]] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -ne 0 ]; then
    echo "Some system libraries are missing. To install them: sudo ${install[*]}"
    exit 0
fi

echo "Installing system libraries: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
told=$(mktemp)
trap 'rm -f "$told"' EXIT
if ! { apt-get update -qq && "${install[@]}" -qq; } </dev/null >"$told" 2>&1; then
    tail -n 5 "$told" >&2
    echo "They could not be installed; going on without. Later: ${install[*]}" >&2
fi
