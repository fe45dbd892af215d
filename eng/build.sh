# Sourced by ./coffer and ./coffer-vault when something is newer than the last build. Expects: root, build, current,
# program, room, self_contained, up_to_date.

say() { printf '%s\n' "$program: $*" >&2; }

# What the program loads from the system: library, Debian package.
native_libraries='libsqlite3.so.0 libsqlite3-0
libzstd.so.1 libzstd1'

has_library() {
  for folder in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu* /usr/lib/*-linux-gnu*; do
    [ -e "$folder/$1" ] && return 0
  done
  return 1
}

missing_packages() {
  printf '%s\n' "$native_libraries" | while read -r library package; do
    has_library "$library" || printf '%s ' "$package"
  done
}

require_native_libraries() {
  packages=$(missing_packages)
  [ -z "$packages" ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing $packages"
    # shellcheck disable=SC2086 # one word a package
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages) \
      >"$build/packages.log" 2>&1; then
      return 0
    fi
    tail -n 10 "$build/packages.log" >&2
  fi
  say "missing on this machine: ${packages% }. Install with: sudo apt-get install -y ${packages% }"
  return 1
}

require_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1; then
    if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
      say "the .NET 10 SDK is missing. Install with: sudo apt-get install -y dotnet-sdk-10.0"
    else
      say "the .NET 10 SDK is missing. Install with: curl -fsSL https://dot.net/v1/dotnet-install.sh |" \
        "sudo bash -s -- --channel 10.0 --install-dir /usr/share/dotnet &&" \
        "sudo ln -sf /usr/share/dotnet/dotnet /usr/local/bin/dotnet"
    fi
    return 1
  fi
}

publish() {
  [ -n "${HOME:-}" ] || export DOTNET_CLI_HOME="$build/home"
  # Warnings are for those who work on the code (./test); a newer compiler's must not stop a user.
  # The build keeps its intermediate files under .build, so that it and ./test never meet in one folder.
  DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet publish "$root/src/$room" -c Release -o "$1" \
    --artifacts-path "$build/artifacts" --disable-build-servers -nodeReuse:false \
    -p:SelfContained=$self_contained -p:PublishReadyToRunComposite=$self_contained -p:RestoreLockedMode=true -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
}

# Old builds go, except the last one and those that some process was started from.
drop_old_builds() {
  for old in "$build"/out-*; do
    [ "$old" = "$1" ] || [ "$old" = "$2" ] && continue
    used=
    for exe in /proc/[0-9]*/exe; do
      case $(readlink "$exe" 2>/dev/null) in "$old"/*) used=1; break ;; esac
    done
    [ -n "$used" ] || rm -rf "$old"
  done
}

build_locked() {
  up_to_date && return 0 # another first use built it while this one waited
  require_dotnet && require_native_libraries || return 1
  say "building (once; log: $build/build.log)"
  # ./test makes these folders; made now, they cannot later look like a change of src.
  for project in "$root"/src/*/; do
    case $project in */bin/ | */obj/) ;; *) mkdir -p "$project/bin" "$project/obj" 2>/dev/null ;; esac
  done
  rm -f "$build"/.stamp-* "$build"/.current-* # left by a build that was cut off
  last=$(readlink "$current" 2>/dev/null)
  out=$build/out-$(date -u +%Y%m%d%H%M%S)-$$
  mkdir -p "$out" && : >"$build/.stamp-$$" || return 1
  if ! publish "$out" >"$build/build.log" 2>&1 </dev/null; then
    rm -rf "$out" "$build/.stamp-$$"
    tail -n 20 "$build/build.log" >&2
    say "the build failed; the whole log is $build/build.log"
    return 1
  fi
  mv "$build/.stamp-$$" "$out/.stamp" &&
    ln -sfn "${out##*/}" "$build/.current-$$" && mv -T "$build/.current-$$" "$current" || return 1
  drop_old_builds "$out" "$build/$last"
}

build_coffer() {
  mkdir -p "$build" || { say "cannot write $build"; return 1; }
  build=$(cd "$build" && pwd -P) # as /proc tells the paths of running builds
  (
    if ! flock -n 9; then
      say "waiting for another build of this checkout"
      flock 9
    fi
    build_locked
  ) 9>"$build/.lock"
}
