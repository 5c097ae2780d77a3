-- The health of a channel is what its provider last reported: the one thing that ingest changes of a channel.
GRANT UPDATE (health_status, last_connected_at, rev, updated_at) ON channel_configs TO switchboard_ingest;

-- backwards
REVOKE UPDATE (health_status, last_connected_at, rev, updated_at) ON channel_configs FROM switchboard_ingest;
