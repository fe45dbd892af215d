# The yardstick: one compressed stream, neither encrypted nor deduplicated, with no index. Any backup does more.
set -o pipefail
archive=$REPO/tree.tar.zst

steps() { echo first restore one; }
version() { echo "$(tar --version | head -n 1), $(zstd --version)"; }
prepare() { :; }
backup() { tar --create --sparse --acls --xattrs --file - --directory / "${1#/}" | zstd -3 -T2 -q -f -o "$archive"; }
restore() { zstd -d -q -c "$archive" | tar --extract --preserve-permissions --acls --xattrs --file - --directory "$2"; }
restore_one() {
  # tar leaves at the first match, which zstd tells as a broken pipe.
  zstd -d -q -c "$archive" 2>/dev/null |
    tar --extract --occurrence=1 --file - --directory "$3" "${1#/}/$2" || [ -e "$3$1/$2" ]
}
landed() { echo "$2$1"; }
