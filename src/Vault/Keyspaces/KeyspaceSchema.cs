using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>
/// One keyspace: its index, its roots, and all else that condemning and removing decide on, so that each of those is
/// one transaction in one file. Packs' tables and receipts rebuild it; closed and condemned then start empty.
/// </summary>
internal static class KeyspaceSchema
{
    public static readonly DatabaseSchema Schema = new(2, """
        CREATE TABLE keyspace (
          id BLOB PRIMARY KEY,
          opening INTEGER NOT NULL,          -- of the vault, when this file was last opened for writing
          loss_epoch INTEGER NOT NULL,       -- raised by every loss; closed marks of older ones count as open
          fencing INTEGER NOT NULL,          -- highest number of a lease for background work that was seen
          scrub INTEGER NOT NULL DEFAULT 1,  -- the pass over all packs that is going on
          collected INTEGER,                 -- when a collection last came to its end; null: never
          point_gone INTEGER NOT NULL DEFAULT 0,     -- 1: purged since then
          collected_generation INTEGER NOT NULL DEFAULT 0) STRICT;  -- the newest that it could remove

        CREATE TABLE writers (
          number INTEGER PRIMARY KEY,
          machine BLOB NOT NULL UNIQUE) STRICT;

        CREATE TABLE packs (
          number INTEGER PRIMARY KEY,
          hash BLOB NOT NULL UNIQUE,
          class INTEGER NOT NULL,
          length INTEGER NOT NULL,
          frames INTEGER NOT NULL,
          state INTEGER NOT NULL,
          writer INTEGER,                    -- null: without receipt, so by nobody
          received INTEGER NOT NULL,
          receipt INTEGER NOT NULL,          -- counter of the record; 0 without one
          checked INTEGER,                   -- when all its bytes were last read and found right; null: never
          scrub INTEGER NOT NULL) STRICT;    -- the last pass that came by

        CREATE TABLE frames (
          id BLOB NOT NULL,
          pack INTEGER NOT NULL,
          kind INTEGER NOT NULL,
          offset INTEGER NOT NULL,
          length INTEGER NOT NULL,
          writer INTEGER,                    -- the first one, also after a copy forward
          received INTEGER NOT NULL,
          closed INTEGER NOT NULL,           -- loss epoch in which all below was proved present; 0 never
          PRIMARY KEY (id, pack)) STRICT, WITHOUT ROWID;

        -- Apart from frames, so that looking ids up does not drag references through the cache.
        CREATE TABLE page_references (
          id BLOB NOT NULL,
          pack INTEGER NOT NULL,
          ids BLOB NOT NULL,
          PRIMARY KEY (id, pack)) STRICT, WITHOUT ROWID;

        CREATE TABLE condemned (
          id BLOB PRIMARY KEY,
          generation INTEGER NOT NULL,
          condemned INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        -- What one transaction condemned, and who had a session or was reading then. Numbers are never used again.
        CREATE TABLE generations (
          number INTEGER PRIMARY KEY AUTOINCREMENT,
          condemned INTEGER NOT NULL) STRICT;

        CREATE TABLE generation_waits (
          generation INTEGER NOT NULL,
          id BLOB NOT NULL,                  -- of a session or reader
          PRIMARY KEY (generation, id)) STRICT, WITHOUT ROWID;

        CREATE TABLE lost (
          id BLOB PRIMARY KEY,
          epoch INTEGER NOT NULL,
          noted INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE damage (
          id BLOB NOT NULL,
          pack INTEGER NOT NULL,
          machine BLOB NOT NULL,             -- 16 zero bytes: told by somebody without registration
          reported INTEGER NOT NULL,
          reason TEXT NOT NULL,
          PRIMARY KEY (id, pack, machine)) STRICT, WITHOUT ROWID;

        CREATE TABLE roots (
          id BLOB NOT NULL,
          kind INTEGER NOT NULL,             -- 1 point, 2 checkpoint, 3 base
          owner BLOB NOT NULL,               -- source of a point or checkpoint, session of a base
          ids BLOB NOT NULL,                 -- what it refers to
          added INTEGER NOT NULL,
          doubted INTEGER,                   -- when no catalog row was found for it; null: never missed
          PRIMARY KEY (id, kind, owner)) STRICT, WITHOUT ROWID;
        CREATE INDEX roots_doubted ON roots (doubted) WHERE doubted IS NOT NULL;

        CREATE TABLE sessions (
          id BLOB PRIMARY KEY,
          machine BLOB NOT NULL,
          source BLOB NOT NULL,
          process INTEGER NOT NULL,
          boot TEXT NOT NULL,
          opened INTEGER NOT NULL,
          called INTEGER NOT NULL,
          ended INTEGER) STRICT, WITHOUT ROWID;

        CREATE TABLE readers (
          id BLOB PRIMARY KEY,
          process INTEGER NOT NULL,
          boot TEXT NOT NULL,
          purpose TEXT NOT NULL,
          opened INTEGER NOT NULL,
          heartbeat INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE keyspace ADD COLUMN collected INTEGER;
        ALTER TABLE keyspace ADD COLUMN point_gone INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE keyspace ADD COLUMN collected_generation INTEGER NOT NULL DEFAULT 0;
        """);
}
