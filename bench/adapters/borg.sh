# zstd at level 3, so that all tools of the table compress alike.
export BORG_REPO="$REPO" BORG_BASE_DIR="$CACHE" BORG_PASSPHRASE=only-for-benchmarks

newest() { borg list --last 1 --format '{archive}'; }
steps() { echo first unchanged incremental restore one; }
version() { borg --version; }
prepare() { borg init --encryption=repokey-blake2; }
backup() { borg create --compression zstd,3 "::$(date +%s.%N)" "$1"; }
restore() { cd "$2" && borg extract "::$(newest)"; }
restore_one() { cd "$3" && borg extract "::$(newest)" "${1#/}/$2"; }
landed() { echo "$2$1"; }
