"""Raises a site with Mininet's nodes and links. Its namespaces end with the shells that hold them."""
import json
import resource
import sys
import time

from mininet.link import Link
from mininet.node import Node

# A node holds several descriptors.
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

with open(sys.argv[1]) as file:
    site = json.load(file)

nodes = []


def born(name):
    nodes.append(Node(name))
    return nodes[-1]


start = time.monotonic()
try:
    hub = born("hub")
    for index, node in enumerate(site["nodes"]):
        host = born("a%d" % index)
        Link(host, hub, intfName1="eth0", intfName2=node["link"])
        host.setIP(node["v4"], 32)
        host.setDefaultRoute("eth0")
        said = hub.cmd("ip link set %s up && ip route add %s dev %s" % (node["link"], node["v4"], node["link"]))
        if said:
            raise RuntimeError(said)
    print((time.monotonic() - start) * 1000, flush=True)
finally:
    for node in nodes:
        node.terminate()
