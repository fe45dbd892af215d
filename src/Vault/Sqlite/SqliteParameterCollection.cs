using System.Collections;
using System.Data.Common;

namespace Coffer.Vault.Sqlite;

public sealed class SqliteParameterCollection : DbParameterCollection
{
    private readonly List<SqliteParameter> _parameters = [];

    public override int Count => _parameters.Count;

    public override object SyncRoot => ((ICollection)_parameters).SyncRoot;

    public new SqliteParameter this[int index] => _parameters[index];

    public new SqliteParameter this[string name] => _parameters[Found(name)];

    public SqliteParameter AddWithValue(string? name, object? value) => Add(new SqliteParameter(name, value));

    public SqliteParameter Add(SqliteParameter parameter)
    {
        _parameters.Add(parameter);
        return parameter;
    }

    public override int Add(object value)
    {
        _parameters.Add((SqliteParameter)value);
        return Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (object value in values) Add(value);
    }

    public override void Clear() => _parameters.Clear();

    public override bool Contains(object value) => _parameters.Contains((SqliteParameter)value);

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)_parameters).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => _parameters.GetEnumerator();

    public override int IndexOf(object value) => _parameters.IndexOf((SqliteParameter)value);

    public override int IndexOf(string parameterName)
    {
        for (int i = 0; i < _parameters.Count; i++)
            if (_parameters[i].ParameterName == parameterName) return i;
        return -1;
    }

    public override void Insert(int index, object value) => _parameters.Insert(index, (SqliteParameter)value);

    public override void Remove(object value) => _parameters.Remove((SqliteParameter)value);

    public override void RemoveAt(int index) => _parameters.RemoveAt(index);

    public override void RemoveAt(string parameterName) => _parameters.RemoveAt(Found(parameterName));

    protected override DbParameter GetParameter(int index) => _parameters[index];

    protected override DbParameter GetParameter(string parameterName) => this[parameterName];

    protected override void SetParameter(int index, DbParameter value) => _parameters[index] = (SqliteParameter)value;

    protected override void SetParameter(string parameterName, DbParameter value) =>
        _parameters[Found(parameterName)] = (SqliteParameter)value;

    /// <summary>
    /// The parameter for place <paramref name="index"/> (from 1) of a statement; null where none was given.
    /// </summary>
    internal SqliteParameter? For(int index, string? name)
    {
        if (name is null) return index <= Count ? _parameters[index - 1] : null;
        foreach (var parameter in _parameters)
            if (parameter.IsNamed(name)) return parameter;
        return null;
    }

    private int Found(string name) =>
        IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"no parameter {name}", nameof(name));
}
