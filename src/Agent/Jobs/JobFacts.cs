using Coffer.Format.Points;

namespace Coffer.Agent.Jobs;

/// <summary>The figures of a backup job, as its report names them.</summary>
internal static class JobFacts
{
    /// <param name="leftOut">Data sources whose protection is stopped.</param>
    public static void Tell(JobWriter job, PointStatistics total, int leftOut = 0)
    {
        job.SetFact("files", total.Files);
        job.SetFact("folders", total.Folders);
        job.SetFact("others", total.Others);
        job.SetFact("bytes", total.Bytes);
        job.SetFact("filesRead", total.FilesRead);
        job.SetFact("bytesRead", total.BytesRead);
        job.SetFact("newBytes", total.NewBytes);
        job.SetFact("storedBytes", total.StoredBytes);
        if (leftOut > 0) job.SetFact("sourcesLeftOut", leftOut);
    }

    public static PointStatistics Sum(PointStatistics one, PointStatistics other) => new()
    {
        Files = one.Files + other.Files,
        Folders = one.Folders + other.Folders,
        Others = one.Others + other.Others,
        Bytes = one.Bytes + other.Bytes,
        FilesRead = one.FilesRead + other.FilesRead,
        BytesRead = one.BytesRead + other.BytesRead,
        NewBytes = one.NewBytes + other.NewBytes,
        StoredBytes = one.StoredBytes + other.StoredBytes,
        Warnings = one.Warnings + other.Warnings,
    };
}
