using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>
/// Encodes a change page: entry k tells of entry k of its listing page (docs/format.md, "Change page").
/// </summary>
public sealed class ChangePageWriter
{
    private readonly ByteWriter _entries = new();
    private ChangeFields _previous;

    public int Count { get; private set; }

    public void Add(in ChangeFields fields)
    {
        // Bit 0: unsettled; bit 1: birth equals the change time.
        bool bornAtChange = fields.BirthSeconds == fields.CtimeSeconds
            && fields.BirthNanoseconds == fields.CtimeNanoseconds;
        _entries.Byte((byte)((fields.IsUnsettled ? 1 : 0) | (bornAtChange ? 2 : 0)));
        _entries.Zigzag(fields.CtimeSeconds - _previous.CtimeSeconds);
        _entries.Varint(fields.CtimeNanoseconds);
        _entries.Zigzag((long)(fields.Inode - _previous.Inode));
        if (!bornAtChange)
        {
            _entries.Zigzag(fields.BirthSeconds - fields.CtimeSeconds);
            _entries.Varint(fields.BirthNanoseconds);
        }

        _previous = fields;
        Count++;
    }

    public void WriteBody(ByteWriter body)
    {
        body.Clear();
        body.Varint((ulong)Count);
        body.Bytes(_entries.Written);
    }

    public void Clear()
    {
        _entries.Clear();
        _previous = default;
        Count = 0;
    }
}

/// <summary>Reads change pages, in step with their listing pages.</summary>
public sealed class ChangePageReader
{
    private byte[] _body = [];
    private string _place = "";
    private int _position;
    private int _left;
    private ChangeFields _fields;

    public ref readonly ChangeFields Fields => ref _fields;

    public int EntriesLeft => _left;

    public void Open(byte[] body, string place)
    {
        _body = body;
        _place = place;
        _fields = default;
        var reader = new ByteReader(body, place);
        _left = reader.Length(Limits.MaxPageEntries);
        _position = reader.Position;
        if (_left == 0) reader.End();
    }

    public bool MoveNext()
    {
        if (_left == 0) return false;
        var reader = new ByteReader(_body.AsSpan(_position), _place);
        int flags = reader.Byte();
        if (flags > 3) throw reader.Broken("change flags", $"{flags}");
        _fields.IsUnsettled = (flags & 1) != 0;
        _fields.CtimeSeconds += reader.Zigzag();
        _fields.CtimeNanoseconds = reader.Nanoseconds();
        _fields.Inode += (ulong)reader.Zigzag();
        bool bornAtChange = (flags & 2) != 0;
        _fields.BirthSeconds = _fields.CtimeSeconds + (bornAtChange ? 0 : reader.Zigzag());
        _fields.BirthNanoseconds = bornAtChange ? _fields.CtimeNanoseconds : reader.Nanoseconds();
        _position += reader.Position;
        if (--_left == 0) reader.End();
        return true;
    }
}
