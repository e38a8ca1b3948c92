#!/usr/bin/env bash
# One night: doctor, run (or go on with the night that was cut off), compare with the baseline, comment on change, history, rotation.
# Used by ci/systemd/bench-nightly.service and by ci/github/nightly.yml; docs/nightly.md says how to set it up.
#
#   ci/nightly.sh                  a night
#   ci/nightly.sh --promote [NIGHT]  make a night (default: the last one that is whole) the baseline
#   ci/nightly.sh --accept-host-lost  after the machine went down twice: the next start goes on without the cells that did it
#
# Exit codes are bench's: 0 nothing is worse; 1 something is (BENCH_FAIL_ON); 2 wrong settings; 3 no verdict: fewer cells than expected got one, the
# machine or an environment failed, another night is running, or the comment could not be sent; 130 and 143 interrupted: the next start goes on.
set -euo pipefail
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
matrix=${BENCH_MATRIX:-$root/matrices/conv2d.yml}
nights=${BENCH_NIGHTS:-${XDG_STATE_HOME:-$HOME/.local/state}/bench/nights}
baseline=${BENCH_BASELINE:-$nights/baseline}
expect=${BENCH_EXPECT:-baseline}
issue=${BENCH_ISSUE:-}
device=${BENCH_DEVICE:-}
fail_on=${BENCH_FAIL_ON:-new-hang,new-failure,moved-down,slower}
keep=${BENCH_KEEP:-30}
tries=${BENCH_TRIES:-5}
# Words for `bench run`, split at spaces, such as "--include-no-binary".
read -ra run_words <<<"${BENCH_RUN_OPTIONS:-}"
read -ra command <<<"${BENCH_COMMAND:-node $root/dist/harness/cli/main.js}"

say() { printf 'nightly: %s\n' "$*" >&2; }
stop() { local code=$1; shift; say "$@"; exit "$code"; }
is_number() { [[ $1 =~ ^[1-9][0-9]{0,6}$ ]]; }

is_number "$keep" || stop 2 "BENCH_KEEP is the number of nights to keep, not \"$keep\""
is_number "$tries" || stop 2 "BENCH_TRIES is how often one night may be started, not \"$tries\""
[[ $expect == baseline ]] || is_number "$expect" || stop 2 "BENCH_EXPECT is a number of cells, or the word baseline, not \"$expect\""
[[ -f $matrix ]] || stop 2 "there is no matrix $matrix; set BENCH_MATRIX"
command -v "${command[0]}" >/dev/null || stop 2 "${command[0]} is not in PATH, which is $PATH: install it for all users, or name bench by BENCH_COMMAND"
[[ -n ${BENCH_COMMAND:-} || -f $root/dist/harness/cli/main.js ]] || stop 2 "bench is not built: run npm ci in $root"
command -v flock >/dev/null || stop 2 'flock is missing; it is in the package util-linux'

# The lock's descriptor is closed for everything that is started: a probe that outlives its night must not keep the next one out.
bench() { "${command[@]}" "$@" 9>&-; }

# In the background, so that a signal to this script alone reaches bench, which then stops cleanly.
child=
stopped=
# shellcheck disable=SC2317 # called by a trap
forward() {
  stopped=1
  if [[ -n $child ]]; then kill -TERM "$child" 2>/dev/null || true; fi
}
bench_run() {
  local code
  # Before the start: a signal that came in between would end this script and leave bench running.
  trap forward TERM INT HUP
  # exec: the signal must reach bench itself, and not a shell around it.
  (exec "${command[@]}" run "$@" 9>&-) &
  child=$!
  if [[ -n $stopped ]]; then forward; fi
  # A trapped signal ends a wait early, with a code that is not bench's, even where bench is over by then.
  while :; do
    stopped=
    code=0
    wait "$child" || code=$?
    [[ -n $stopped ]] || break
  done
  trap - TERM INT HUP
  child=
  return "$code"
}

mkdir -p "$nights"
nights=$(cd "$nights" && pwd)
exec 9>"$nights/.lock"
flock -n 9 || stop 3 "another night is running in $nights"

is_whole() { [[ -f $1/results.json && -f $1/.night-done ]]; }
last_whole() {
  local found='' night
  for night in "$nights"/night-*; do if is_whole "$night"; then found=$night; fi; done
  printf '%s' "$found"
}

if [[ ${1:-} == --promote ]]; then
  chosen=${2:-$(last_whole)}
  [[ $chosen == */* || -z $chosen ]] || chosen=$nights/$chosen
  [[ -n $chosen && -f $chosen/results.json ]] || stop 2 "there is no whole night to promote${2:+ at $2}"
  [[ -z ${BENCH_BASELINE:-} ]] || stop 2 'BENCH_BASELINE names the baseline; change it there'
  ln -sfn "$(basename "$chosen")" "$nights/baseline.new"
  mv -T "$nights/baseline.new" "$nights/baseline"
  say "the baseline is now $(basename "$chosen")"
  exit 0
fi
if [[ ${1:-} == --accept-host-lost ]]; then
  [[ -f $nights/current ]] || stop 2 'no night waits for a decision'
  : >"$nights/accepted"
  read -r name _ <"$nights/current" || true
  say "the next start goes on with ${name:-it}, without the cells that took the machine down"
  exit 0
fi
[[ $# -eq 0 ]] || stop 2 "\"$1\" is not known; see the head of this script"
[[ -z ${BENCH_BASELINE:-} || -f $baseline || -f $baseline/results.json ]] || stop 2 "BENCH_BASELINE: there is no run at $baseline"

# A baseline that is gone or damaged, or a word that BENCH_FAIL_ON does not know, is said before a night of work and not after it.
if [[ -e $baseline || -L $baseline ]]; then
  code=0
  bench compare "$baseline" "$baseline" --fail-on "$fail_on" >/dev/null || code=$?
  ((code != 2)) || stop 2 "the baseline $baseline or BENCH_FAIL_ON cannot be used, see above; nothing was started. Make another night the baseline with --promote NIGHT, or remove the link: the next whole night is it then"
fi

# ---- which night: `current` names the one that was begun and is not whole.
night=
if [[ -f $nights/current ]]; then
  read -r name started <"$nights/current" || true
  if [[ ! ${name:-} =~ ^night-[0-9-]+$ || ! -f $nights/$name/matrix.resolved.json ]]; then
    say 'the last night ended before its first attempt; starting anew'
  elif ((${started:-1} >= tries)); then
    rm -f "$nights/current"
    bench judge "$nights/$name" >/dev/null || true
    stop 3 "$name was started ${started} times and is not whole; it is given up and kept. The next start begins a new night"
  else
    night=$name
    started=$((${started:-1} + 1))
  fi
fi
resumed=$night
if [[ -z $night ]]; then
  night=night-$(date -u +%Y%m%d-%H%M%S)
  started=1
fi
folder=$nights/$night
# Synced: it is the freezing machine that needs it.
remember() { printf '%s %s\n' "$night" "$started" >"$nights/current.new" && sync -f "$nights/current.new" && mv "$nights/current.new" "$nights/current" && sync -f "$nights"; }

# ---- can this machine measure?
code=0
bench doctor "$matrix" ${device:+--device "$device"} >&2 || code=$?
((code == 0)) || stop 3 "bench doctor says that this machine cannot measure (exit code $code); nothing was run"

# ---- measure
code=0
remember
if [[ -n $resumed ]]; then
  say "going on with $night (start $started of $tries)"
  # A decision holds once: if the machine goes down again, it is asked for again.
  accept=()
  if [[ -f $nights/accepted ]]; then accept=(--accept-host-lost); rm -f "$nights/accepted"; fi
  bench_run --resume "$folder" --quiet "${accept[@]}" >&2 || code=$?
else
  say "starting $night"
  rm -f "$nights/accepted"
  bench_run "$matrix" --out "$folder" --quiet ${device:+--device "$device"} "${run_words[@]}" >&2 || code=$?
fi
case $code in
  0 | 1 | 3) ;;
  2) rm -f "$nights/current"; stop 2 'bench run refused these settings' ;;
  130 | 143) stop "$code" "interrupted; the next start goes on with $night" ;;
  # A signal that bench did not survive: what it wrote stands.
  *) if ((code > 128)); then stop 143 "bench ended by signal $((code - 128)); the next start goes on with $night"; fi; stop 3 "bench run ended with exit code $code" ;;
esac
if [[ ! -f $folder/results.json ]]; then
  # Refused to resume, for example after two lost hosts: a person decides. Or nothing was ever measured.
  [[ -n $resumed ]] || rm -f "$nights/current"
  stop 3 "$night has no results; see above"
fi
if ((code == 3)) && [[ -n $resumed ]] && ! grep -q '"status": "complete"\|"status": "quarantined"' "$folder/results.json"; then
  stop 3 "$night could not go on; see above"
fi
result=$code
: >"$folder/.night-done"
rm -f "$nights/current"

# ---- compare
compared=0
if [[ -e $baseline && $(readlink -f "$baseline") != "$folder" ]]; then
  bench compare "$baseline" "$folder" --write --fail-on "$fail_on" --expect "$expect" || compared=$?
elif ((result == 3)); then
  say 'no baseline was made of a night without verdict'
else
  # Compared with itself: --expect holds on the first night as well, and the comment has its shape.
  bench compare "$folder" "$folder" --expect "$expect" >/dev/null || compared=$?
  if ((compared == 0)) && [[ ! -e $nights/baseline ]]; then
    ln -s "$night" "$nights/baseline"
    say "there was no baseline: $night is it from now on"
  fi
fi
# The settings were fine before the night: what cannot be compared now, such as a simulated night with a real one, is no verdict.
((compared != 2)) || compared=3
if ((result == 0 || compared != 0 && result != 3)); then result=$compared; fi

# ---- tell, when what there is to tell has changed
what_changed() { if [[ -f $folder/comparison.md ]]; then sed '/What was compared/,$d' "$folder/comparison.md"; else echo 'no baseline'; fi; }
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  for file in comparison.md summary.md; do if [[ -f $folder/$file ]]; then cat "$folder/$file" >>"$GITHUB_STEP_SUMMARY"; fi; done
fi
if [[ -n $issue ]]; then
  told=$(what_changed | sha256sum | cut -d' ' -f1)
  if [[ -f $nights/told && $(<"$nights/told") == "$issue $told" ]]; then
    say 'nothing new to tell; the comment stays as it is'
  elif [[ -z ${GITHUB_TOKEN:-}${GH_TOKEN:-} ]] && ! gh auth token >/dev/null 2>&1; then
    say "no token: what would be sent is in $folder/comment.txt"
    bench attach "$folder" --issue "$issue" --dry-run >"$folder/comment.txt" || { ((result != 0)) || result=3; }
  elif bench attach "$folder" --issue "$issue" >&2; then
    printf '%s %s\n' "$issue" "$told" >"$nights/told"
  else
    say 'the comment could not be sent; the next night tries again'
    ((result != 0)) || result=3
  fi
fi

# ---- rotate: the newest $keep whole nights stay, and the baseline and tonight always
kept=$(readlink -f "$baseline" || true)
mapfile -t all < <(for one in "$nights"/night-*; do if is_whole "$one"; then printf '%s\n' "$one"; fi; done)
for ((index = 0; index < ${#all[@]} - keep; index++)); do
  # By name tonight may be the oldest, after a clock that was ahead.
  if [[ $(readlink -f "${all[index]}") != "$kept" && ${all[index]} != "$folder" ]]; then rm -rf -- "${all[index]}"; fi
done

bench history "$nights" --out "$nights/history.html" >&2 || say 'history.html could not be written'

case $result in
  0) say "$night: nothing is worse than the baseline" ;;
  1) say "$night: worse than the baseline, see $folder/report.html" ;;
  *) say "$night: no verdict, or fewer than expected, see $folder" ;;
esac
exit "$result"
