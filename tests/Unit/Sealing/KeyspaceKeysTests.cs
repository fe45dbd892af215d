using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Sealing;

public sealed class KeyspaceKeysTests
{
    private static readonly byte[] DataKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void SubKeys_OfADataKey_AreHkdfWithoutSaltOverTheirNames()
    {
        using var keys = new KeyspaceKeys(KeyspaceId.New(), DataKey);
        keys.DataKey.ToArray().ShouldBe(DataKey);
        keys.Ids.ToArray().ShouldBe(Derived("ids"));
        keys.Gear.ToArray().ShouldBe(Derived("gear"));
        keys.Cuts.ToArray().ShouldBe(Derived("cuts"));
        keys.Content.ToArray().ShouldBe(Derived("content"));
        keys.Data.ToArray().ShouldBe(Derived("data"));
        keys.Metadata.ToArray().ShouldBe(Derived("metadata"));
    }

    // Ours: the data key is the bytes 0 to 31.
    [Fact]
    public void SubKeys_OfTheVectorsDataKey_StayWhatTheyAre()
    {
        using var keys = new KeyspaceKeys(KeyspaceId.New(), DataKey);
        Convert.ToHexStringLower(keys.Ids).ShouldBe("f84640a271ebcd358f47d22cb2d9d95a933917a7615743df370dcb786a479389");
        Convert.ToHexStringLower(keys.Metadata)
            .ShouldBe("eac8af1fa345e90316d2c5c6b2866fafc6672bb1a9fe5fe79bb301af95aefec4");
    }

    [Fact]
    public void AccessKey_OfTheSameDataKey_VerifiesTheOthersSignature()
    {
        using var one = new KeyspaceKeys(KeyspaceId.New(), DataKey);
        using var same = new KeyspaceKeys(KeyspaceId.New(), DataKey);
        using var other = KeyspaceKeys.New();
        byte[] signature = one.AccessKey.SignData(DataKey, HashAlgorithmName.SHA256);
        same.AccessKey.VerifyData(DataKey, signature, HashAlgorithmName.SHA256).ShouldBeTrue();
        other.AccessKey.VerifyData(DataKey, signature, HashAlgorithmName.SHA256).ShouldBeFalse();
    }

    [Fact]
    public void New_Twice_DiffersInKeyAndName()
    {
        using var one = KeyspaceKeys.New();
        using var two = KeyspaceKeys.New();
        one.Keyspace.ShouldNotBe(two.Keyspace);
        one.DataKey.SequenceEqual(two.DataKey).ShouldBeFalse();
    }

    [Fact]
    public void Dispose_Keys_ZeroesThemAndRefusesUse()
    {
        var keys = new KeyspaceKeys(KeyspaceId.New(), DataKey);
        var held = keys.Ids;
        keys.Dispose();
        held.ToArray().ShouldAllBe(b => b == 0);
        Should.Throw<ObjectDisposedException>(() => keys.Ids.ToArray());
    }

    private static byte[] Derived(string name) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, DataKey, 32, salt: [], Encoding.ASCII.GetBytes($"coffer/1/{name}"));
}
