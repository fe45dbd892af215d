using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Coffer.Architecture.Rooms;

namespace Coffer.Architecture.Assemblies;

/// <summary>What a built assembly says of itself, read from its metadata; nothing of it is loaded or run.</summary>
internal sealed class AssemblyFacts : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public AssemblyFacts(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    public static AssemblyFacts OfRoom(string room) =>
        new(Path.Combine(AppContext.BaseDirectory, RoomTable.AssemblyName(room) + ".dll"));

    public void Dispose() => _file.Dispose();

    public IReadOnlyList<string> ReferencedAssemblies() =>
        [.. _metadata.AssemblyReferences.Select(_metadata.GetAssemblyReference)
            .Select(assembly => _metadata.GetString(assembly.Name))];

    /// <summary>Full names of the types of other assemblies that this one mentions.</summary>
    public IReadOnlyList<string> UsedTypes() =>
        [.. _metadata.TypeReferences.Select(_metadata.GetTypeReference)
            .Select(type => $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}")];

    /// <summary>The types that somebody wrote, nested ones included.</summary>
    public IEnumerable<TypeFacts> WrittenTypes()
    {
        foreach (var handle in _metadata.TypeDefinitions)
        {
            var type = _metadata.GetTypeDefinition(handle);
            string name = _metadata.GetString(type.Name);
            if (!name.Contains('<', StringComparison.Ordinal) && !IsGenerated(type))
            {
                bool isClass = !type.Attributes.HasFlag(TypeAttributes.Interface) && !IsValueType(type);
                bool isOpen = (type.Attributes & (TypeAttributes.Sealed | TypeAttributes.Abstract)) == 0;
                yield return new TypeFacts(WithoutArity(name), isClass && isOpen);
            }
        }
    }

    private static string WithoutArity(string name) => name.Split('`')[0];

    private bool IsValueType(TypeDefinition type)
    {
        if (type.BaseType.IsNil || type.BaseType.Kind != HandleKind.TypeReference)
        {
            return false;
        }

        string name = _metadata.GetString(_metadata.GetTypeReference((TypeReferenceHandle)type.BaseType).Name);
        return name is "ValueType" or "Enum";
    }

    /// <summary>Written by the compiler: it, or the type around it, says so, or it holds the main program.</summary>
    private bool IsGenerated(TypeDefinition type)
    {
        bool marked = type.GetCustomAttributes().Any(handle => AttributeName(handle) is
            "CompilerGeneratedAttribute" or "GeneratedCodeAttribute" or "EmbeddedAttribute");
        bool topLevel = type.GetMethods()
            .Any(handle => _metadata.GetString(_metadata.GetMethodDefinition(handle).Name) == "<Main>$");
        var owner = type.GetDeclaringType();
        return marked || topLevel || (!owner.IsNil && IsGenerated(_metadata.GetTypeDefinition(owner)));
    }

    private string AttributeName(CustomAttributeHandle handle)
    {
        var constructor = _metadata.GetCustomAttribute(handle).Constructor;
        if (constructor.Kind == HandleKind.MethodDefinition)
        {
            var owner = _metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType();
            return _metadata.GetString(_metadata.GetTypeDefinition(owner).Name);
        }

        var parent = _metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent;
        return parent.Kind == HandleKind.TypeReference
            ? _metadata.GetString(_metadata.GetTypeReference((TypeReferenceHandle)parent).Name)
            : "";
    }
}

/// <param name="Name">Without namespace, outer type and number of type parameters.</param>
/// <param name="IsOpenClass">A class that is neither sealed, static nor abstract.</param>
internal sealed record TypeFacts(string Name, bool IsOpenClass);
