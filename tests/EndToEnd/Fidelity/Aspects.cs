namespace Coffer.EndToEnd.Fidelity;

/// <summary>What the folders of make_tree.py are called on the page, and what there is to say of them.</summary>
internal static class Aspects
{
    /// <summary>What does not come back by decision; all else lost is a fault.</summary>
    public static readonly string[] LostByDecision = ["access-times", "unwritten", "unwritten-past-end"];

    private static readonly Dictionary<string, (string Title, string Note)> s_known = new()
    {
        ["sizes"] = ("files of 0 bytes to 3 MiB, around 256 KiB and 1 MiB", ""),
        ["large"] = ("a file of 40 MiB", ""),
        ["folders"] = ("folders, empty and full", ""),
        ["names"] = ("names: not UTF-8, 255 bytes, line feeds", "any bytes but / and NUL"),
        ["long-paths"] = ("paths of 6,000 bytes", "beyond PATH_MAX; not compared by rsync, which cannot go there"),
        ["hard-links"] = ("hard links", "a name outside of what is protected is not made"),
        ["hard-links-of-nodes"] = ("hard links of symbolic links, FIFOs, devices", ""),
        ["hard-links-of-flagged"] = ("hard links of immutable and append-only files", ""),
        ["symbolic-links"] = ("symbolic links: dangling, looping, long, not UTF-8", ""),
        ["fifos"] = ("FIFOs", "never opened"),
        ["sockets"] = ("sockets", "the name; a server has to bind it anew"),
        ["devices"] = ("character and block devices", "restored by root alone"),
        ["owners"] = ("owner and group", ""),
        ["modes"] = ("modes, set-id and sticky bits", ""),
        ["times-nanoseconds"] = ("modification times to the nanosecond", ""),
        ["times-epoch"] = ("times at and next to the epoch", ""),
        ["times-before-1970"] = ("times before 1970", ""),
        ["times-before-1901"] = ("times before 1901", ""),
        ["times-future"] = ("times in the future", "such files are read again at each run"),
        ["times-after-2038"] = ("times after 2038", ""),
        ["times-after-2106"] = ("times after 2106", ""),
        ["times-after-2446"] = ("times after 2446", ""),
        ["times-after-2486"] = ("times after 2486", "more nanoseconds than 64 bits hold"),
        ["xattrs-user"] = ("user attributes", "names of any bytes, empty values"),
        ["xattrs-large"] = ("attributes of 3,000 bytes", ""),
        ["xattrs-huge"] = ("attributes of 50,000 bytes", ""),
        ["xattrs-trusted"] = ("trusted attributes", "of files, folders, links and FIFOs; root alone sees them"),
        ["xattrs-security"] = ("security attributes", ""),
        ["capabilities"] = ("capabilities of programs", ""),
        ["acl-access"] = ("POSIX access lists", ""),
        ["acl-default"] = ("default access lists of folders", ""),
        ["flag-immutable"] = ("inode flag immutable", "of files and folders; needs root"),
        ["flag-append"] = ("inode flag append-only", "needs root"),
        ["flag-nodump"] = ("inode flag no-dump", "kept as a flag, not obeyed"),
        ["flag-noatime"] = ("inode flag no-access-time", ""),
        ["flag-nocow"] = ("inode flag no-copy-on-write", ""),
        ["holes"] = ("holes: head, tail, middle, all", "the same extents; written zeros stay written"),
        ["holes-beyond-4-gib"] = ("sparse files beyond 4 GiB", ""),
        ["holes-of-a-terabyte"] = ("a sparse file of a terabyte", "only its data is read and written"),
        ["unwritten"] = ("space set aside and not written", "comes back as a hole that reads the same"),
        ["unwritten-past-end"] = ("space set aside past the end", "the file is the same, the reservation is not made"),
        ["project-ids"] = ("project ids", "ext4 has them where it was made with quotas, which these tests do without"),
        ["access-times"] = ("access times", "not captured: reading must not change what is stored"),
    };

    public static (string Title, string Note) Described(string aspect) => s_known[aspect];
}
