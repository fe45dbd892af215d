using System.Diagnostics;

namespace Coffer.EndToEnd.Serving.Registration;

/// <summary>What takes ten days, or a thousand machines, written into the tables of a vault that rests.</summary>
internal static class VaultTables
{
    public static void Change(RunningVault vault, string sql)
    {
        vault.Kill();
        const string script =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()";
        string catalog = Path.Combine(vault.Data, "catalog.db");
        File.Exists(catalog).ShouldBeTrue();
        using var python = Process.Start("python3", ["-c", script, catalog, sql]);
        python.WaitForExit();
        python.ExitCode.ShouldBe(0);
        vault.Start();
    }
}
