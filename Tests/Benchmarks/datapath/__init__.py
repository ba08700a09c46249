"""The benchmark of the agent's data path; started by ../datapath.sh."""
