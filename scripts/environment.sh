# Sourced by the other scripts: finds Python, makes .venv from a lock file, installs what apt alone has.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
stamp=$venv/.circuitbio # written last: an interrupted install leaves none
unset PYTHONDONTWRITEBYTECODE # or every start, and every process of the tests, would compile the rooms anew

say() { printf 'circuitbio : %s\n' "$*" >&2; }

# Prints the command of a Python recent enough, and a digest of all that an environment depends on: both locks, what
# pyproject.toml says of the package (not of the tools), the interpreter, this folder (the programs in .venv/bin name it).
survey() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    command -v "$candidate" >/dev/null && "$candidate" - "$root" "$candidate" <<'PYTHON' && return
import sys
if sys.version_info < (3, 11):
    sys.exit(1)
import hashlib, pathlib, tomllib
root = pathlib.Path(sys.argv[1])
project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
package = [project["build-system"], project["project"], project["tool"]["hatch"]]
parts = [(root / name).read_bytes() for name in ("run.lock", "dev.lock")]
parts += [repr(part).encode() for part in (package, sys.argv[1], sys.version, sys.base_prefix)]
print(sys.argv[2], hashlib.sha256(b"\0".join(parts)).hexdigest())
PYTHON
  done
  say "Python 3.11 ou plus récent est nécessaire (trouvé : $(python3 --version 2>&1 || :)). Debian : apt-get install python3 python3-venv."
  return 1
}

# ensure_environment run|dev: makes .venv hold that lock; dev holds all of run, so run after dev changes nothing.
ensure_environment() {
  local wanted=$1 found python digest
  found=$(survey) || exit 1
  read -r python digest <<<"$found"
  local now=none
  [ -r "$stamp" ] && now=$(cat "$stamp")
  case "$now" in
    "$wanted $digest" | "dev $digest") return ;;
    "run $digest") say "installation de ce que demandent les tests (dev.lock)" ;; # on top: both locks agree
    *)
      if [ -d "$venv" ]; then say "les verrous, Python ou ce dossier ont changé : .venv est refait (moins d'une minute)"
      else say "première installation, dans $venv (moins d'une minute)"; fi
      "$python" -m venv --clear "$venv" || { say "python3-venv manque. Debian : apt-get install python3-venv."; exit 1; }
      ;;
  esac
  rm -f "$stamp"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r "$root/$wanted.lock"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e "$root"
  echo "$wanted $digest" >"$stamp"
}

# ensure_web_tools: what builds the pages, from web/package-lock.json (npm of .venv); nothing when it is there already.
ensure_web_tools() {
  [ "$root/web/node_modules/.package-lock.json" -nt "$root/web/package-lock.json" ] && return
  (cd "$root/web" && PATH=$venv/bin:$PATH npm ci --silent)
}

# All of the list is read: closed early, it would fail the pipe on a machine with many libraries.
has_library() { PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -F "$1" >/dev/null; }
has_dmtx() { has_library libdmtx.so; }
has_atomic() { has_library libatomic.so.1; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; } # never on the path
has_chromium() { command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null; }
has_maven() { command -v mvn >/dev/null; }

# apt_install PACKAGE…: one apt run, root on Debian only; fails when it could not.
apt_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "apt-get install $*"
  case " $* " in *" postgresql "*) no_cluster_of_its_own ;; esac
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } </dev/null >/dev/null 2>&1
}

# Otherwise the package postgresql makes a cluster for port 5432, and starts it where there is an init system.
no_cluster_of_its_own() {
  local wishes=/etc/postgresql-common/createcluster.conf
  [ -e "$wishes" ] && return
  mkdir -p "${wishes%/*}"
  echo 'create_main_cluster = false' >"$wishes"
}
