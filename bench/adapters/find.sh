# The yardstick of an unchanged run: look at every entry's metadata once, and do nothing with it.
steps() { echo unchanged; }
version() { find --version | head -n 1; }
prepare() { :; }
backup() { find "$1" -printf '%p %y %s %m %U %G %i %T@ %C@\n' >/dev/null; }
