# Makes a cluster of the nodes, unless they are one: they keep what they know of it.
ask() { redis-cli -e -h nodes-0 "$@"; }
if [ "$(ask cluster info | tr -d '\r' | sed -n 's/^cluster_known_nodes://p')" = 1 ]; then
  # Nodes meet by address, not by name.
  nodes=$(echo "$NODES_ADDRS" | tr , '\n' | while IFS=: read -r name port; do
    echo "$(getent ahostsv4 "$name" | awk 'NR == 1 { print $1 }'):$port"
  done)
  redis-cli --cluster create $nodes --cluster-yes || exit 1
fi
until ask cluster info | grep -q cluster_state:ok; do sleep 0.1; done
