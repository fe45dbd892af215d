using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <summary>
/// The catalog: what people ask about. All of it that matters stands in records of the store as well. Times are ticks
/// of 100 ns UTC; ids are blobs; enumerations are the numbers of their types.
/// </summary>
internal static class CatalogSchema
{
    public static readonly DatabaseSchema Schema = new(5, """
        CREATE TABLE vaults (
          number INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE,
          name TEXT NOT NULL,
          created INTEGER NOT NULL,
          opening INTEGER NOT NULL,         -- raised at each opening for writing, in the store first
          opening_intent INTEGER NOT NULL,  -- said before the store is: a death in between is no restored copy
          closed_clean INTEGER NOT NULL,    -- 0 while a writer is at it, and after one that died
          clock_doubt INTEGER NOT NULL,
          clock_step INTEGER,
          last_full_check INTEGER) STRICT;

        CREATE TABLE keyspaces (
          id BLOB PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          access_key BLOB NOT NULL,         -- SubjectPublicKeyInfo; verifies envelopes
          opening INTEGER NOT NULL,         -- of the keyspace file, when it was last written
          registered INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE machines (
          id BLOB PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          keyspace BLOB NOT NULL,
          name TEXT NOT NULL,
          public_key BLOB NOT NULL,
          registered INTEGER NOT NULL,
          heard INTEGER) STRICT, WITHOUT ROWID;

        CREATE TABLE envelopes (
          keyspace BLOB NOT NULL,
          kind INTEGER NOT NULL,
          number INTEGER NOT NULL,
          vault INTEGER NOT NULL DEFAULT 1,
          bytes BLOB NOT NULL,
          active INTEGER NOT NULL,
          stored INTEGER NOT NULL,
          PRIMARY KEY (keyspace, kind, number)) STRICT, WITHOUT ROWID;

        CREATE TABLE sources (
          id BLOB PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          machine BLOB NOT NULL,
          keyspace BLOB NOT NULL,
          type TEXT NOT NULL,
          label TEXT NOT NULL,
          highest_sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;  -- purged points included

        CREATE TABLE points (
          id BLOB PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          keyspace BLOB NOT NULL,
          machine BLOB NOT NULL,
          source BLOB NOT NULL,
          sequence INTEGER NOT NULL,
          received INTEGER NOT NULL,
          agent_time INTEGER NOT NULL,
          state INTEGER NOT NULL,
          tags TEXT NOT NULL,               -- joined by line feeds, ascending
          held INTEGER NOT NULL,
          purge_after INTEGER,              -- of a deleted one
          expires INTEGER,                  -- what a person asked for
          given_up INTEGER NOT NULL DEFAULT 0,
          statistics TEXT NOT NULL,         -- canonical JSON
          stored_bytes INTEGER NOT NULL,
          record INTEGER NOT NULL,          -- counter of the record that says this
          job BLOB,                         -- that made it
          UNIQUE (source, sequence)) STRICT, WITHOUT ROWID;

        CREATE TABLE checkpoints (
          source BLOB PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          id BLOB NOT NULL,
          keyspace BLOB NOT NULL,
          sequence INTEGER NOT NULL,
          received INTEGER NOT NULL,
          record INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE policies (
          machine BLOB NOT NULL,
          version INTEGER NOT NULL,
          vault INTEGER NOT NULL DEFAULT 1,
          json BLOB NOT NULL,
          stored INTEGER NOT NULL,
          PRIMARY KEY (machine, version)) STRICT, WITHOUT ROWID;

        CREATE TABLE jobs (
          number INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE,
          vault INTEGER NOT NULL DEFAULT 1,
          machine BLOB NOT NULL,
          operation INTEGER NOT NULL,
          state INTEGER NOT NULL,
          label TEXT NOT NULL,
          started INTEGER NOT NULL,
          ended INTEGER,
          details TEXT NOT NULL,            -- facts and findings, JSON
          findings_total INTEGER NOT NULL) STRICT;
        CREATE INDEX jobs_by_machine ON jobs (machine, number);

        CREATE TABLE clock_observations (
          number INTEGER PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          boot TEXT NOT NULL,
          since_boot INTEGER NOT NULL,
          wall INTEGER NOT NULL,
          doubt INTEGER NOT NULL) STRICT;

        CREATE TABLE record_scopes (
          scope TEXT PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          next INTEGER NOT NULL,            -- no record of this number or above was ever begun
          bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """ + Serving + Security + Retention + Extension,
        Serving, Security, Retention, Extension);

    // What only a served vault has. It is made again where the catalog is lost: no record tells of it.
    private const string Serving = """

        CREATE TABLE credentials (
          number INTEGER PRIMARY KEY,       -- only the highest of a vault is accepted
          vault INTEGER NOT NULL DEFAULT 1,
          secret BLOB NOT NULL,             -- SHA-256 of it
          made INTEGER NOT NULL,
          valid_until INTEGER NOT NULL) STRICT;

        CREATE TABLE secrets (
          name TEXT PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
        """;

    // Both stand in records of the scope "vault" first.
    private const string Security = """

        CREATE TABLE documents (
          kind TEXT NOT NULL,
          id TEXT NOT NULL,
          vault INTEGER NOT NULL DEFAULT 1,
          record INTEGER NOT NULL,          -- counter of the record that says this
          json BLOB NOT NULL,
          PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
          number INTEGER PRIMARY KEY,
          vault INTEGER NOT NULL DEFAULT 1,
          record INTEGER NOT NULL,
          time INTEGER NOT NULL,
          actor TEXT NOT NULL,
          operation TEXT NOT NULL,
          object TEXT NOT NULL,
          outcome INTEGER NOT NULL,
          details TEXT NOT NULL,            -- JSON
          previous TEXT NOT NULL,
          hash TEXT NOT NULL) STRICT;
        """;

    // What follows from points and policies. Whatever changes one of them says so by itself, so nobody can forget it.
    private const string Retention = """

        ALTER TABLE points ADD COLUMN ends INTEGER; -- by the policy in force; null: never
        ALTER TABLE sources ADD COLUMN unsettled INTEGER NOT NULL DEFAULT 1;
        UPDATE points SET ends = expires;
        CREATE INDEX points_by_end ON points (ends) WHERE state = 1;
        CREATE INDEX sources_unsettled ON sources (unsettled) WHERE unsettled = 1;
        CREATE TRIGGER point_came AFTER INSERT ON points
          BEGIN UPDATE sources SET unsettled = 1 WHERE id = NEW.source; END;
        CREATE TRIGGER point_went AFTER DELETE ON points
          BEGIN UPDATE sources SET unsettled = 1 WHERE id = OLD.source; END;
        CREATE TRIGGER point_changed AFTER UPDATE OF state, expires, given_up, received ON points
          BEGIN UPDATE sources SET unsettled = 1 WHERE id = NEW.source; END;
        CREATE TRIGGER policy_came AFTER INSERT ON policies
          BEGIN UPDATE sources SET unsettled = 1 WHERE machine = NEW.machine; END;
        """;

    // Until when a person wants a point kept at least, on top of all else.
    private const string Extension = """

        ALTER TABLE points ADD COLUMN extended INTEGER;
        CREATE TRIGGER point_extended AFTER UPDATE OF extended ON points
          BEGIN UPDATE sources SET unsettled = 1 WHERE id = NEW.source; END;
        """;
}
