-- The plans that a new installation begins with; -1 is "no limit". What an operator changed stays as it is.
INSERT INTO subscription_plans (
    name, display_name, description, tier, sort_order, is_popular, price_monthly, price_quarterly, price_yearly,
    max_agents, max_channels, max_knowledge_articles, max_monthly_messages, max_monthly_ai_requests, max_storage_gb,
    max_api_calls_per_day, features)
SELECT
    name, display_name, description, name, level, name = 'professional', monthly, quarterly, yearly,
    agents, channels, articles, messages, ai_requests, storage_gb, api_calls,
    jsonb_build_object(
        'ai_assistant', level >= 1, 'webhook', level >= 1, 'api_access', level >= 1,
        'sentiment_analysis', level >= 2, 'auto_translation', level >= 2, 'advanced_analytics', level >= 2,
        'custom_branding', level >= 2, 'priority_support', level >= 3, 'sso', level >= 3,
        'custom_integrations', level >= 3)
FROM (VALUES
    (0, 'trial', 'Trial', 'Enough to try everything.', 0, 0, 0, 2, 1, 50, 1000, 100, 1, 1000),
    (1, 'starter', 'Starter', 'A small team on one or two channels.', 9, 26, 90, 5, 2, 200, 10000, 1000, 5, 10000),
    (2, 'professional', 'Professional', 'A support team on several channels.', 29, 84, 290,
        25, 10, 2000, 100000, 10000, 50, 100000),
    (3, 'enterprise', 'Enterprise', 'No limits.', 99, 285, 990, -1, -1, -1, -1, -1, -1, -1)
) AS plan (
    level, name, display_name, description, monthly, quarterly, yearly,
    agents, channels, articles, messages, ai_requests, storage_gb, api_calls)
ON CONFLICT (name) DO NOTHING;
