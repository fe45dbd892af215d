export RESTIC_REPOSITORY="$REPO" RESTIC_CACHE_DIR="$CACHE" RESTIC_PASSWORD=only-for-benchmarks

steps() { echo first unchanged incremental restore one; }
version() { restic version; }
prepare() { restic --quiet init --repository-version 2; }
backup() { restic --quiet backup "$1"; }
restore() { restic --quiet restore latest --target "$2"; }
restore_one() { restic --quiet restore latest --include "$1/$2" --target "$3"; }
landed() { echo "$2$1"; }
