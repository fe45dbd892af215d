using Coffer.Vault.Sqlite;

namespace Coffer.Simulation.Interleavings;

/// <summary>Undoes one rule behind the vault's back.</summary>
internal interface ISabotage
{
    void BeforeCommit(World world)
    {
    }

    void AfterCommit(World world);

    void AfterCollect(World world);
}

/// <summary>Removal does not wait for the sessions that were open when ids were condemned.</summary>
internal sealed class ForgottenSessions : ISabotage
{
    public void AfterCommit(World world)
    {
    }

    public void AfterCollect(World world) => Sabotage.Run(world, "DELETE FROM generation_waits");
}

/// <summary>A commit adds no root, so that a mark passes the point by.</summary>
internal sealed class RootlessCommit : ISabotage
{
    public void AfterCommit(World world) => Sabotage.Run(world, "DELETE FROM roots");

    public void AfterCollect(World world)
    {
    }
}

/// <summary>A commit adds its root and does not lift what was condemned below it.</summary>
internal sealed class CommitThatLiftsNothing : ISabotage
{
    public void BeforeCommit(World world) =>
        Sabotage.Run(world, "CREATE TABLE kept AS SELECT * FROM condemned");

    public void AfterCommit(World world)
    {
        Sabotage.Run(world, "INSERT OR IGNORE INTO condemned SELECT * FROM kept");
        Sabotage.Run(world, "DROP TABLE kept");
    }

    public void AfterCollect(World world)
    {
    }
}

internal static class Sabotage
{
    public static void Run(World world, string statement)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = world.KeyspaceFile }.ToString());
        connection.Open();
        using var command = connection.CreateCommand(statement);
        command.ExecuteNonQuery();
    }
}
