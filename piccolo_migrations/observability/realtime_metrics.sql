CREATE TABLE realtime_metrics (
    id                 uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id    uuid          REFERENCES organizations ON DELETE CASCADE,

    metric_name        varchar(255)  NOT NULL,
    metric_type        varchar(20)   NOT NULL CHECK (metric_type IN ('counter', 'gauge', 'histogram', 'summary')),
    namespace          varchar(100)  NOT NULL DEFAULT 'default',

    value              numeric(20,6) NOT NULL,
    unit               varchar(20),

    labels             jsonb         NOT NULL DEFAULT '{}',
    dimensions         jsonb         NOT NULL DEFAULT '{}',

    source             varchar(20)   CHECK (source IN ('system', 'application', 'external')),
    component          varchar(100),
    instance_id        varchar(100),

    aggregation_period varchar(10)   CHECK (aggregation_period IN ('10s', '1m', '5m', '15m', '1h', '1d')),
    aggregation_type   varchar(10)
        CHECK (aggregation_type IN ('sum', 'avg', 'min', 'max', 'count', 'p50', 'p95', 'p99')),
    recorded_at        timestamptz   NOT NULL DEFAULT now(),

    context            jsonb         NOT NULL DEFAULT '{}',
    metadata           jsonb         NOT NULL DEFAULT '{}',

    created_at         timestamptz   NOT NULL DEFAULT now(),
    updated_at         timestamptz   NOT NULL DEFAULT now(),

    CHECK ((aggregation_period IS NULL) = (aggregation_type IS NULL))
) PARTITION BY RANGE (id);
COMMENT ON TABLE realtime_metrics IS 'Metric samples and short roll-ups.';

-- tenant chart
CREATE INDEX realtime_metrics_metric_name_recorded_at_idx
    ON realtime_metrics (organization_id, metric_name, recorded_at DESC);
-- platform chart
CREATE INDEX realtime_metrics_platform_idx ON realtime_metrics (metric_name, recorded_at DESC);
-- wide range scans
CREATE INDEX realtime_metrics_recorded_at_idx ON realtime_metrics USING brin (recorded_at);

CALL begin_partitions('realtime_metrics');
CALL stamp_updates('realtime_metrics');
CALL keep_to_tenant('realtime_metrics', 'SELECT, INSERT');
CREATE POLICY platform ON realtime_metrics FOR INSERT WITH CHECK (organization_id IS NULL);

-- backwards
DROP TABLE realtime_metrics;
