-- The roles of one Motcua database. Run it as a superuser (or an owner of the database with CREATEROLE), in the
-- database itself, before the first migration and again whenever a password changes: it can be run any number of
-- times.
--
-- It is plain SQL without psql's own commands, so that the local stack can run it too. Passwords come as session
-- settings, never as text in a file; a service whose setting is absent keeps the password it has:
--
--   PGOPTIONS="-c motcua.catalogue_password=… -c motcua.dossier_password=… -c motcua.metrics_password=…" \
--     psql "$ADMIN_DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f deploy/postgres/roles.sql
--
-- motcua_reader reads the published views; each migration grants it exactly those. Each service owns its schema
-- and is a member of motcua_reader; nobody else may do anything.

do $roles$
declare
    service text;
    role_name text;
    secret text;
begin
    -- Two stacks starting on one server at once would both find a role missing.
    perform pg_advisory_xact_lock(hashtext('motcua roles'));

    if not exists (select from pg_roles where rolname = 'motcua_reader') then
        create role motcua_reader nologin;
    end if;

    execute format('revoke all on database %I from public', current_database());
    revoke all on schema public from public;

    foreach service in array array['catalogue', 'dossier', 'metrics'] loop
        role_name := 'motcua_' || service;
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I login', role_name);
        end if;
        secret := current_setting('motcua.' || service || '_password', true);
        if secret <> '' then
            execute format('alter role %I password %L', role_name, secret);
        end if;
        if not pg_has_role(role_name, 'motcua_reader', 'member') then
            execute format('grant motcua_reader to %I', role_name);
        end if;
        -- TEMPORARY: the bulk path copies a page into a temporary table first.
        execute format('grant connect, temporary on database %I to %I', current_database(), role_name);
        execute format('create schema if not exists %I authorization %I', service, role_name);
        execute format('alter schema %I owner to %I', service, role_name);
    end loop;
end
$roles$;
