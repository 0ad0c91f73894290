"""What both sides share: the job store in Redis, the message queues, the blob store."""
