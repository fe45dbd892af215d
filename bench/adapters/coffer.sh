# Coffer, as a user starts it: through ./coffer. Exit code 3 is success with warnings, and here there is always one,
# for vault and data lie on one disk.
export COFFER_HOME=
home=(--home "$CACHE/home")

steps() { echo first unchanged incremental restore one; }
version() { "$COFFER" --version; }
warned_is_fine() { "$@" || [ $? -eq 3 ]; }
prepare() { warned_is_fine "$COFFER" protect "$1" --no-backup "${home[@]}" --vault "$REPO"; }
backup() { warned_is_fine "$COFFER" backup "${home[@]}"; }
restore() { warned_is_fine "$COFFER" restore "$1" --to "$2" "${home[@]}"; }
restore_one() { warned_is_fine "$COFFER" restore "$1/$2" --to "$3" "${home[@]}"; }
landed() { echo "$2/$(basename "$1")"; }
