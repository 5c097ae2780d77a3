-- Full text search: the configuration follows the language of the row. Generated columns need both to be IMMUTABLE.

CREATE FUNCTION fts_config(p_language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE split_part(p_language, '-', 1)
    WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
    WHEN 'en' THEN 'pg_catalog.english'::regconfig
    WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
    WHEN 'fr' THEN 'pg_catalog.french'::regconfig
    WHEN 'de' THEN 'pg_catalog.german'::regconfig
    WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
    ELSE 'pg_catalog.simple'::regconfig
END;

CREATE FUNCTION fts_join(p_words text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    -- array_to_string() is only STABLE, for the sake of element types that text[] is not.
    RETURN array_to_string(p_words, ' ');
END $$;

-- backwards
DROP FUNCTION fts_join(text[]), fts_config(text);
