#!/bin/sh
# Runs a command in a network of its own, in which every packet that leaves for anywhere but this machine is counted
# and goes nowhere. Prints the count as the last line of stdout, and where there is tcpdump, on stderr what was sent.
# Needs `unshare` with a network and mounts of its own.
set -e
ip link set lo up
ip link add watched type veth peer name nowhere
# Its chatter of neighbours is not the program's.
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
ip addr add 192.0.2.2/24 dev watched
ip link set watched up
ip link set nowhere up
ip route add default via 192.0.2.1
# Known, so that nobody has to ask for it.
ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev watched
# A name that is looked up leaves the machine, too.
resolver=$(mktemp)
echo 'nameserver 198.51.100.53' > "$resolver"
mount --bind "$resolver" "$(readlink -f /etc/resolv.conf)"
rm -f "$resolver"
seen=$(mktemp)
watcher=
if command -v tcpdump > /dev/null; then
  tcpdump -l -n -i watched > "$seen" 2> /dev/null &
  watcher=$!
fi
code=0
"$@" || code=$?
[ -z "$watcher" ] || kill "$watcher"
cat "$seen" >&2
rm -f "$seen"
sent=$(awk '$1 == "watched:" { print $11 + $13 }' /proc/net/dev)
echo "packets sent: $sent"
exit $code
