-- The health of a channel is what its provider last reported: the one thing that ingest changes of a channel.
GRANT UPDATE (health_status, last_connected_at, rev, updated_at) ON channel_configs TO switchboard_ingest;
-- Whether an echo may still be claimed by its delivery.
CALL open_to('switchboard_ingest', 'deliveries', 'SELECT');

-- backwards
DROP POLICY switchboard_ingest ON deliveries;
REVOKE SELECT ON deliveries FROM switchboard_ingest;
REVOKE UPDATE (health_status, last_connected_at, rev, updated_at) ON channel_configs FROM switchboard_ingest;
