# shellcheck shell=bash disable=SC2034,SC2154
# .ci/support.sh: what the scripts share. Sourced with `root` and `script` set.

# fail SENTENCE: ends the script with a message.
fail() {
  echo "$script: $*" >&2
  exit 1
}

# say SENTENCE: tells what is about to be done.
say() {
  echo "== $*"
}

# as_root COMMAND…: runs it as root, if this is root or may use sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    echo "$script: this needs root or sudo: $*" >&2
    return 1
  fi
}

# missing SET…: the packages of these sets that are not installed.
missing() {
  local set package reason
  while read -r set package reason; do
    case " $* " in
      *" $set "*) ;;
      *) continue ;;
    esac
    case "$(dpkg-query -W -f '${db:Status-Status} ' "$package" 2> /dev/null)" in
      installed\ *) ;;
      *) echo "$package" ;;
    esac
  done < "$root/.ci/packages.txt"
}

# install_missing SET…: installs what is missing, and needs no network when
# nothing is.
install_missing() {
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null
  then
    say "not a Debian system: trusting that .ci/packages.txt is installed"
    return
  fi
  local packages
  packages=$(missing "$@" | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  say "installing $packages"
  local apt="apt-get -q -o DPkg::Lock::Timeout=120"
  # shellcheck disable=SC2086  # words are meant to be split
  as_root env DEBIAN_FRONTEND=noninteractive $apt update ||
    fail "could not fetch the package lists to install $packages."
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive \
    $apt install -y --no-install-recommends $packages ||
    fail "could not install $packages."
}

# The number of compilers to run at once.
cores() {
  nproc 2> /dev/null || echo 2
}
