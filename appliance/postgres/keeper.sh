# Runs one PostgreSQL server for as long as somebody holds its lease; described in docs/operating/embedded-postgresql.md.
# The lease is a named pipe. Every process that uses the server holds it open for writing, so the kernel itself tells the end of
# the last one, even by kill -9: reading then meets the end of the file. A shell does this because it needs one megabyte.
#
# usage: sh keeper.sh LEASE RUN_FOLDER SOCKET_FOLDER ADOPTED_SERVER|0 ITS_START_IN_TICKS|0 POSTGRES [ARGUMENT...]
# reads lines from the lease: "start", unless it runs (answered by its process number in the file server of the run folder), and
# "join TOKEN" (answered by an empty file joined-TOKEN there)
lease=$1 run=$2 socket=$3 server=$4 adopted_start=$5
shift 5

# A terminal's Ctrl-C is for retag, which stops in order and then lets go of the lease.
trap '' HUP INT QUIT TERM PIPE

# Opening a pipe for reading waits for a writer; ours may have died already, so open it in both directions first.
exec 3<>"$lease" || exit 1
exec <"$lease" || exit 1
exec 3>&-

# A child's number stays its own until we wait for it. An adopted server is nobody's child of ours: when it has ended, its number may
# be another program's, which has another start (field 22 of proc(5); the name of a PostgreSQL has no spaces).
is_alive() {
  [ "$server" -gt 0 ] || return 1
  read -r _ _ state _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ start _ 2>/dev/null <"/proc/$server/stat" || return 1
  [ "$state" != Z ] && { [ "$adopted_start" = 0 ] || [ "$start" = "$adopted_start" ]; }
}

while read -r word token; do
  case $word in
  start)
    if ! is_alive; then
      [ "$server" -gt 0 ] && wait "$server" 2>/dev/null
      "$@" </dev/null &
      server=$! adopted_start=0
    fi
    echo "$server" >"$run/server.new" && mv "$run/server.new" "$run/server"
    ;;
  join) : >"$run/joined-$token" ;;
  esac
done

# Nobody uses it any more. Let go of the pipe first: whoever tries to join from here on sees that nobody reads.
exec </dev/null
rm -f "$lease"
if is_alive; then
  kill -INT "$server"
  waited=0
  while is_alive; do
    sleep 0.05 || sleep 1
    waited=$((waited + 1))
    # A minute on, stop without a last checkpoint; the next start then recovers from the log.
    [ "$waited" -eq 1200 ] && kill -QUIT "$server"
  done
fi
rm -f "$run"/joined-* "$run/server"*
[ "$socket" = "$run" ] || rmdir "$socket" 2>/dev/null
exit 0
