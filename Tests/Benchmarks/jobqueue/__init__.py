"""The queue's rate of jobs and its delay beside others; see queue.sh."""
