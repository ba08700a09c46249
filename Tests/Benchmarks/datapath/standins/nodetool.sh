#!/bin/bash
# Stands in for nodetool of Cassandra 4.1: one node that is up. It answers what the agent asks it
# during a backup or a restore, as the real one prints it, and refuses everything else.
set -euo pipefail

host_id=134cb8aa-8e99-4fd8-96ba-0cd467081488
schema=9e837765-12d7-3938-90c2-caff73cadd81

case ${1:-} in
info)
    cat <<TEXT
ID                     : $host_id
Gossip active          : true
Native Transport active: true
Load                   : 2.00 GiB
Uptime (seconds)       : 241
Data Center            : dc1
Rack                   : rack1
Token                  : -8995075448793815872
TEXT
    ;;
gossipinfo)
    cat <<TEXT
/127.0.0.1
  generation:1795434670
  heartbeat:298
  STATUS:29:NORMAL,-8995075448793815872
  SCHEMA:220:$schema
  DC:12:dc1
  RACK:14:rack1
  RELEASE_VERSION:5:4.1.6
  HOST_ID:2:$host_id
  STATUS_WITH_PORT:28:NORMAL,-8995075448793815872
  TOKENS:27:<hidden>

TEXT
    ;;
status)
    cat <<TEXT
Datacenter: dc1
===============
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address    Load      Tokens  Owns  Host ID                               Rack 
UN  127.0.0.1  2.00 GiB  1       ?     $host_id  rack1

TEXT
    ;;
version) echo 'ReleaseVersion: 4.1.6' ;;
*)
    echo "nodetool: Found unexpected parameters: [$*]"
    echo "See 'nodetool help' or 'nodetool help <command>'."
    exit 1
    ;;
esac
